"""The tables. Classes with `table=True` do not validate: they describe the schema and stay in
`store/`.

Every key begins with the community, the unit of distribution. Instants (`at`) are microseconds
since 1970 UTC, days (`day`, `expires_on`) ISO dates in the programme's zone, points whole numbers.
The column types are those that STRICT tables take: INTEGER (BIGINT on PostgreSQL), TEXT, BLOB.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from bot.points.types import MAX_POINTS

Whole = BigInteger().with_variant(Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
LARGEST_SUM = 10**15
"""Balances and sums stay below this."""


def key(kind: Any = Whole) -> Any:
    """A column of the primary key."""
    return Field(sa_type=kind, primary_key=True, sa_column_kwargs={"autoincrement": False})


def whole(default: int | None = None) -> Any:
    """A whole number that must be there."""
    server = None if default is None else text(str(default))
    return Field(sa_type=Whole, nullable=False, sa_column_kwargs={"server_default": server})


def words(kind: Any = Text) -> Any:
    """Text, or bytes, that must be there."""
    return Field(sa_type=kind, nullable=False)


def maybe(kind: Any = Text) -> Any:
    """A column that may be NULL."""
    return Field(default=None, sa_type=kind, nullable=True)


class Community(SQLModel, table=True):
    """The tenant: several rooms and their members share one ledger."""

    __table_args__ = (STRICT,)
    id: int = key()
    created_at: int = whole()
    clock_at: int = whole()
    """The latest instant that a tick or a new day was seen at: the ledger speaks as of it."""
    programme: str = words()
    """JSON: version, zone and tiers of the programme in force, for those who read beside the
    bot."""


class Terms(SQLModel, table=True):
    """A programme from the instant on at which it came into force, microseconds since 1970 UTC.
    The one that is in force now is the last; an order is judged by that of its payment."""

    __table_args__ = (STRICT,)
    community: int = key()
    since: int = key()
    version: str = words()
    programme: str = words()
    """The tables it was read from, as `config.kept` writes them; empty where it was not read."""


class Room(SQLModel, table=True):
    """One chat group."""

    __table_args__ = (UniqueConstraint("community", "channel", "external_id"), STRICT)
    community: int = key()
    id: int = key()
    channel: str = words()
    external_id: str = words()
    name: str = Field(sa_type=Text, nullable=False, sa_column_kwargs={"server_default": ""})
    """What it is called; empty where no platform has said."""
    adopted_at: int | None = maybe(Whole)
    """When an admin adopted it; NULL: nobody has, or it is closed."""
    closed_at: int | None = maybe(Whole)
    """When an admin closed it; NULL: it is open where it is adopted, or the operator says so."""
    read_at: int | None = maybe(Whole)
    """When those who were in it were read; NULL: not since it was opened."""


class Member(SQLModel, table=True):
    """A person in a community. Names live here and never in the ledger, so a person can be
    forgotten."""

    __table_args__ = (
        CheckConstraint("newcomer IN (0, 1)", name="newcomer_flag"),
        STRICT,
    )
    community: int = key()
    id: int = key()
    name: str = words()
    joined_at: int = whole()
    newcomer: int = whole()
    """1 when first seen joining a room, 0 when they were there before the bot."""
    home_room: int | None = maybe(Whole)
    birthday: str | None = maybe()
    """Month and day, `06-18`."""


class Identity(SQLModel, table=True):
    """A member as one channel knows them."""

    __table_args__ = (Index("identity_of_member", "community", "member"), STRICT)
    community: int = key()
    channel: str = key(Text)
    external_id: str = key(Text)
    member: int = whole()


class Tag(SQLModel, table=True):
    """A word that an admin has put on a member; segments ask for it."""

    __table_args__ = (Index("tag_of_member", "community", "member"), STRICT)
    community: int = key()
    tag: str = key(Text)
    member: int = key()
    at: int = whole()


class Budget(SQLModel, table=True):
    """What a campaign has given on top so far, of the points that it may give in all."""

    __table_args__ = (CheckConstraint("points >= 0", name="given_range"), STRICT)
    community: int = key()
    campaign: str = key(Text)
    points: int = whole()


class Presence(SQLModel, table=True):
    """Who is, or was, in which room."""

    __table_args__ = (STRICT,)
    community: int = key()
    room: int = key()
    member: int = key()
    joined_at: int = whole()
    left_at: int | None = maybe(Whole)
    inviter: int | None = maybe(Whole)


class Account(SQLModel, table=True):
    """A member's whole standing in one row: what an award reads and writes is one page."""

    __table_args__ = (
        CheckConstraint(f"balance BETWEEN 0 AND {LARGEST_SUM}", name="balance_range"),
        CheckConstraint(f"debt BETWEEN 0 AND {LARGEST_SUM}", name="debt_range"),
        CheckConstraint("balance = 0 OR debt = 0", name="debt_first"),
        CheckConstraint(f"waiting BETWEEN 0 AND {LARGEST_SUM}", name="waiting_range"),
        Index(
            "account_merged",
            "community",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        STRICT,
    )
    community: int = key()
    member: int = key()
    balance: int = whole()
    debt: int = whole()
    qualifying: int = whole()
    qualifying_entry: int = whole()
    """The entry that last changed the qualifying points: who reached a score first stands
    first."""
    run: int = whole()
    """Checked-in days in a row that end on `run_on`."""
    run_on: str | None = maybe()
    total_days: int = whole(0)
    """Days ever checked in, in a row or not."""
    counters: str = words()
    """JSON: by rule id, how often and how much it paid today, this month and ever."""
    first_expiry: str = words()
    """No lot expires before this day; the true first expiry may be later."""
    last_entry: int = whole()
    last_at: int = whole()
    head: bytes = words(LargeBinary)
    """Hash of the last entry."""
    waiting: int = whole(0)
    """Points that wait for something: visible, and not spendable. The sum of `waiting`."""
    shields: int = whole(0)
    active_on: str | None = maybe()
    """The day of the last deed that was not refused."""
    back_on: str | None = maybe()
    away_days: int = whole(0)
    peak: int = whole(0)
    """The most qualifying points ever."""
    set_aside: int = whole(0)
    """Qualifying points that a yearly re-check no longer counts for the tier."""
    refusal: int = whole(0)
    """The row of the journal that tells of the last refused deed; 0: none."""
    formers: str = Field(sa_type=Text, nullable=False, sa_column_kwargs={"server_default": ""})
    """The numbers that this member also had before they were merged into this one, with commas
    between them."""
    merged_into: int | None = maybe(Whole)
    """The member that this one is now: the account is over, and holds nothing but its chain. Never
    one that is itself merged. NULL: a member."""


class BindCode(SQLModel, table=True):
    """A code by which a second account is joined to a member, once and for ten minutes."""

    __tablename__ = "bind_code"
    __table_args__ = (STRICT,)
    community: int = key()
    member: int = key()
    digest: bytes = words(LargeBinary)
    """Of the code, which is kept nowhere."""
    until: int = whole()
    """Up to when it can be used, microseconds since 1970 UTC."""
    channel: str = words()
    external_id: str = words()
    """The identity that asked for it, and is told."""


class WrongCode(SQLModel, table=True):
    """A code that was none, by who sent it; an hour later it is forgotten."""

    __tablename__ = "wrong_code"
    __table_args__ = (STRICT,)
    community: int = key()
    member: int = key()
    at: int = key()
    channel: str = key(Text)
    message: str = key(Text)


class Inbox(SQLModel, table=True):
    """Every message that had an effect or was refused one: its second delivery changes nothing."""

    __table_args__ = (STRICT,)
    community: int = key()
    channel: str = key(Text)
    message: str = key(Text)
    digest: bytes = words(LargeBinary)
    """Of what it said: the same id with other content is a conflict."""
    at: int = whole()
    activity: int | None = maybe(Whole)
    """The first row of the journal that it caused."""


class Activity(SQLModel, table=True):
    """The journal: what happened, refusals included. A changed outcome is a new row; reading takes
    the last."""

    __table_args__ = (
        CheckConstraint(
            "outcome IN ('accrued', 'pending', 'refused', 'nothing')",
            name="known_outcome",
        ),
        CheckConstraint("(outcome = 'refused') = (refusal IS NOT NULL)", name="refused_with_code"),
        Index(
            "activity_once",
            "community",
            "key",
            "outcome",
            unique=True,
            sqlite_where=text("outcome <> 'refused'"),
            postgresql_where=text("outcome <> 'refused'"),
        ),
        STRICT,
    )
    community: int = key()
    id: int = key()
    at: int = whole()
    day: str = words()
    member: int = whole()
    room: int | None = maybe(Whole)
    kind: str = words()
    key: str = words()
    channel: str = words()
    message: str = words()
    outcome: str = words()
    refusal: str | None = maybe()
    entry: int | None = maybe(Whole)
    """The first entry that it earned."""
    programme: str = words()
    """Version of the programme that judged it."""
    facts: str = Field(sa_type=Text, nullable=False, sa_column_kwargs={"server_default": "{}"})
    """JSON: what else rules were told of it, so that it can be judged again."""


class Entry(SQLModel, table=True):
    """The ledger. Triggers refuse UPDATE and DELETE."""

    __table_args__ = (
        UniqueConstraint("community", "key", name="entry_once"),
        CheckConstraint(
            f"points BETWEEN -{MAX_POINTS} AND {MAX_POINTS} AND points <> 0",
            name="points_range",
        ),
        CheckConstraint(
            "kind IN ('accrual', 'redemption', 'expiry', 'reversal', 'adjustment', 'transfer')",
            name="known_kind",
        ),
        CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reversal_names"),
        CheckConstraint("kind <> 'accrual' OR points > 0", name="accrual_adds"),
        CheckConstraint("kind NOT IN ('redemption', 'expiry') OR points < 0", name="spend_takes"),
        CheckConstraint("balance >= 0 AND debt >= 0", name="never_below_zero"),
        Index(
            "entry_reversed",
            "community",
            "reverses",
            sqlite_where=text("reverses IS NOT NULL"),
            postgresql_where=text("reverses IS NOT NULL"),
        ),
        Index(
            "entry_of_actor",
            "community",
            "actor",
            "day",
            sqlite_where=text("actor IS NOT NULL"),
            postgresql_where=text("actor IS NOT NULL"),
        ),
        STRICT,
    )
    community: int = key()
    id: int = key()
    member: int = whole()
    kind: str = words()
    points: int = whole()
    rule: str | None = maybe()
    campaign: str | None = maybe()
    key: str = words()
    at: int = whole()
    day: str = words()
    expires_on: str | None = maybe()
    reverses: int | None = maybe(Whole)
    actor: str | None = maybe()
    activity: int | None = maybe(Whole)
    room: int | None = maybe(Whole)
    """The room whose boards it counts in."""
    balance: int = whole()
    """The account's balance after it."""
    debt: int = whole()
    """The account's debt after it."""
    why: str = words()
    """JSON: base, multiplier, caps; what `为什么` shows."""
    previous: int = whole()
    """The entry before it on the same account; 0 for the first."""
    hash: bytes = words(LargeBinary)


class Lot(SQLModel, table=True):
    """A member's unspent points that expire on one day. The day stands first: a day's lots are
    neighbours."""

    __table_args__ = (CheckConstraint("remaining >= 0", name="remaining_range"), STRICT)
    community: int = key()
    expires_on: str = key(Text)
    member: int = key()
    remaining: int = whole()


class LotUse(SQLModel, table=True):
    """What an entry took from (below 0) or gave back to (above 0) a lot. A plain accrual needs no
    row: it adds its points to the lot of its `expires_on`; what of it paid a debt, or went to the
    lot of points for good instead, is a row below 0, the latter beside a row of that lot."""

    __tablename__ = "lot_use"
    __table_args__ = (CheckConstraint("points <> 0", name="lot_use_moves"), STRICT)
    community: int = key()
    entry: int = key()
    expires_on: str = key(Text)
    points: int = whole()


class Waiting(SQLModel, table=True):
    """Points that have been earned and cannot be spent yet. A row goes when they are posted, or
    when what earned them is undone."""

    __table_args__ = (
        CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="waiting_points"),
        Index("waiting_due", "community", "due_at"),
        Index("waiting_of_member", "community", "member"),
        STRICT,
    )
    community: int = key()
    key: str = key(Text)
    """The key of the entry that it becomes."""
    member: int = whole()
    points: int = whole()
    due_at: int = whole()
    """From when on they can be spent."""
    activity: int = whole()
    """The row of the journal that tells how they were earned."""
    rule: str = words()
    campaign: str | None = maybe()
    day: str = words()
    room: int | None = maybe(Whole)
    valid_days: int | None = maybe(Whole)
    """How long they can be spent from then on; NULL: as the programme says."""
    why: str = words()
    waits_for: str | None = maybe()
    """`admin` for what an admin decides, and which lapses at `due_at`; `completed` for what only
    the order's completion settles; NULL: for the time alone."""


