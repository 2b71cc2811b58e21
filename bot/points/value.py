"""A frozen value that costs nothing to make."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[Made]) -> type[Made]:
    """A dataclass with slots that the type checker holds to be frozen.

    `frozen=True` would also refuse at run time, and sets each field by a call: nine fields take
    4.6 µs instead of 0.7, and a check-in makes a dozen values.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
