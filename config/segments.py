"""`[[segment]]`: members who fit a condition now, and the value it describes."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bot.points.segment import Segment
from config.model import TableModel
from config.values import Identifier, Name, Tag
from config.where import where

Silence = Annotated[int, Field(ge=2, le=3_650)]
Count = Annotated[int, Field(ge=1, le=10_000)]


class SegmentTable(TableModel):
    """`[[segment]]`: all that is written must hold."""

    id: Identifier
    name: Name
    newcomer_days: Annotated[int, Field(ge=1, le=3_650)] | None = None
    orders_monthly: Count | None = None
    orders_monthly_most: Count | None = None
    silent_days: Silence | None = None
    returned_days: Annotated[int, Field(ge=1, le=365)] | None = None
    dormant_months: Annotated[int, Field(ge=1, le=120)] | None = None
    yearly_yuan: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    tags: list[Tag] = []
    tiers: list[Identifier] = []
    any_of: list[Identifier] = []
    all_of: list[Identifier] = []
    none_of: list[Identifier] = []
    where: str = ""

    @field_validator("where")
    @classmethod
    def _is_a_condition(cls, text: str) -> str:
        where(text, of_deeds=False)
        return text

    @field_validator("orders_monthly_most")
    @classmethod
    def _is_not_less(cls, most: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("orders_monthly")
        if most is not None and least is None:
            raise ValueError("must stand beside orders_monthly")
        if most is not None and least is not None and most < least:
            raise ValueError(f"must not be less than orders_monthly = {least}")
        return most

    @field_validator("returned_days")
    @classmethod
    def _from_a_silence(cls, days: int | None, info: ValidationInfo) -> int | None:
        if days is not None and info.data.get("silent_days") is None:
            raise ValueError("must stand beside silent_days, which says from what silence")
        return days


def segment(table: SegmentTable) -> Segment:
    """The segment of a sound table."""
    sets = {key: frozenset(getattr(table, key)) for key in ("tags", "tiers")}
    named = {key: tuple(getattr(table, key)) for key in ("any_of", "all_of", "none_of")}
    condition = where(table.where, of_deeds=False)
    return Segment(**{**table.model_dump(), **sets, **named, "where": condition})
