"""重载: the programme's files are read again, and swapped whole."""

from bot.extend import Context, command
from bot.points.reload import Reload, Reloaded

FAULTS = 5
WARNINGS = 3
LONGEST = 160
"""Characters of one line."""


@command(
    "重载",
    help="规则文件改好后马上生效;有错就还用原来的",
    is_admin=True,
    writes=True,
    reloads=True,
)
def reload(_: Context) -> Reload:
    """Asks for it; what came of it is told when it is done."""
    return Reload(told)


def told(reloaded: Reloaded) -> str:
    """What is in force now, and what the admin should look at: all on one screen."""
    programme = reloaded.programme
    match reloaded.result:
        case "swapped":
            rules, campaigns = len(programme.rules), len(programme.campaigns)
            first = f"已重载:{programme.name},版本 {programme.version}"
            first += f",规则 {rules} 条,活动 {campaigns} 个"
            warnings = [f"提醒:{warning}" for warning in reloaded.warnings]
            return "\n".join([first, *_screen(warnings, WARNINGS, "条提醒")])
        case "unchanged":
            return f"规则文件没有变化,还是版本 {programme.version}"
        case "refused":
            faults = [fault.text for fault in reloaded.faults]
            first = f"没有重载,还用版本 {programme.version},规则文件有 {len(faults)} 处要改:"
            return "\n".join([first, *_screen(faults, FAULTS, "处")])
        case "failed":
            return f"没有重载,还用版本 {programme.version}:出了点问题,已记录"


def _screen(lines: list[str], most: int, unit: str) -> list[str]:
    """The first lines, and how many are left."""
    shown = [line if len(line) <= LONGEST else line[:LONGEST] + "…" for line in lines[:most]]
    left = len(lines) - most
    return [*shown, f"还有 {left} {unit}"] if left > 0 else shown
