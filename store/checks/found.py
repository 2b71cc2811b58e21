"""Where what is stored differs from what it should be, one sentence each."""

from datetime import date

MOST = 100
"""Differences that are named; the others are counted."""


class Found:
    """Collects differences, and keeps the first of them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.count = 0

    def say(self, line: str) -> None:
        """Notes one difference: table, key, what is stored and what the entries say."""
        self.count += 1
        if len(self._lines) < MOST:
            self._lines.append(line)

    def differs(self, row: str, column: str, stored: object, wanted: object) -> None:
        """Notes a column that holds something else than the entries say."""
        if stored != wanted:
            self.say(f"{row}: {column} is {shown(stored)}, its entries give {shown(wanted)}")

    def lines(self) -> list[str]:
        """What was found, in the order it was found in; at the end how much more there is."""
        more = self.count - len(self._lines)
        return [*self._lines, f"… and {more} more"] if more else self._lines


def shown(value: object) -> str:
    """A value as a sentence shows it."""
    if value is None:
        return "nothing"
    return value.hex() if isinstance(value, bytes) else str(value)


def is_day(text: str) -> bool:
    """Whether it is a day as the tables write one."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