class Decision(SQLModel, table=True):
    """What became of a deed that waited for an admin, and who decided."""

    __table_args__ = (
        CheckConstraint(
            "outcome IN ('approved', 'rejected', 'lapsed', 'left', 'recalled', 'edited')",
            name="known_decision",
        ),
        STRICT,
    )
    community: int = key()
    activity: int = key()
    """The row of the journal that told of it."""
    outcome: str = key(Text)
    at: int = whole()
    actor: str | None = maybe()
    """`channel:external id`; NULL when nobody decided: time did, or what the author did."""


class Purchase(SQLModel, table=True):
    """An order of the shop, which SQL would take for a word of its own."""

    __table_args__ = (
        CheckConstraint("(buyer_channel IS NULL) = (buyer_id IS NULL)", name="whole_buyer"),
        Index("purchase_of_member", "community", "member"),
        Index("purchase_of_buyer", "community", "buyer_channel", "buyer_id"),
        STRICT,
    )
    community: int = key()
    number: str = key(Text)
    known: str = words()
    """All that its events said so far, joined: `bot.points.order_text`."""
    buyer_channel: str | None = maybe()
    buyer_id: str | None = maybe()
    """The identity by which the buyer is found; a mall account is an identity on channel
    `mall`."""
    member: int | None = maybe(Whole)
    """Who bought; NULL while nobody is known by that identity: it is parked."""
    awards: str | None = maybe()
    """JSON: by key of the entry, the points for the whole order, before refunds; NULL until it has
    been judged."""
    settled_at: int | None = maybe(Whole)
    """When its points became spendable; NULL before."""
    left_fen: int | None = maybe(Whole)
    """What refunds leave of the amount; NULL while that is not known."""
    judged_fen: int | None = maybe(Whole)
    """The amount that `awards` are for; NULL until it has been judged."""
    paid_on: str | None = maybe()
    """The day on which it was paid; NULL while that is not known."""


