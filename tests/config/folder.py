"""A folder of good programme files, and what `load` says when one of them is changed."""

from collections.abc import Mapping
from pathlib import Path

from config.loader import ConfigErrors, load

PROGRAMME = '[programme]\nname = "测试"\nzone = "Asia/Shanghai"\ntier_multiplies = ["order"]\n'
RULE = '[[rule]]\nid = "share"\non = "share"\nname = "分享"\npoints = 20\n'
TIER = '[[tier]]\nid = "normal"\nname = "普通"\nfrom_points = 0\nmultiplier = 1\n'
CAMPAIGN = '[[campaign]]\nid = "sale"\nname = "大促"\nmultiplier = 2\n'
SEGMENT = (
    '[[segment]]\nid = "newcomer"\nname = "新人"\n'
    "newcomer_days = 30\nsilent_days = 30\norders_monthly = 1\n"
)
MAKE_UP = "[make_up]\npoints = 20\nwithin_days = 7\n"
ADMINS = "[admins]\npoints_daily = 5000\n"
RECHECK = '[recheck]\nmonth_day = "01-01"\n'
EXPIRY = "[expiry]\nvalid_days = 365\n"
PACING = '[pacing]\nquiet_from = "22:00"\nquiet_until = "08:00"\n'
GOOD = {
    "programme": PROGRAMME,
    "rule": RULE,
    "campaign": CAMPAIGN,
    "segment": SEGMENT,
    "make_up": MAKE_UP,
    "admins": ADMINS,
    "tier": TIER,
    "recheck": RECHECK,
    "expiry": EXPIRY,
    "pacing": PACING,
}
LABELS = {
    "programme": "[programme]",
    "rule": '[[rule]] "share"',
    "campaign": '[[campaign]] "sale"',
    "segment": '[[segment]] "newcomer"',
    "make_up": "[make_up]",
    "admins": "[admins]",
    "tier": '[[tier]] "normal"',
    "recheck": "[recheck]",
    "expiry": "[expiry]",
    "pacing": "[pacing]",
}


def write(folder: Path, files: Mapping[str, bytes | str]) -> None:
    for name, content in files.items():
        path = folder / f"{name}.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def with_line(text: str, line: str) -> str:
    """The text with this line instead of the one of the same key, or at the end."""
    key = line.split(" = ")[0]
    lines = text.rstrip("\n").split("\n")
    kept = [line if old.startswith(f"{key} = ") else old for old in lines]
    return "\n".join(kept if line in kept else [*kept, line]) + "\n"


def faults(folder: Path) -> list[str]:
    """What `load` says of the folder, called config; nothing when it loads."""
    try:
        load(folder, "config")
    except ConfigErrors as errors:
        return str(errors).split("\n")
    return []
