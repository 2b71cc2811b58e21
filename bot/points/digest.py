"""One message that answers many check-ins: a line for each, with no name mentioned."""

from collections.abc import Sequence

MOST_LINES = 20
"""What is read at a glance on a phone."""


def digest(briefs: Sequence[str], people: int) -> str:
    """How many have checked in, and what each got, in the order of the briefs."""
    return "\n".join([f"签到 {people} 人", *briefs])


def paid(name: str, points: int, run: int) -> str:
    """A member's line: what a check-in gave, and the days in a row."""
    return f"{name} +{points},连续 {run} 天"


def unpaid(name: str, sentence: str, run: int) -> str:
    """A member's line for one that gave nothing, as `refusal` says why."""
    return f"{name} {sentence}" + (f",连续 {run} 天" if run else "")


def risen(brief: str, tier: str) -> str:
    """The line of one who has got into this tier by it; what is always said by itself stays
    so."""
    return f"{brief},升到{tier}" if brief else ""
