"""Who says that they have passed something on to their 朋友圈, of which a picture is the proof."""

import re

LONGEST = 40
"""Characters; who has more to say tells of it."""
_PASSED = "(?:转发|转|分享|发布|发|晒)"
_CLAIM = re.compile(
    rf"(?:已经?|刚刚?){_PASSED}[到至在]?[了过]?(?:我的?)?朋友圈"
    rf"|{_PASSED}[到至在]?(?:我的?)?朋友圈(?:了|啦|咯|喽|成功|✅|√)"
    rf"|{_PASSED}了[个条]?(?:我的?)?朋友圈"
    rf"|朋友圈(?:已经?|刚刚?|也|都)?{_PASSED}(?:好|完)?(?:了|啦|咯|过|✅|√)"
    rf"|朋友圈(?:已经?|刚刚?){_PASSED}"
)
_BARE = re.compile("(?:转发|分享|发)?朋友圈(?:截图|分享|转发)?[!~。,. ✅]*")
_NOT_DONE = re.compile(
    "[?吗呢没未不别谁你您他她请帮求等再才要]|怎么|如何|什么|记得|可以|明天|昨天|大家|人家|看到|如果"
    "|店长|群主|老板|商家|官方|客服"
)


def is_claim(text: str) -> bool:
    """Whether it says so of the writer."""
    if "朋友圈" not in text or len(text) > LONGEST or _NOT_DONE.search(text):
        return False
    return bool(_CLAIM.search(text)) or (text != "朋友圈" and bool(_BARE.fullmatch(text)))
