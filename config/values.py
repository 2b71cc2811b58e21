"""What a single value of a table may be: ids, names, wording, zones and multipliers.

A message says what is allowed; who reads it out puts the key and what was found before it.
"""

import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.points.tag import MOST_CHARACTERS, tag_word
from bot.points.types import MAX_POINTS
from config.errors import nearest


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", text):
        raise ValueError(
            "must be a-z, 0-9 and _, begin with a letter, and be 40 characters or fewer"
        )
    return text


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    if len(text) > 20:
        raise ValueError("must be 20 characters or fewer")
    return _visible(text)


def _word(text: str) -> str:
    """What another program calls something: a room's id, a category of the shop."""
    if not text.strip():
        raise ValueError("must not be blank")
    return _visible(text)


def _tag(text: str) -> str:
    """One word, as an admin types it behind a name."""
    if not 1 <= len(text) <= MOST_CHARACTERS or text != tag_word(text):
        raise ValueError(f"must be one word of 1 to {MOST_CHARACTERS} characters")
    return text


def _host(text: str) -> str:
    """A host as browsers send it, IDN in its ASCII form: look-alikes are written in others."""
    label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"(\*\.)?({label}\.)+[a-z][a-z0-9-]*[a-z0-9]", text) or len(text) > 253:
        raise ValueError(
            'must be a host such as "shop.example.com" or "*.example.com", in lower case and '
            "without https://, port or path"
        )
    return text


def _account(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+:.+", _visible(text)):
        raise ValueError('must be an account such as "onebot:10001", channel and id')
    return text


def _visible(text: str, also: str = "") -> str:
    """Emoji are joined by U+200D; every other invisible character can only mislead."""
    allowed = also + "\u200d"
    if any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} and c not in allowed for c in text):
        raise ValueError("must not hold line breaks, control or invisible characters")
    return text


def _wording(*places: str) -> Callable[[str], str]:
    """No `{points:>9}`, no lone brace: however the places are filled, it says the same."""
    allowed = " ".join(f"{{{place}}}" for place in places)

    def check(text: str) -> str:
        if len(text) > 200:
            raise ValueError("must be 200 characters or fewer")
        for found in re.findall(r"\{([^{}]*)\}", text):
            if found not in places:
                close = nearest(found, places)
                end = f"did you mean {{{close}}}?" if close else f"known: {allowed}"
                raise ValueError(f"has the unknown place {{{found[:40]}}}, {end}")
        if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
            raise ValueError(f"has a lone brace, known: {allowed}")
        return _visible(text, also="\n")

    return check


def _zone(text: str) -> str:
    """Only UTC and `Area/City`: `localtime` and `right/…` are not the same on every machine."""
    try:
        if text != "UTC" and ("/" not in text or text.startswith(("posix/", "right/"))):
            raise ValueError(text)
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        cities = [zone for zone in known if "/" in zone and not zone.startswith("Etc/")]
        close = nearest(text, cities, least=0.8) or "Asia/Shanghai"
        raise ValueError(f'is no time zone, did you mean "{close}"?') from None
    return text


def _multiplier(above: int) -> Callable[[object], Decimal]:
    def check(found: object) -> Decimal:
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            raise ValueError("must be a number without quotes, such as 1.2")
        number = Decimal(found)
        if not number.is_finite() or not above < number <= 100:
            raise ValueError(f"must be more than {above} and at most 100")
        if number != number.quantize(Decimal("0.0001")):
            raise ValueError("must have 4 decimals or fewer")
        return number

    return check


def _each_year(found: object) -> tuple[int, int]:
    """02-29 is not there every year."""
    parts = re.fullmatch(r"([0-9]{2})-([0-9]{2})", found) if isinstance(found, str) else None
    try:
        if parts is None:
            raise ValueError
        date(2001, int(parts[1]), int(parts[2]))
    except ValueError:
        raise ValueError('must be a day of every year such as "01-01"') from None
    return int(parts[1]), int(parts[2])


EachYear = Annotated[tuple[int, int], BeforeValidator(_each_year)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Name = Annotated[str, AfterValidator(_name)]
Room = Annotated[str, AfterValidator(_word)]
Tag = Annotated[str, AfterValidator(_tag)]
Category = Annotated[str, AfterValidator(_word)]
Host = Annotated[str, AfterValidator(_host)]
Account = Annotated[str, AfterValidator(_account)]
Zone = Annotated[str, AfterValidator(_zone)]
Reply = Annotated[
    str, AfterValidator(_wording("points", "total", "streak_days", "balance", "name"))
]
Goal = Annotated[str, AfterValidator(_wording("points", "days"))]
Points = Annotated[int, Field(ge=1, le=MAX_POINTS)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Multiplier = Annotated[Decimal, BeforeValidator(_multiplier(above=0))]
Raise = Annotated[Decimal, BeforeValidator(_multiplier(above=1))]
