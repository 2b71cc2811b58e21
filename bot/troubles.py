"""What a channel says is wrong with it, for operators: in Chinese."""

import re

IN_CHINESE = {
    "connecting": "正在连接",
    "not started": "还没有启动",
    "not connected yet": "还没有连上",
    "the connection ended": "连接断了",
    "wrong token": "令牌不对",
    "no implementation has connected yet": "还没有 OneBot 连进来",
    "an implementation was turned away for its token": "有 OneBot 来连，令牌不对，没有放进来",
    "the account is not connected": "账号没有连上",
    "the account is not logged in at the gateway": "网关里没有微信号登录",
    "the gateway cannot be reached": "连不上网关",
    "the gateway did not answer in time": "网关没有回应",
    "the connection to the gateway was lost": "和网关的连接断了",
    "the gateway does not take the token": "网关不认令牌",
    "the gateway tells somebody else": "网关正被别的程序连着",
    "the gateway ended the stream of events": "网关不再送消息来",
    "the gateway answers, and tells nothing": "网关有回应，但是不送消息来",
    "the gateway begins anew": "网关重新开始了",
}
PATTERNS = (
    (re.compile(r"account (.+) is not connected"), "账号 {} 没有连上"),
    (re.compile(r"answered with (HTTP \d+)"), "对方回答 {}"),
    (re.compile(r"cannot be reached: (.+)"), "连不上（{}）"),
    (re.compile(r"the gateway is away: (.+)"), "网关不在（{}）"),
    (re.compile(r"the gateway cannot st(?:art|op): (.+)"), "网关启动不了（{}）"),
    (
        re.compile(r"the package wechaty cannot be used: (.+)"),
        "wechaty 装坏了（{}），重新 make run",
    ),
)


def in_chinese(trouble: str) -> str:
    """The same in Chinese; as it is where no words are known for it."""
    if trouble in IN_CHINESE:
        return IN_CHINESE[trouble]
    for pattern, words in PATTERNS:
        if found := pattern.fullmatch(trouble):
            return words.format(found[1])
    return trouble