class Referral(SQLModel, table=True):
    """Who brought whom, one level and once for life. It stands however often they leave."""

    __table_args__ = (
        CheckConstraint("inviter <> invitee", name="not_oneself"),
        CheckConstraint("stage IN ('joined', 'stayed', 'ordered', 'left')", name="known_stage"),
        Index("referral_of_inviter", "community", "inviter"),
        STRICT,
    )
    community: int = key()
    invitee: int = key()
    inviter: int = whole()
    at: int = whole()
    stage: str = words()
    """`joined` until the reward for it has settled; `left` when they went before that, which ends
    it."""


class Score(SQLModel, table=True):
    """Points gained on one day in one room. Weeks and months are sums of days."""

    __table_args__ = (STRICT,)
    community: int = key()
    day: str = key(Text)
    room: int = key()
    member: int = key()
    points: int = whole()
    entry: int = whole()
    """The entry that last changed it: who reached a score first stands first."""


class Note(SQLModel, table=True):
    """An admin's reason for an entry: text, so beside the ledger and not in its chain."""

    __table_args__ = (STRICT,)
    community: int = key()
    entry: int = key()
    text: str = words()


class Post(SQLModel, table=True):
    """What a member wrote, or showed, in a room that is a post, or may become part of one. It goes
    when copies of it are looked for no more."""

    __table_args__ = (
        Index("post_of_member", "community", "member", "at"),
        Index("post_by_time", "community", "at"),
        STRICT,
    )
    community: int = key()
    id: int = key()
    """Sixty-three bits of a hash of channel and message."""
    channel: str = words()
    message: str = words()
    member: int = whole()
    room: int = whole()
    at: int = whole()
    """When it was sent, microseconds since 1970 UTC."""
    kind: str = words()
    """The kind of activity that it is; `picture` and `question` are none."""
    deed: str = words()
    """JSON: what was seen in it, so that it can be judged when its pictures come."""
    text: str = words()
    """What was written, as it is compared with others; empty for a picture."""
    picture: str | None = maybe()
    """Hash of the picture's content; NULL where the channel does not tell."""
    part_of: int | None = maybe(Whole)
    """The post that a picture belongs to."""


