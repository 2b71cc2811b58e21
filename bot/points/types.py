"""The nouns of the core: frozen values that go in and out of pure functions.

Units: points are whole `int`, multipliers `Decimal`, instants `datetime` in UTC, days `date` in
the programme's time zone. Nothing in this package does I/O or knows a database.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from bot.points.campaign import Calendar, Campaign
from bot.points.follow import NEEDS, NEWCOMER_TASK, WAKE_UP, Condition
from bot.points.lexicon import PLAIN, Lexicon
from bot.points.pacing import Pacing
from bot.points.segment import NOTHING_ASKED, Asked, Segment, asked
from bot.points.streak import Due
from bot.points.value import value
from bot.points.where import Fields, Where, asked_by

FOREVER = date(9999, 12, 31)
"""The expiry day of points that never expire."""

MAX_POINTS = 1_000_000_000
"""The largest amount of one entry, in points; the database has the same CHECK."""

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CAMPAIGNS = Calendar(())
NO_RATES: Mapping[str, int] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return NOTHING


def _no_rates() -> Mapping[str, int]:
    return NO_RATES


MERGE = "merge"
"""The kind of the journal's row that tells of two members who are one person: its key ends in the
number that is no member any more."""
ADOPTED = "adopted"
"""The kind of activity that an answer's adoption is to who gave it."""
GRANT = "grant"
"""The kind of a grant that waits for a second admin; no rule judges it."""
PASSIVE_KINDS = frozenset(
    {"invite_first_order", MERGE, "order_months", "spend_period", "wake_up", ADOPTED, GRANT}
)
"""Kinds of activity that come to a member without their doing anything: they end no silence."""

JOB = "job"
"""The channel that the journal names for what a job found: its message is the job's run."""

Role = Literal["owner", "admin", "member"]
MessageKind = Literal[
    "text", "image", "link", "miniprogram", "video", "file", "sticker", "other",
    "join", "leave", "recall", "present", "topic",
]  # fmt: skip
ValidUntil = Literal["quarter_end", "year_end"]
EntryKind = Literal["accrual", "redemption", "expiry", "reversal", "adjustment", "transfer"]
SaidKind = Literal["reply", "post", "notice"]
Outcome = Literal["accrued", "pending", "refused", "nothing"]
WaitsFor = Literal["admin", "completed"]
"""Who or what ends a wait that no time ends: an admin decides, or the order is completed."""


@value
class Person:
    """Someone a channel names: the platform's id, and the name shown in the room (may be
    empty)."""

    id: str
    name: str = ""


@value
class Message:
    """What a channel delivers: something said, somebody joining or leaving, a recall, who is in a
    room and what they are called there (`present`), or what a room is called (`topic`)."""

    channel: str
    """`wechaty`, `onebot`, `sandbox`, `replay`."""
    id: str
    """The platform's message id; unique within the channel. The same id again is the same
    message."""
    room: str | None
    """The platform's room id; None in a private chat."""
    sender: str
    """Platform id of who said it; of the inviter for a join ("" when unknown), of who removed for
    a leave."""
    sent_at: datetime
    """When the platform says it was sent, UTC."""
    sender_name: str = ""
    kind: MessageKind = "text"
    text: str = ""
    role: Role = "member"
    """The sender's role in the room at the time of the message, as the platform reports it."""
    mentions: tuple[str, ...] = ()
    """Platform ids of those mentioned; `"bot"` is the bot itself."""
    quote: str | None = None
    """Id of the message this one quotes; None when it quotes nothing."""
    people: tuple[Person, ...] = ()
    """Who joined or left, or is there."""
    facts: Mapping[str, str] = field(default_factory=_nothing)
    """What the kind adds: `url`, `title`, `appid`, `image` (a content hash), `message` (the
    recalled id)."""
    is_self: bool = False
    """True for what the bot itself said and the platform echoes."""


