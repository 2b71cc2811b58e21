"""What is read of the ledger: values for replies, boards and reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.points.types import WaitsFor

Period = Literal["day", "week", "month", "total"]
"""Calendar periods in the programme's zone, weeks from Monday; `total` ranks qualifying points."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry with what is known around it."""

    id: int
    at: datetime
    on: date
    member: int
    member_name: str
    external_id: str
    """Of the member on the channel asked for; "" when they have none there."""
    kind: str
    rule: str | None
    points: int
    balance: int
    """The account's balance after it."""
    debt: int
    note: str | None
    why: Mapping[str, str | int]
    key: str
    previous: int
    """The entry before it on the same account; 0 for the first."""
    expires_on: date | None
    reverses: int | None
    reversed_by: int | None
    """The last entry that took something of this one back."""
    reversed_points: int
    """How much was taken back, or of a spend given back, so far; 0 or more."""
    is_reversed: bool
    """Whether all of it was: at once, apart from what had expired, or in parts that add up."""
    actor: str | None
    activity_kind: str | None
    activity_key: str | None
    channel: str | None
    message: str | None
    """Id of the message whose deed it pays."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An activity, with the entries it earned."""

    kind: str
    key: str
    member: int
    on: date
    outcome: str
    refusal: str | None
    entries: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one deed lets wait."""

    rules: tuple[str, ...]
    points: int
    channel: str
    message: str
    """Id of the message, or number of the order, that told of it."""
    waits_for: WaitsFor | None
    """None: for `ends_on`."""
    ends_on: date | None
    """On whose morning it can be spent, programme-local; what waits for an admin lapses then. None
    where only an order's completion ends it."""


@dataclass(frozen=True, slots=True)
class RefusedDeed:
    """A deed that earned nothing."""

    at: datetime
    on: date
    kind: str
    channel: str
    message: str
    """Id of the message, or number of the order, that told of it."""
    code: str
    programme: str
    """Version of the programme that judged it."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member of a room."""

    member: int
    external_id: str
    name: str
    left: bool
    balance: int
    run: int
    run_on: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board."""

    rank: int
    member: int
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Board:
    """The first places, and where one member stands."""

    top: tuple[Place, ...]
    mine: Place | None
    """None when the member has gained nothing in the period."""
    gap: int | None
    """Points that are missing to the next better score; None at the top, and off the board."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits, as an admin reads it."""

    number: int
    """The row of the journal that tells of the deed."""
    member: int
    member_name: str
    rule: str
    day: date
    points: int
    waits_for: WaitsFor | None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A room with deeds that have waited long for an admin."""

    channel: str
    room: str
    """The platform's id."""
    count: int


Stage = Literal["joined", "stayed", "ordered", "left"]
"""How far it has come with somebody who was brought; `left`: gone before it settled."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Who brought whom."""

    invitee: int
    inviter: int
    at: int
    """When the invitee joined, microseconds since 1970 UTC."""
    stage: Stage
    invitee_name: str = ""
    is_waiting: bool = False
    """Whether something waits for their staying; known where all of a member's are asked for."""
