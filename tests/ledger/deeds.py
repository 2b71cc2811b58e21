"""What the tests of the ledger ask of it: operations as dispatch would build them, with an answer
that tells all."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.clock import from_micros
from bot.extend import Context
from bot.points.types import Message, Person, Programme, Refusal, Reply, Rule, Sighting
from bot.posting.adjust import adjust, redeem
from bot.posting.allowance import Admin
from bot.posting.bonus import add_bonus
from bot.posting.content import settle_picture, settle_text
from bot.posting.merging import merge
from bot.posting.operation import Operation, Work
from bot.posting.recall import recall
from bot.posting.reverse import reverse, reverse_part
from bot.posting.settle import settle
from bot.posting.turn import Turn
from store.ledger import Line
from tests.ledger.model import Promises

CHANNEL = "replay"
MICROS = 1_000_000
HOUR = 3_600 * MICROS
START = int(datetime(2026, 3, 1, 4, tzinfo=UTC).timestamp()) * MICROS
"""Noon in Shanghai."""
PROMISES = Promises(
    zone=ZoneInfo("Asia/Shanghai"), checkin=5, streak=30, every=2, share=10, share_cap=25,
    valid_days=6, grace_days=2,
)  # fmt: skip
"""Short terms, so that a few days show a streak, an expiry and a grace."""
SHARED = replace(PROMISES, share_percent=30)
"""Of 1 nothing goes, of 5 one point, of 7 two."""
FOR_THE_ACTIVE = replace(PROMISES, valid_days=None, inactive_days=4)
CHECKIN = Sighting("checkin", once="day")
SHARE = Sighting("share")


def programme(promises: Promises = PROMISES) -> Programme:
    """The programme that makes these promises."""
    return Programme(
        name="测试",
        version=f"{promises.share_percent or 0:06}{promises.inactive_days or 0:06}",
        zone=promises.zone,
        rules=(
            Rule("checkin", "checkin", "签到", promises.checkin),
            Rule(
                "checkin_streak", "checkin", "连签", promises.streak,
                every_streak_days=promises.every,
            ),
            Rule("share", "share", "分享", promises.share, cap_points_daily=promises.share_cap),
            Rule("post", "post", "发帖", 20, min_pictures=1),
            Rule("chat", "chat", "聊天", 1, bonuses=(50,)),
        ),
        valid_days=promises.valid_days,
        share_percent=promises.share_percent,
        inactive_days=promises.inactive_days,
        restore_grace_days=promises.grace_days,
    )  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A message on its way in. What it says is all but its id and its times."""

    id: str
    sender: str
    room: str | None
    at: int
    says: str
    sent_at: int | None = None
    """When the platform says it was sent, if not at once; microseconds like `at`."""
    about: tuple[str, ...] = ()
    """Others whom it mentions."""

    def operation(
        self,
        work: Work,
        sightings: tuple[Sighting, ...] = (),
        *,
        newcomer: bool = False,
        keeps: bool = False,
    ) -> Operation:
        """What it asks for; `keeps`: as a command does that changes something."""
        sent_at = self.at if self.sent_at is None else self.sent_at
        message = Message(
            CHANNEL, self.id, self.room, self.sender, from_micros(sent_at), text=self.says,
            mentions=self.about,
        )  # fmt: skip
        return Operation(
            at=self.at,
            work=work,
            cause=self.id,
            message=message,
            digest=digest(f"{self.sender} {self.says}"),
            sightings=sightings,
            people=tuple(Person(person, f"名{person}") for person in (self.sender, *self.about)),
            newcomers=frozenset([self.sender] if newcomer else []),
            keeps_reply=keeps,
        )


def digest(said: str) -> bytes:
    """Sixteen bytes of what is said."""
    return blake2b(said.encode(errors="surrogatepass"), digest_size=16).digest()


def checkin(sent: Sent, *, also: Callable[[Turn], None] | None = None) -> Operation:
    """签到. `also` runs after it, in the same turn."""
    return _settlement(sent, CHECKIN, also)


def share(sent: Sent) -> Operation:
    """Something shared, which pays up to a cap a day."""
    return _settlement(sent, SHARE, None)


def _settlement(sent: Sent, sighting: Sighting, also: Callable[[Turn], None] | None) -> Operation:
    def work(turn: Turn) -> Reply:
        settled = settle(turn, sighting)
        if also is not None:
            also(turn)
        points = "+".join(str(entry.points) for entry in settled.decision.entries)
        refusals = settled.decision.refusals
        what = refusals[0].code if settled.outcome == "refused" else points
        balance = settled.account.balance
        return Reply(f"{what} streak {settled.streak_days} balance {balance}")

    return sent.operation(work, (sighting,))


