"""标签: the words that an admin puts on a member, which rules and campaigns ask for."""

from bot.extend import Context, command
from bot.points.mention import after_name
from bot.points.tag import MOST_CHARACTERS, named_tags, tag_word
from bot.points.text import display_name
from bot.points.types import Refusal
from bot.points.wording import REFUSALS

USAGE = f"这样写:标签 @小美 团长,去掉写「标签 @小美 -团长」;一个词,最多 {MOST_CHARACTERS} 个字"


@command(
    "标签",
    rest="(?:[ @\u2005].*)?",
    help="标签 @小美 团长;去掉写 -团长;只 @ 就看有哪些",
    is_admin=True,
    writes=True,
)
def tag(context: Context) -> str:
    """Puts one on, takes one off with a "-" before it, or shows those there are."""
    members = context.mentioned()
    if len(members) != 1:
        return USAGE
    [member] = members
    said = after_name(context.rest, context.name_of(member))
    is_off = said.startswith("-")
    word = tag_word(said.removeprefix("-"))
    if said and word is None:
        return USAGE
    name = display_name(context.name_of(member)) or f"会员{member}"
    found = context.tag(member, word, is_off=is_off) if word else context.tags_of(member)
    if isinstance(found, Refusal):
        return f"{name}:{REFUSALS[found.code]}"
    lines = [f"{name} 的标签:{'、'.join(found) or '没有'}"]
    named = named_tags(context.programme)
    if word and not is_off and named and word not in named:
        lines.append(f"规则里没有用到「{word}」,用到的是:{'、'.join(named)}")
    return "\n".join(lines)