@value
class Sighting:
    """A deed that a recogniser saw in a message, before anybody knows whose or whether it
    counts."""

    kind: str
    """The kind of activity."""
    once: Literal["day", "message", "subject", "subject_day", "member"] = "message"
    """What makes two the same deed: the member's day, the message, what the deed is about, what it
    is about and the member's day, or the member alone, once for life."""
    subject: str | None = None
    units: Decimal = Decimal(1)
    facts: Mapping[str, str] = field(default_factory=_nothing)
    """What rules may ask of it, and the evidence: `pictures`, `score` (0 to 100), `topic`, …; with
    `doubt`, why in a few words, an admin decides whatever the rules say. No text that a member
    wrote: the journal keeps them."""
    is_post: bool = False
    """Whether it is a post: what is written and shown within two minutes is one deed, judged by
    the first of its kinds, and copies of it are refused."""
    is_labelled: bool = False
    """Of a post: whether it says itself what it is, by a hashtag or a heading; what is only
    guessed at comes behind."""
    needs_picture: bool = False
    """Of a post: whether it is a deed only together with a picture of the same member, two minutes
    before or after it at most."""
    people: tuple[str, ...] = ()
    """Names, as they stand in the text, of those whose deed it is instead of the sender's, as far
    as they are known."""


@value
class Activity:
    """A deed worth judging, found in a message or an order."""

    kind: str
    """`checkin`, `share`, …: what a rule's `on` names."""
    key: str
    """Says when two deeds are the same one: `checkin/2026-11-01/17` is one deed however it was
    said."""
    member: int
    on: date
    """The programme day it counts for."""
    at: datetime
    """When it is posted, UTC."""
    room: int | None = None
    """Where it was seen; None for a private chat."""
    place: str | None = None
    """The platform's id of that room, by which campaigns name it."""
    done_at: datetime | None = None
    """When it was done, UTC, by which campaigns judge; None: when it is posted."""
    subject: str | None = None
    """What the deed is about: a link, an order, an invitee."""
    units: Decimal = Decimal(1)
    """What points per unit are multiplied by; yuan of an order."""
    parts: tuple[tuple[str, Decimal], ...] = ()
    """Units by category, for what has categories; they sum to `units`."""
    is_invitee: bool = False
    """Whether it pays the one who was brought, beside the one who brought them."""
    facts: Mapping[str, str] = field(default_factory=_nothing)
    is_made_up: bool = False
    """Whether the day was made up (补签): only rules for days in a row, or in all, pay for it."""
    condition: Condition = ()
    """What it meets, of a deed that follows from others: only rules with just this judge it."""


@value
class Tally:
    """How often, and with how many points, one rule paid one member."""

    times: int = 0
    points: int = 0


@value
class Awards:
    """What one rule paid one member on the day of the deed, in its week and month, and ever."""

    day: Tally = Tally()
    week: Tally = Tally()
    """Weeks begin on Monday."""
    month: Tally = Tally()
    ever: Tally = Tally()
    last_at: int = 0
    """When it paid last, microseconds since 1970 UTC; 0: never."""


CapPeriod = Literal["daily", "weekly", "monthly", "ever"]
PERIODS: tuple[tuple[CapPeriod, Literal["day", "week", "month", "ever"]], ...] = (
    ("daily", "day"), ("weekly", "week"), ("monthly", "month"), ("ever", "ever"),
)  # fmt: skip
"""How a cap's name ends, and which tally of `Awards` it limits."""


@value
class Cap:
    """A limit on what one rule pays one member in a period."""

    code: str
    """The key that sets it, and the code of its refusal: `cap_times_daily`."""
    period: Literal["day", "week", "month", "ever"]
    is_in_points: bool
    """A cap in points pays what is left of it; one in times refuses."""
    limit: int


