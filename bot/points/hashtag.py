"""The labels that people put on what they write: #教程."""

import re

_HASHTAG = re.compile(r"#([^\s#]{1,20})")


def hashtags(text: str) -> list[str]:
    """Those of a text, without #, in order; cut at 20 characters where no space ends one."""
    return _HASHTAG.findall(text) if "#" in text else []
