"""How much a text says, in characters."""

import re

from bot.points.wechat_emoji import without_codes

_LINKS = re.compile(
    r"https?://[!-~]*|(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w.@-])(?:[/?#:][!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
_MENTIONS = re.compile(r"@[^\s@]{1,40}")
_HASHTAGS = re.compile(r"#[^\s#]{1,8}(?=[\s#]|$)")
_SILENT = re.compile(r"[\W_]+")
_BEYOND_TWO = re.compile(r"(.)(?=\1\1)")


def without_links(text: str) -> str:
    """The text without links and bare hosts."""
    return _LINKS.sub(" ", text) if "." in text or "://" in text else text


def counted(text: str) -> int:
    """Letters, digits and Chinese characters; not those of emoji, links, mentions and hashtags,
    and of one that is repeated two: 哈哈哈哈哈哈 is 2."""
    text = without_links(without_codes(text))
    if "@" in text:
        text = _MENTIONS.sub(" ", text)
    if "#" in text:
        text = _HASHTAGS.sub(" ", text)
    plain = _SILENT.sub("", text)
    return len(plain) - len(_BEYOND_TWO.findall(plain))