@value
class Standing:
    """Everything that rules may know of a member when they judge: so rules cannot query."""

    member: int
    today: date
    """The programme day of the posting; a late deed's own day is the activity's `on`."""
    balance: int = 0
    debt: int = 0
    qualifying_points: int = 0
    """As far as they count for the tier."""
    run_before: int = 0
    """Checked-in days in a row that end the day before the deed's."""
    run_after: int = 0
    """Checked-in days in a row that begin the day after the deed's; above 0 only for a late
    message and a made-up day."""
    paid_after: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    """By rule id, the days of that later run for which the rule paid: the entry, or 0 when a day
    that joined runs has taken it back."""
    total_days: int = 0
    """Days checked in so far, in a row or not."""
    awards: Mapping[str, Awards] = field(default_factory=dict)
    """By rule id; a rule that never paid, or whose payments nobody limits, is absent."""
    shields: int = 0
    """Missed days that are still covered by themselves."""
    birthday: tuple[int, int] | None = None
    """Month and day of birth, where a campaign asks; None: not asked, or not told."""
    capped_points: int = 0
    """What the rules under the programme's daily cap paid on the day of the deed."""
    segments: frozenset[str] = frozenset()
    """Ids of the segments the member is in, of those that rules and campaigns for the deed name.
    """
    tags: frozenset[str] = frozenset()
    """What admins have tagged the member with, when rules or campaigns for the deed ask."""
    fields: Fields = field(default_factory=dict)
    """What expressions may ask of the member, when one does."""
    budgets: Mapping[str, int] = field(default_factory=dict)
    """What is left of the budgets of campaigns that are open for the deed, by id; 0 or more."""


@value
class Rule:
    """What one kind of activity earns. A `[[rule]]` table of the programme."""

    id: str
    on: str
    """The kind of activity it judges."""
    name: str
    """What members read: 每日签到."""
    points: int
    """Base points, 0 to MAX_POINTS; with 0 it pays only what campaigns give."""
    per: Literal["unit", "deed"] = "unit"
    """Whether the base is for each unit of the deed, a yuan of an order, or for all of it."""
    from_score: int | None = None
    """Of what is recognised by what it says: how sure, 0 to 100, the recogniser must be; None: it
    is enough that something was recognised."""
    doubtful_score: int | None = None
    """From this score up to `from_score` an admin decides; below it, the deed was not seen. None:
    below `from_score` it was not seen."""
    excludes_admins: bool = False
    """Refuses (`not_for_admins`) what admins of the room do."""
    from_units: int | None = None
    """Refuses (`too_small`) deeds of fewer units; None: none is too small."""
    min_pictures: int | None = None
    """Refuses (`too_few_pictures`) deeds with fewer pictures, by their fact `pictures`; None: none
    are asked for."""
    categories: Mapping[str, int] = field(default_factory=_no_rates)
    """Base points a unit for some categories, 0 or more, instead of `points`."""
    invitee_points: int | None = None
    """Base points for the one who was brought, of a rule for who brought them; None: nothing."""
    wait_days: int | None = None
    """Points wait so many days before they can be spent, and go when the deed is undone
    meanwhile; None: they can be spent at once. At most one of this key and the next is set."""
    wait_for: WaitsFor | None = None
    """What points wait for instead: an admin's word, or that the order is completed."""
    choices: tuple[int, ...] = ()
    """The base points that an admin may choose from, `points` among them; ascending. Empty: there
    is no choice."""
    bonuses: tuple[int, ...] = ()
    """What an admin may add, once, to what the rule has paid or lets wait; ascending. Empty:
    nothing."""
    every_streak_days: int | None = None
    """Pays only on every n-th day in a row. At most one of this key and the next three is set;
    without any the rule pays each time."""
    streak_days: tuple[int, ...] = ()
    """Pays only on exactly these days in a row, once a run each; ascending."""
    every_total_days: int | None = None
    """Pays only on every n-th day that is checked in, in a row or not."""
    total_days: tuple[int, ...] = ()
    """Pays only on exactly these of all days checked in; ascending."""
    needs_times: int | None = None
    """Of `newcomer_task`, with the next two: how many rewarded deeds it takes, each once."""
    counts: tuple[str, ...] = ()
    """Kinds of those deeds."""
    within_days: int | None = None
    """How many days after joining the last of them may be done; the day of joining is day 0."""
    every_months: int | None = None
    """Of `order_months`: pays for every n-th month in a row with an order that has settled and of
    which something is left."""
    spend_points: int | None = None
    """Of `spend_period`, with the next: pays, once a period, when so many points were spent."""
    spend_within: Literal["week", "month"] | None = None
    """Which period: weeks begin on Monday."""
    silent_days: int | None = None
    """Of `wake_up`: pays with the first deed that is so many days, or more, after the last."""
    dormant_months: int | None = None
    """Of `wake_up`: pays, once each time, who has ordered before and not for so many months."""
    cap_times_daily: int | None = None
    """Refuses (`cap_times_daily`) beyond so many payments on one day; None: no cap. Weeks and
    months are those of the programme's calendar, weeks from Monday."""
    cap_times_weekly: int | None = None
    cap_times_monthly: int | None = None
    cap_times_ever: int | None = None
    cap_points_daily: int | None = None
    """Pays only what is left of so many points on one day, refuses (`cap_points_daily`) when
    nothing is."""
    cap_points_weekly: int | None = None
    cap_points_monthly: int | None = None
    cap_points_ever: int | None = None
    cooldown_s: int | None = None
    """Refuses (`cooldown`) until so many seconds after it last paid."""
    valid_days: int | None = None
    """Points expire so many days after they are earned; None: as the programme says."""
    shields: int | None = None
    """How many shields it gives beside the points: each covers one missed day of the streak by
    itself."""
    shields_most: int | None = None
    """Gives none beyond so many held; None: no limit."""
    rooms: frozenset[str] = frozenset()
    """The platform's room ids: it pays in these alone; empty: everywhere, private chats too."""
    tiers: frozenset[str] = frozenset()
    """Tier ids: it pays those who hold one of them; empty: everybody. So the next two."""
    segments: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    where: Where | None = None
    """What the operator asks for beside that, of the member and of the deed; None: nothing."""
    reply: str = ""
    """Said when it paid; the places {points} {total} {streak_days} {balance} {name} are filled
    with numbers and with the rule's name, never with what a member wrote."""
    goal: str = ""
    """Said of a rule for days in a row, or in all, while another bonus is to come: {points}
    {days}."""
    due: Due | None = field(init=False)
    """The days it pays for, by the one of the four keys that is set; None: each time."""
    condition: Condition = field(init=False)
    """What a deed of its kind must meet; empty for deeds that follow from no others."""
    caps: tuple[Cap, ...] = field(init=False)
    """The caps above that are set, those in times first, the shortest period first."""
    is_for_some: bool = field(init=False)
    """Whether it asks where a deed was done, or by whom, or what it is like."""
    is_limited: bool = field(init=False)
    """Whether what it paid before decides what it pays now."""

    def __post_init__(self) -> None:
        """Gathers the caps and the days, so that judging looks at those there are."""
        object.__setattr__(self, "caps", tuple(_caps(self)))
        object.__setattr__(self, "due", _due(self))
        object.__setattr__(self, "condition", _condition(self))
        is_for_some = self.rooms or self.tiers or self.segments or self.tags or self.where
        object.__setattr__(self, "is_for_some", bool(is_for_some))
        object.__setattr__(self, "is_limited", bool(self.caps) or self.cooldown_s is not None)

    @property
    def least_score(self) -> int:
        """What is recognised with less was not seen."""
        return next((s for s in (self.doubtful_score, self.from_score) if s is not None), 0)

    @property
    def is_waiting(self) -> bool:
        """Whether what it pays cannot be spent at once."""
        return self.wait_days is not None or self.wait_for is not None


