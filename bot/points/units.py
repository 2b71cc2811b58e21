"""What the units of a deed are called, by kind of activity."""

from collections.abc import Mapping
from types import MappingProxyType

UNITS: Mapping[str, str] = MappingProxyType(
    {"order": "元", "review": "字", "post": "字", "answer": "字", "feedback": "字", "chat": "字"}
)
"""Orders come in yuan, and what is written in characters; the units of others have no name."""
MEASURES: Mapping[str, str] = MappingProxyType({"元": "金额", "字": "字数", "": "数量"})
"""What so many of a unit are, together."""


def counted(number: int, kind: str) -> str:
    """So many units: 30 字, 300 元; 3 个 of what has no name."""
    return f"{number} {UNITS.get(kind, '个')}"
