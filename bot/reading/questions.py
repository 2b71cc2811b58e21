"""Questions in plain words: which command somebody means who asks 我还有多少积分, or none.

It is confident or silent. A sentence counts when each of its words is known: those of one
command's own asking, and those that say nothing of their own. With one word more it is about
something else: 这个杯子多少积分.
"""

import re
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

from bot.points.ask import NUMBER, Ask
from bot.reading.fillers import FILLERS
from bot.reading.segmented import words

LONGEST = 30
"""Characters of a question."""
SHORTEST = 3
STRANGE_COST = 100
ACROSS_COST = 10
"""Of a known word that does not begin and end where jieba's words do."""
DIGITS = "0123456789"
NUMBERS = re.compile("[0-9]+")
STICKERS = re.compile(r"\[[^\[\]]{1,4}\]")
OTHER_SPELLINGS = str.maketrans(
    "積還麼個籤簽級單細補換查幾嗎問請為獎邀請動規則餘額數誰過來這麼樣會給沒點時間發現號員機記錄帶們",
    "积还么个签签级单细补换查几吗问请为奖邀请动规则余额数谁过来这么样会给没点时间发现号员机记录带们",
)

Meant = TypeVar("Meant")


class Questions(Generic[Meant]):
    """Knows what can be asked, and what each of it means."""

    def __init__(self, asks: Iterable[tuple[Ask, Meant]]) -> None:
        self._asks = tuple(asks)
        self._known = FILLERS.union(*(ask.known for ask, _ in self._asks))
        self._letters = frozenset("".join(self._known)).union(map(chr, OTHER_SPELLINGS), DIGITS)
        self._longest = max(map(len, self._known))
        about = {word[0] for ask, _ in self._asks for word in ask.groups[0]}
        others = {chr(one) for one, usual in OTHER_SPELLINGS.items() if chr(usual) in about}
        self._about = frozenset(about | others)

    def meant(self, text: str, *, is_addressed: bool) -> Meant | None:
        """What a line asks for; None for what is no question, or one about anything else. Who
        addresses the bot need not say so much."""
        if not SHORTEST <= len(text) <= LONGEST:
            return None
        text = STICKERS.sub(" ", text.lower()) if "[" in text else text.lower()
        if self._about.isdisjoint(text) or any(map(self._is_foreign, text)):
            return None
        plain = _plain(text)
        near = self._within(plain)
        if not any(_is_asked(ask, near, is_addressed=is_addressed) for ask, _ in self._asks):
            return None
        read = self._read(plain)
        fitting = [
            (len(ask.groups), meant)
            for ask, meant in self._asks
            if read <= FILLERS | ask.known and _is_asked(ask, read, is_addressed=is_addressed)
        ]
        most = max((groups for groups, _ in fitting), default=0)
        found = [meant for groups, meant in fitting if groups == most]
        return found[0] if found and all(one is found[0] for one in found) else None

    def _is_foreign(self, char: str) -> bool:
        return char not in self._letters and char.isalnum()

    def _within(self, plain: str) -> frozenset[str]:
        """All known words that can be found in a text, also inside others."""
        starts = range(len(plain))
        lengths = range(1, self._longest + 1)
        return self._known.intersection(
            plain[start : start + length] for length in lengths for start in starts
        )

    def _read(self, plain: str) -> frozenset[str]:
        """The words of a text: known ones where it can be read as such, and jieba's elsewhere."""
        cut = words(plain)
        bounds = list(accumulate(map(len, cut), initial=0))
        strange = set(pairwise(bounds))
        longest = max(self._longest, *map(len, cut))
        best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
        for end in range(1, len(plain) + 1):
            ways = []
            for start in filter(best.__contains__, range(max(0, end - longest), end)):
                chunk, (cost, before) = plain[start:end], best[start]
                if chunk in self._known:
                    cost += 1 + ACROSS_COST * ((start not in bounds) + (end not in bounds))
                elif (start, end) in strange:
                    cost += STRANGE_COST * (not chunk.isspace())
                else:
                    continue
                ways.append((cost, (*before, chunk)))
            if ways:
                best[end] = min(ways)
        return frozenset(word for word in best[len(plain)][1] if not word.isspace())


def _plain(text: str) -> str:
    """The usual spelling, with spaces for all that is no letter or digit."""
    text = text.translate(OTHER_SPELLINGS)
    return NUMBERS.sub(NUMBER, "".join(char if char.isalnum() else " " for char in text))


def _is_asked(ask: Ask, found: frozenset[str], *, is_addressed: bool) -> bool:
    """Whether a word of each group is among those that were found."""
    if ask.sure and not is_addressed and ask.sure.isdisjoint(found):
        return False
    return not any(group.isdisjoint(found) for group in ask.groups)