def concerns(campaign: Campaign, rule: Rule) -> bool:
    """Whether a campaign that is switched on changes what the rule pays. A bonus for days in a
    row, or in all, is only touched by one that names it."""
    if not campaign.is_on:
        return False
    return rule.id in campaign.rules or not (campaign.rules or rule.due)


def _due(rule: Rule) -> Due | None:
    if rule.every_streak_days is not None:
        return Due("every_streak_days", False, every=rule.every_streak_days)
    if rule.streak_days:
        return Due("streak_days", False, days=rule.streak_days)
    if rule.every_total_days is not None:
        return Due("every_total_days", True, every=rule.every_total_days)
    return Due("total_days", True, days=rule.total_days) if rule.total_days else None


def _condition(rule: Rule) -> Condition:
    """The keys of the first group that is whole; a list is written with commas."""
    for keys in NEEDS.get(rule.on, ()):
        values = [getattr(rule, key) for key in keys]
        if all(values):
            texts = [",".join(one) if isinstance(one, tuple) else one for one in values]
            return tuple(zip(keys, texts, strict=True))
    return ()


def _caps(rule: Rule) -> Iterator[Cap]:
    for of in ("times", "points"):
        for name, period in PERIODS:
            limit = getattr(rule, f"cap_{of}_{name}")
            if limit is not None:
                yield Cap(f"cap_{of}_{name}", period, of == "points", limit)