def write(sent: Sent, *kinds: str) -> Operation:
    """A text in which posts of these kinds are seen; a post that is no chatter needs a picture."""
    sightings = [Sighting(kind, is_post=True, needs_picture=kind != "chat") for kind in kinds]

    def work(turn: Turn) -> Reply:
        settled = settle_text(turn, sightings)
        return Reply("waits" if settled is None else settled.outcome)

    return sent.operation(work, tuple(sightings))


def show(sent: Sent) -> Operation:
    """A picture of what it says, as a hash."""

    def work(turn: Turn) -> Reply:
        settled = settle_picture(turn)
        return Reply("kept" if settled is None else settled.outcome)

    asked = sent.operation(work)
    assert asked.message is not None
    message = replace(asked.message, kind="image", text="", facts={"image": sent.says})
    return replace(asked, message=message)


def call_back(sent: Sent) -> Operation:
    """Takes back the message whose id it says."""
    asked = sent.operation(recall)
    assert asked.message is not None
    message = replace(asked.message, kind="recall", text="", facts={"message": sent.says})
    return replace(asked, message=message)


def doubtful(sent: Sent) -> Operation:
    """Chatter on which an admin decides."""
    return _settlement(sent, Sighting("chat", facts={"doubt": "截图"}), None)


def decide(sent: Sent, number: int) -> Operation:
    """An admin lets the request of that number count, and adds to it."""

    def work(turn: Turn) -> Reply:
        added = add_bonus(turn, number, None, admin=Admin("a"))
        return Reply(added.code if isinstance(added, Refusal) else f"{added.balance}")

    return sent.operation(work, keeps=True)


def grant(sent: Sent, points: int) -> Operation:
    """An admin gives to the one mentioned."""
    return sent.operation(
        lambda turn: _posted(
            adjust(turn, turn.member_of(sent.about[0]), points, actor="a", note="理由")
        ),
        keeps=True,
    )


def deduct(sent: Sent, points: int) -> Operation:
    """An admin takes from the one mentioned."""
    return grant(sent, -points)


def spend(sent: Sent, points: int) -> Operation:
    """The sender redeems."""
    return sent.operation(
        lambda turn: _posted(redeem(turn, turn.member, points, sent.id)), keeps=True
    )


def take_back(sent: Sent, number: int) -> Operation:
    """An admin reverses the entry that came as the `number`th."""
    return sent.operation(
        lambda turn: _posted(reverse(turn, _nth(turn, number), actor="a", note=None)), keeps=True
    )


def take_part(sent: Sent, number: int, total: int) -> Operation:
    """A refund: `total` points of that entry are taken back in all after it."""
    return sent.operation(
        lambda turn: _posted(
            reverse_part(turn, _nth(turn, number), total=total, cause=f"refund/{sent.id}")
        ),
        keeps=True,
    )


def _nth(turn: Turn, number: int) -> int:
    """Its id. SQLite counts by community, PostgreSQL's sequence serves all of them."""
    connection = turn.read()
    if connection.is_sqlite:
        return number
    rows = connection.rows(
        "SELECT id FROM entry WHERE community = ? ORDER BY id LIMIT 1 OFFSET ?",
        turn.community,
        number - 1,
    )
    return rows[0][0] if rows else 10**15


def merging(sent: Sent) -> Operation:
    """The sender turns out to be the one mentioned."""

    def work(turn: Turn) -> Reply:
        merged = merge(turn, turn.member, turn.member_of(sent.about[0]), actor="test:a")
        return Reply(merged.code if isinstance(merged, Refusal) else "merged")

    return sent.operation(work, keeps=True)


def expire(period: date, at: int) -> Operation:
    """The nightly job of one day, run at `at`."""

    def work(turn: Turn) -> Reply:
        if not turn.claim("expiry", period.isoformat()):
            return Reply("claimed before")
        while (place := Context(turn).book_out_expired()) is not None:
            turn.place = place
        turn.leave("expiry", period.isoformat(), None)
        return Reply("booked out")

    return Operation(at=at, work=work, cause=f"job:expiry/{period}", kind="post")


def _posted(posted: Line | Refusal) -> Reply:
    if isinstance(posted, Refusal):
        return Reply(posted.code)
    return Reply(f"{posted.points} balance {posted.balance} debt {posted.debt}")


@dataclass
class Ids:
    """Message ids, each new."""

    prefix: str = "m"
    count: int = field(default=0)

    def next(self) -> str:
        """The next one."""
        self.count += 1
        return f"{self.prefix}{self.count}"
