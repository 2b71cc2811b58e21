"""Whether a text asks something."""

import re

from bot.points.counting import without_links

_ASKS = re.compile(
    r"\?|吗|么(?<![什怎这那多]么)(?=\W|$)|怎么(?<![没不]怎么)(?![都也])|咋|如何|哪[个款种里家儿些位]"
    r"|有[没木]有|求[推助教问解]|请[问教]|想问|什么(?<!没什么)(?![都也])|啥(?<!没啥)(?![都也])"
    r"|多少(?<!没多少)(?!有|会)|是不是|要不要|会不会|能不能|可不可|好不好|行不行|几点|谁[知有能会]"
    r"|推荐一下|介绍一下|有.{0,8}推荐|求.{0,8}推荐"
)
"""Each way begins with a character of its own, by which it is quickly found."""
_ASKS_BACK = re.compile(r"[?吗][\W_]*$|^[\W_]*(?:同问|同求|我也想[问知]|求解|蹲|请问|想问)")


def is_asking(text: str) -> bool:
    """By its question mark, or by the words that ask; 没什么 and 怎么都好 do not."""
    return _ASKS.search(without_links(text)) is not None


def is_asking_back(text: str) -> bool:
    """Whether what is said to a question is one again: by how it begins or ends, since answers
    have words that ask inside."""
    return _ASKS_BACK.search(text) is not None