@value
class Tier:
    """A level reached by qualifying points, which spending never lowers."""

    id: str
    name: str
    from_points: int
    """Qualifying points from which it is held, 0 or more."""
    multiplier: Decimal = Decimal(1)
    """Multiplies what its holder earns by the kinds of activity the programme names, more than
    0."""
    privileges: tuple[str, ...] = ()
    """What else its holder has, in the operator's words: 新品试用."""
    discount_percent: int | None = None
    """What its holder pays of an order's price, 1 to 99; told here, applied by the shop."""


@value
class MakeUp:
    """What it takes to make up a missed day (补签)."""

    points: int
    """What it costs, 1 to MAX_POINTS."""
    within_days: int
    """How many days ago the day may be."""
    times_monthly: int | None = None
    """How often, in the month of the day on which it is asked; None: no limit."""


@value
class Recheck:
    """The day of each year on which tiers are compared with what the last 12 months gave."""

    month_day: tuple[int, int]
    """Month and day, of every year."""
    floor: str | None = None
    """Id of the lowest tier that it lowers anybody to; None: the first."""


@value
class Admins:
    """What one admin may give; SUPERUSERS are bound by nothing of it."""

    points_daily: int | None = None
    """Points that one admin gives on a day at most, by grants, bonuses and choices; None: no
    limit."""
    second_above: int | None = None
    """A grant of more points waits until another admin confirms it; None: none does."""


NO_LIMITS = Admins()
USUAL_PACING = Pacing()