class Gram(SQLModel, table=True):
    """Which posts hold a run of five characters; a sample of all runs."""

    __table_args__ = (STRICT,)
    community: int = key()
    gram: int = key()
    post: int = key()


class Claim(SQLModel, table=True):
    """What counts once for good, and the post that it counted for."""

    __table_args__ = (STRICT,)
    community: int = key()
    thing: str = key(Text)
    """`picture/<hash>`, `order/<number>`, …"""
    post: int = whole()
    member: int = whole()
    at: int = whole()


class Outbox(SQLModel, table=True):
    """What carries value and is to be said, or has been; written with what it tells of. What has
    been said, or given up, goes after a month."""

    __table_args__ = (
        CheckConstraint("kind IN ('reply', 'post', 'notice')", name="known_saying"),
        CheckConstraint("state IN ('waiting', 'sent', 'parked', 'void')", name="known_state"),
        CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="waits_or_is_done"),
        CheckConstraint("refusals >= 0", name="refusals_range"),
        STRICT,
    )
    community: int = key()
    id: int = key()
    """Ascending in the order in which it is to be said."""
    channel: str = words()
    room: str | None = maybe()
    """The platform's id of the room; NULL: privately to the first of `mentions`."""
    mentions: str = words()
    """JSON: the platform's ids of those it speaks to."""
    text: str = words()
    quote: str | None = maybe()
    asks: str = words()
    """JSON: what may be answered."""
    picture: bytes | None = maybe(LargeBinary)
    """A PNG; it goes as soon as it has been said."""
    kind: str = words()
    cause: str = words()
    """Id of the message it answers, or the run of a job."""
    at: int = whole()
    """When it was decided."""
    state: str = words()
    """`parked` after too many refusals; `void` when a restore has ended it, or its room was
    closed."""
    refusals: int = whole()
    done_at: int | None = maybe(Whole)
    """When it was said, or given up."""


class JobRun(SQLModel, table=True):
    """Which periods a job has been run for: the row decides, not the scheduler."""

    __tablename__ = "job_run"
    __table_args__ = (STRICT,)
    community: int = key()
    job: str = key(Text)
    period: str = key(Text)
    at: int = whole()
    """When it was due, microseconds since 1970 UTC."""
    place: int | None = maybe(Whole)
    """Where the run has got to; NULL once it is over."""
