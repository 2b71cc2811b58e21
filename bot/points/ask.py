"""What a command is asked in plain words: 我还有多少积分 means 积分."""

from bot.points.value import value

ME = "我 俺 咱 我们 咱们 自己 本人"
HOW = "怎么 怎样 怎么样 咋 咋样 如何"
WHAT = "什么 啥 哪些 哪种 哪个"
WHERE = "哪 哪里 哪儿 哪去 在哪 在哪里 在哪儿"
HOW_MANY = "多少 几 几个 几分 几多"
WHEN = "什么时候 啥时候 何时 多久 哪天 几号 多长时间"
WHY = "为什么 为啥 为何 怎么 咋 怎么回事"
IS_IT = "吗 么 嘛 有没有 是不是 能不能 可不可以 会不会"
NUMBER = "0"
LOOK = "看 看看 看下 看一下 查 查查 查下 查一下 查询 查看 找 发 发下 发一下"
"""How people ask, for the asks of all commands. Every number of a text is read as 0."""


@value
class Ask:
    """One way of asking: a word of each group, beside which stand only words that are named here
    or say nothing of their own."""

    groups: tuple[frozenset[str], ...]
    """Of each of them one word is there."""
    sure: frozenset[str]
    """One of these, too, where nobody has addressed the bot; empty: that makes no difference."""
    known: frozenset[str]
    """All words of the groups, and those that may stand beside them."""


def ask(*groups: str, sure: str = "", may: str = "") -> Ask:
    """One way of asking, from words with spaces between them: those of which one is there, a group
    an argument; `sure`, one of which is there unless the bot is addressed; and `may`, which are
    allowed beside them."""
    sets = tuple(frozenset(group.split()) for group in groups)
    certain = frozenset(sure.split())
    return Ask(sets, certain, frozenset(may.split()).union(certain, *sets))
