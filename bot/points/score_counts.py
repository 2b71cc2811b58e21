"""How many members have each score, so that a rank is found without sorting anybody.

Scores below CEILING are counted one by one and in blocks of 256: an entry changes two or four
numbers, a rank adds up at most 512. (A Fenwick tree ranks in a third of the time and takes three
times as long for an entry, and there are more entries than questions.) The few scores above stand
in a sorted list.
"""

from array import array
from bisect import bisect_left, bisect_right, insort

BITS = 8
BLOCK = 1 << BITS
CEILING = BLOCK * BLOCK


class ScoreCounts:
    """Counts of scores. Only scores above 0 are on a board: any other counts nowhere."""

    def __init__(self) -> None:
        self._counts = array("i", bytes(4 * CEILING))
        self._blocks = array("i", bytes(4 * BLOCK))
        self._high: list[int] = []
        """Scores from CEILING on, ascending, one for each member."""

    def __len__(self) -> int:
        """How many are on the board."""
        return sum(self._blocks) + len(self._high)

    def add(self, score: int, count: int = 1) -> None:
        """Counts `count` more members with this score; below 0, fewer."""
        if 0 < score < CEILING:
            self._counts[score] += count
            self._blocks[score >> BITS] += count
        elif score > 0:
            self._add_high(score, count)

    def move(self, before: int, after: int) -> None:
        """One member's score has changed."""
        if 0 < before < CEILING and 0 < after < CEILING:
            self._counts[before] -= 1
            self._counts[after] += 1
            was_in, is_in = before >> BITS, after >> BITS
            if was_in != is_in:
                self._blocks[was_in] -= 1
                self._blocks[is_in] += 1
        else:
            self.add(before, -1)
            self.add(after)

    def above(self, score: int) -> int:
        """How many have more than this score, 0 or above."""
        if score >= CEILING:
            return len(self._high) - bisect_right(self._high, score)
        block = score >> BITS
        in_block = sum(self._counts[score + 1 : (block + 1) << BITS])
        return in_block + sum(self._blocks[block + 1 :]) + len(self._high)

    def next_above(self, score: int) -> int | None:
        """The lowest score above this one that somebody has; None when nobody has more."""
        if score < CEILING:
            block = score >> BITS
            for better in range(score + 1, (block + 1) << BITS):
                if self._counts[better]:
                    return better
            for higher in range(block + 1, BLOCK):
                if self._blocks[higher]:
                    return self._lowest_in(higher)
        at = bisect_right(self._high, score)
        return self._high[at] if at < len(self._high) else None

    def at_place(self, place: int) -> int:
        """The score at this place from the top, 1 to the length."""
        if place <= len(self._high):
            return self._high[-place]
        place -= len(self._high)
        block = BLOCK - 1
        while place > self._blocks[block]:
            place -= self._blocks[block]
            block -= 1
        score = ((block + 1) << BITS) - 1
        while place > self._counts[score]:
            place -= self._counts[score]
            score -= 1
        return score

    def _lowest_in(self, block: int) -> int:
        first = block << BITS
        return next(score for score in range(first, first + BLOCK) if self._counts[score])

    def _add_high(self, score: int, count: int) -> None:
        for _ in range(count):
            insort(self._high, score)
        if count < 0:
            at = bisect_left(self._high, score)
            del self._high[at : at - count]