@value
class Programme:
    """All the rules of one community: one frozen value, swapped whole."""

    name: str
    version: str
    """SHA-256 of the files it was read from, 12 hex digits; stored with every activity."""
    zone: ZoneInfo
    """The community's IANA zone: its days begin and end here."""
    rules: tuple[Rule, ...] = ()
    tiers: tuple[Tier, ...] = ()
    """Ascending by `from_points`; the first begins at 0."""
    valid_days: int | None = None
    """Points expire so many days after they are earned; None: never, or as the next two
    say."""
    valid_until: ValidUntil | None = None
    """Points expire with the quarter or the year in which they are earned."""
    share_percent: int | None = None
    """Of each accrual and grant that expires by one of the two keys above only so many percent, 1
    to 99, rounded down to whole points; the others are for good. None: all expire."""
    inactive_days: int | None = None
    """All points without a day of their own expire when a member has done nothing for so many
    days."""
    restore_grace_days: int = 7
    """What is given back after its lot has expired can be spent so many days from today."""
    tier_multiplies: frozenset[str] = frozenset()
    """Kinds of activity that a tier's multiplier applies to."""
    cap_points_daily: int | None = None
    """What a member gains at most on one day by the kinds in `capped`; None: no such cap."""
    capped: frozenset[str] = frozenset()
    """Kinds of activity under `cap_points_daily`."""
    accepts: frozenset[str] = frozenset()
    """Risks that the operator knows of and takes: `wechat_inducement`."""
    campaigns: tuple[Campaign, ...] = ()
    """In the order of the file, those that are switched off too."""
    segments: tuple[Segment, ...] = ()
    """In the order of the file; none names itself, nor by way of others."""
    make_up: MakeUp | None = None
    """None: missed days cannot be made up."""
    points_per_yuan: int | None = None
    """How many points are worth one yuan, 1 or more; None: nobody has said what points are
    worth."""
    recheck: Recheck | None = None
    """None: a tier that was reached is kept."""
    admin_room: str | None = None
    """The platform's id of the room in which admins are asked; None: in the room of the deed."""
    admins: Admins = NO_LIMITS
    pacing: Pacing = USUAL_PACING
    """Of the channels with people at the other end."""
    lexicon: Lexicon = PLAIN
    """What recognisers go by; its kinds are those of the rules, its room is the admins'."""
    text: str = field(default="", repr=False, compare=False)
    """The tables it was read from, from which it can be had again; "" where it was not read."""
    capped_rules: frozenset[str] = field(init=False)
    """Ids of the rules under `cap_points_daily`; empty without that cap."""
    waiting_rules: frozenset[str] = field(init=False)
    """Ids of the rules whose points wait before they can be spent."""
    newcomer_kinds: frozenset[str] = field(init=False)
    """Kinds of activity that newcomers' tasks count."""
    silences: tuple[Rule, ...] = field(init=False)
    """One rule for each silence whose end is paid for."""
    birthday_kinds: frozenset[str] = field(init=False)
    """Kinds of activity for which a campaign asks for the member's birthday."""
    budgets: Mapping[str, int] = field(init=False)
    """By id, the budgets of the campaigns that are on and change what some rule pays."""
    silence_days: int | None = field(init=False)
    """How long the shortest silence is that a segment asks whether members came back from; None:
    none does."""
    asked: Asked = field(init=False)
    """What all rules and campaigns that are on want to know of a member."""
    _asked: Mapping[str, Asked] = field(init=False, repr=False, compare=False)
    _budgeted: Mapping[str, tuple[Campaign, ...]] = field(init=False, repr=False, compare=False)
    _by_kind: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)
    _calendars: Mapping[str, Calendar] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sorts the rules by what they judge: every message asks for one kind."""
        by_kind: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            by_kind[rule.on] = (*by_kind.get(rule.on, ()), rule)
        capped = {rule.id for rule in self.rules if rule.on in self.capped}
        object.__setattr__(self, "_by_kind", by_kind)
        lexicon = replace(self.lexicon, kinds=frozenset(by_kind), admin_room=self.admin_room)
        object.__setattr__(self, "lexicon", lexicon)
        waiting = (rule.id for rule in self.rules if rule.is_waiting)
        object.__setattr__(self, "waiting_rules", frozenset(waiting))
        tasks = self.tasks_on(NEWCOMER_TASK)
        kinds = frozenset(kind for rule in tasks for kind in rule.counts)
        object.__setattr__(self, "newcomer_kinds", kinds)
        silences = tuple(rule for rule in self.tasks_on(WAKE_UP) if rule.silent_days)
        object.__setattr__(self, "silences", silences)
        object.__setattr__(
            self,
            "_calendars",
            {rule.id: Calendar(tuple(one for one in self.campaigns if concerns(one, rule)))
             for rule in self.rules},
        )  # fmt: skip
        days = [one.silent_days for one in self.segments if one.silent_days and one.returned_days]
        object.__setattr__(self, "silence_days", min(days, default=None))
        object.__setattr__(self, "asked", self._asked_by(self.rules))
        by_kind_asked = {kind: self._asked_by(rules) for kind, rules in by_kind.items()}
        object.__setattr__(self, "_asked", by_kind_asked)
        object.__setattr__(
            self, "capped_rules", frozenset(capped if self.cap_points_daily is not None else ())
        )

        asking = (
            rule.on for rule in self.rules if any(one.birthday for one in self.campaigns_on(rule))
        )
        object.__setattr__(self, "birthday_kinds", frozenset(asking))
        budgeted = {kind: self._with_budgets(rules) for kind, rules in by_kind.items()}
        object.__setattr__(self, "_budgeted", budgeted)
        budgets = {
            one.id: one.budget_points or 0
            for one in sorted(self._with_budgets(self.rules), key=lambda one: one.id)
        }
        object.__setattr__(self, "budgets", budgets)

    def on(self, kinds: Collection[str]) -> "Programme":
        """The same with the rules on these kinds of activity alone: 规则 and 任务 promise nothing
        that cannot happen."""
        rules = tuple(rule for rule in self.rules if rule.on in kinds)
        return self if len(rules) == len(self.rules) else replace(self, rules=rules)

    def lets_wait(self, entry: "Entry") -> bool:
        """Whether what a rule pays cannot be spent at once: the rule says so, or it is
        doubtful."""
        return entry.rule in self.waiting_rules or "doubt" in entry.why

    def rules_on(self, kind: str) -> tuple[Rule, ...]:
        """The rules that judge this kind of activity, in the order of the file."""
        return self._by_kind.get(kind, ())

    def asked_on(self, kind: str) -> Asked:
        """What rules and campaigns that are on want to know of a member for this kind."""
        return self._asked.get(kind, NOTHING_ASKED)

    def tasks_on(self, kind: str) -> tuple[Rule, ...]:
        """Of rules on a kind that follows from others, the first with each condition: all rules
        with the same one pay for the same deed."""
        found: dict[Condition, Rule] = {}
        for rule in self.rules_on(kind):
            if rule.condition:
                found.setdefault(rule.condition, rule)
        return tuple(found.values())

    def campaigns_on(self, rule: Rule) -> tuple[Campaign, ...]:
        """The campaigns that are switched on and concern a rule, in the order of the file."""
        return self.calendar(rule).campaigns

    def calendar(self, rule: Rule) -> Calendar:
        """The same by day."""
        return self._calendars.get(rule.id, NO_CAMPAIGNS)

    def budgeted_on(self, kind: str) -> tuple[Campaign, ...]:
        """The campaigns with a budget that are switched on and concern this kind."""
        return self._budgeted.get(kind, ())

    def _with_budgets(self, rules: Sequence[Rule]) -> tuple[Campaign, ...]:
        found = {one.id: one for rule in rules for one in self.campaigns_on(rule)}
        return tuple(one for one in found.values() if one.budget_points is not None)

    def _asked_by(self, rules: Sequence[Rule]) -> Asked:
        audiences: list[Rule | Campaign] = []
        for rule in rules:
            audiences += [rule, *self.campaigns_on(rule)]
        names = dict.fromkeys(name for one in audiences for name in sorted(one.segments))
        segments = {one.id: one for one in self.segments}
        fields = asked_by([rule.where for rule in rules])
        return asked(segments, names, tags=any(one.tags for one in audiences), fields=fields)

    def is_effective(self, campaign: Campaign) -> bool:
        """Whether it changes what any rule pays: all that it names may be switched off."""
        return any(concerns(campaign, rule) for rule in self.rules)


@value
class Entry:
    """One signed line of the ledger, before it has an id."""

    member: int
    kind: EntryKind
    points: int
    """Signed, never 0."""
    key: str
    """Rule id plus the activity's key (`checkin:checkin/2026-11-01/17`); the same key never posts
    twice."""
    at: datetime
    on: date
    rule: str | None = None
    campaign: str | None = None
    expires_on: date | None = None
    """The last day on which these points can be spent; None for what takes points."""
    share_percent: int | None = None
    """How much of them expires then, the others being for good; None: all."""
    reverses: int | None = None
    """Id of the entry that this one takes back."""
    actor: str | None = None
    """`channel:external id` of the admin who did it; None when a rule did."""
    note: str | None = None
    """The admin's reason; kept beside the ledger, outside its hash chain."""
    room: int | None = None
    why: Mapping[str, str | int] = field(default_factory=dict)
    """How the points came about: `base`, `multiplier`, `cap`, … in the order of the steps."""


@value
class Refusal:
    """Why a deed, or one rule for it, earned nothing: a value, never an exception."""

    code: str
    """`already_done`, `too_late`, `cap_times_daily`, `insufficient`, …"""
    rule: str | None = None


@value
class Decision:
    """What judging one activity gave."""

    entries: tuple[Entry, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    undone: tuple[int, ...] = ()
    """Entries to take back: bonuses that the joined run does not have."""
    barring: frozenset[str] = frozenset()
    """Ids of the rules that are not for the deed, or not for the member."""


@value
class Reply:
    """What is to be said; handlers return it and never send."""

    text: str
    room: str | None = None
    """The platform's room id; None: privately to the first of `to`."""
    to: tuple[str, ...] = ()
    """Platform ids of those it speaks to; mentioned in a room."""
    quote: str | None = None
    asks: tuple[str, ...] = ()
    """What may be answered, in order, where a channel can show buttons: each is a message to send;
    one that ends with a space is a beginning to go on from."""
    brief: str = ""
    """The same in a few words, without its own line end, for one message to many people; "" for
    what is always said by itself."""
    picture: bytes | None = field(default=None, repr=False)
    """A PNG that shows what the text says; the text is for whom it cannot be shown to."""
