"""A programme day as text."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=4096)
def day_text(day: date) -> str:
    """2026-11-01, as keys and tables have it. Kept, since a check-in writes its day a dozen
    times."""
    return day.isoformat()
