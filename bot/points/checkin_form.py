"""How people write that they check in: the word, in whatever dress, with a greeting at most.

What asks, denies, looks back or speaks of checking in is no check-in. So words are not looked for:
the whole line must be made of parts that are known.
"""

import re
import unicodedata
from functools import lru_cache

from bot.points.seen import written
from bot.points.text import TRIMMED
from bot.points.wechat_emoji import without_moods

LONGEST = 60
"""Characters; nobody checks in with more."""
SIMPLE: dict[int, int] = str.maketrans("簽籤個來們報點啰囉", "签签个来们报点咯咯")
DRESS = frozenset(" ~!.,#*()[]-_^`·。、…—–‥〜【】〔〕★☆√")
"""What may stand round the word, and between its characters. Question marks ask, quotation marks
speak of the word, and a colon is followed by something."""
TURNED_ROUND = frozenset("❌❎✖✘✗❓❔🤔🚫⛔🙅👎🤷🙈⁉")
"""Pictures that deny or ask."""
PICTURES = ("So", "Sk", "Me", "Cf")
"""Categories of emoji and of what they are put together with."""
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes a line read otherwise than it is written."""
MENTION = re.compile("@[^@\u2005\n]{1,40}\u2005|@[^@\\s]{1,40}(?:\\s|$)")

_ALL = r"(?:大家|各位|亲们|姐妹们|家人们|宝子们|宝宝们|朋友们|群友们|老板|群主|店长)"
_GREETING = (
    rf"{_ALL}? ?(?:早上好|早安|早呀|早啊|上午好|中午好|午安|下午好|晚上好|晚安)[呀啊哦]?|早 |早$"
    rf"|{_ALL} ?[早好][呀啊]?(?: |$)|{_ALL} ?(?=我)"
    r"|(?:祝 ?)?(?:大家 ?)?(?:新年|元旦|春节|元宵节?|端午节?|七夕|中秋节?|国庆节?|节日|圣诞|周末)"
    r"(?:快乐|愉快|安康|好)"
    r"|你好|哈喽|嗨|hello|hi|(?:good ?)?morning|辛苦了|冒泡|报到|我?来[了啦]|哈{2,9}(?!哈)"
    r"|(?:新的|美好的|元气满满的)一天|元气满满|开工大吉"
    r"|(?:谢谢(?:老板|群主|店长)?|加油|冲鸭|奥利给)(?: |$)"
)
_CORE = r"(?:签 ?(?:个 ?|一下 ?)?到|打 ?(?:个 ?|一下 ?)?卡)(?: ?一下)?"
_DAY = r"(?:第 ?(?:\d{1,4}|[一二两三四五六七八九十百零]{1,5}) ?天|day ?\d{1,4})"
_WHO = r"(?:我|本人|俺)?"
_WHEN = (
    r"(?:今日[份的]?|今天的?|每日|日常|例行|早起|晨起|早睡|准时|按时|照常|坚持|继续|先"
    r"|\d{1,2} (?:\d{1,2}|月\d{1,2}[日号]?)|\d{1,2}月\d{1,2}[日号]?"
    r"|(?:周|星期)[一二三四五六日天])?"
)
_COME = r"(?:我 ?)?[也又]? ?[前特]?来"
_LINE = re.compile(
    rf"(?:(?:{_GREETING}) ?){{0,3}}"
    rf"(?:{_WHO} ?{_WHEN} ?(?:{_COME} ?{_WHEN} ?{_CORE}(?: ?[了啦咯喽嘞噜])?"
    rf"|(?:坚持)? ?{_DAY} ?{_CORE}|(?:坚持|连续)? ?{_CORE} ?{_DAY}"
    rf"|(?:{_CORE} ?){{1,3}}(?:来?[啦咯喽嘞噜]{{1,5}}|来了|先)?))"
    rf"(?: ?(?:{_GREETING})){{0,3}} ?(?:祝 ?{_ALL}\w{{1,8}} ?)?",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?:{_CORE} ?){{1,3}}")
_WORD = re.compile("[签簽籤打].{0,8}[到卡]")
_BETWEEN = re.compile(r"(?:[\W_](?:(?<=\+)1)?)+")
"""What stands between letters and digits; +1 is no number."""


def is_checkin(text: str, mentions: tuple[str, ...], name: str, words: frozenset[str]) -> bool:
    """Whether somebody called `name` checks in with these characters; `words` do it too, beside
    签到 and 打卡."""
    if len(text) > LONGEST and len(text := text.strip(TRIMMED)) > LONGEST:
        return False
    may_be_word = _WORD.search(text) is not None
    if not (may_be_word or (words and not _beginnings(words).isdisjoint(text))):
        return False
    line = _plain(text, mentions)
    if line.replace(" ", "") in _plain_words(words):
        return True
    lines = (line, _without_name(line, name)) if may_be_word else ()
    return any(_LINE.fullmatch(one) for one in lines)


def is_bare(text: str, mentions: tuple[str, ...]) -> bool:
    """Whether it is the word alone, which checks in even in answer to somebody."""
    return _BARE.fullmatch(_plain(text, mentions)) is not None


def _plain(text: str, mentions: tuple[str, ...]) -> str:
    """The line without its dress, in simple characters, with a space for whatever stood between
    two parts; "" for what is no check-in whatever it says."""
    text = text.replace("＠", "@")
    if "@" in text:
        if not mentions or text.count("@") > len(mentions) or {*mentions} != {"bot"}:
            return ""
        text = MENTION.sub(" ", text)
    if not text.isprintable() and not OVERRIDES.isdisjoint(text):
        return ""
    line = without_moods(written(text).strip().removeprefix("/"))
    if not all(map(_is_dress, _BETWEEN.findall(line))):
        return ""
    return _BETWEEN.sub(" ", line.translate(SIMPLE)).strip()


def _is_dress(between: str) -> bool:
    return all(
        char in DRESS or (unicodedata.category(char) in PICTURES and char not in TURNED_ROUND)
        for char in between.replace("+1", "")
    )


def _without_name(line: str, name: str) -> str:
    """Many write their name beside the word."""
    name = _BETWEEN.sub(" ", written(name[:LONGEST])).strip()
    if len(name) < 2:
        return line
    if line.startswith(name):
        return line[len(name) :].lstrip()
    return line[: -len(name)].rstrip() if line.endswith(name) else line


@lru_cache(maxsize=8)
def _plain_words(words: frozenset[str]) -> frozenset[str]:
    return frozenset(_plain(word, ()).replace(" ", "") for word in words) - {""}


@lru_cache(maxsize=8)
def _beginnings(words: frozenset[str]) -> frozenset[str]:
    """How one of them may begin, in full or simple characters."""
    first = {word[0] for word in (*words, *_plain_words(words)) if word}
    full = {chr(code) for code, simple in SIMPLE.items() if chr(simple) in first}
    return frozenset(first | full)
