"""A nearly right command gets one hint a minute, and then silence."""

from collections.abc import Iterable

from bot.points.types import Message

MINUTE = 60 * 1_000_000
MOST_REMEMBERED = 10_000
SLIPS = str.maketrans("簽積單規則幫級細為麼週總餘額", "签积单规则帮级细为么周总余额")
EDGES = " .,!?~。,！!～…、;:'\"()[]#*"
SOUNDS_LIKE = {
    "签道": "签到", "千到": "签到", "签倒": "签到", "鉴到": "签到", "签至": "签到",
    "签到到": "签到",
    "打咔": "打卡", "打长": "打卡", "积份": "积分", "积芬": "积分", "机分": "积分",
    "排行版": "排行榜", "排行傍": "排行榜", "日绑": "日榜", "周绑": "周榜", "月绑": "月榜",
    "明系": "明细", "明细细": "明细", "等及": "等级", "等极": "等级", "规责": "规则",
    "帮住": "帮助",
}  # fmt: skip
"""What people type, by the ear or the thumb, when they mean a command."""
BEGINNINGS = frozenset({"我是"})
"""Words of commands that mean nothing without what follows them."""
EVERYDAY = frozenset({"为什么", "活动", "通过", "采纳"})
"""Commands that are everyday words too: `为什么?` is asked of each other, not of the bot."""


class Hints:
    """Guesses which command was meant, and remembers whom it has told."""

    def __init__(self, words: Iterable[str]) -> None:
        known = dict.fromkeys((*words, *SOUNDS_LIKE.values()))
        self._words = tuple(word for word in known if word not in BEGINNINGS)
        self._letters = frozenset("".join((*self._words, *SOUNDS_LIKE, *map(chr, SLIPS))))
        self._told: dict[tuple[str, str], int] = {}

    def hint(self, message: Message, text: str, at: int) -> str | None:
        """What to say to a line that is no command; None for chatter, and within a minute of the
        last hint."""
        if len(text) > 12 or self._letters.isdisjoint(text):
            return None
        word = self._meant(
            text, is_addressed="bot" in message.mentions or message.text[:1] in "/／"
        )
        if word is None:
            return None
        person = (message.channel, message.sender)
        if at - self._told.get(person, -MINUTE) < MINUTE:
            return None
        if len(self._told) >= MOST_REMEMBERED:
            self._told.clear()
        self._told[person] = at
        return f"你是不是想发「{word}」"

    def _meant(self, text: str, *, is_addressed: bool) -> str | None:
        """Chatter is left alone: only a known slip, or a command in other dress, counts; who
        addresses the bot is also met half-way by likeness."""
        plain = "".join(char for char in text.translate(SLIPS) if char not in EDGES)
        if plain in SOUNDS_LIKE:
            return SOUNDS_LIKE[plain]
        if plain in self._words and (is_addressed or plain not in EVERYDAY):
            return plain
        if not is_addressed:
            return None
        from rapidfuzz import fuzz, process

        best = process.extractOne(plain, self._words, scorer=fuzz.ratio, score_cutoff=50)
        return best[0] if best else None
