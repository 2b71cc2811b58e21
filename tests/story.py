"""The driver of a story: whatever moves points is told in the docstring of its test, a line at a
time.

    11-01..11-06  小美  签到                 +5
    11-07         小美  签到                 +35
    11-07         小美  打卡                 refused already_done
    11-08 09:00   小美  签到 in 二群         +5
    11-10         小美  签到 sent 11-09      +5
    11-10         店长  加分 小美 50 帮忙     +50
    11-11         店长  撤销 #1              -5
    11-12         小美  redeem 10            -10
                  小美  = 75

A line without a day goes on a second later; a day without a time is noon, or a second later when
it is past noon already. The year is 2026 until a line names another. What was booked out as
expired on the way is not part of a line's points. A line that begins with # is a remark; `MOVES`
lists everything else that can be said. When all is told, the books are checked from the entries
up.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

import pytest

from bot.points.wording import REFUSALS
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat, instant

DAY = r"(?:\d{4}-)?\d\d-\d\d"
WHEN = rf"{DAY}(?: \d\d:\d\d(?::\d\d)?)?"
WHEN_OR_DAYS = re.compile(
    rf"(?P<first>{DAY})\.\.(?P<last>{DAY}) (?P<rest>.+)|(?P<when>{WHEN}) (?P<said>.+)"
)
ADMINS = "(?:撤销|通过|驳回)"
EVENTS = "paid|completed|refunded|cancelled"
EFFECT = r"(?P<effect>[+-]\d+|refused \w+|silence|told)"
OPTIONS = rf"(?P<options>(?: in \S+| sent {WHEN}| id \S+)*)"


class Story:
    """One story and where it has got to."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self._year = chat.clock.now().astimezone(chat.programme.zone).year
        self._is_begun = False

    def tell(self, text: str) -> None:
        """Lives through it. The first line that does not hold fails, and says which it is."""
        lines = [" ".join(line.split()) for line in text.splitlines()]
        told = [line for line in lines if line and not line.startswith("#")]
        assert told, "a story without a line tells nothing"
        for line in told:
            for when, rest in self._moments(line):
                self._move(when)
                try:
                    self._live(rest)
                except AssertionError as error:
                    moment = self.chat.clock.now().astimezone(self.chat.programme.zone)
                    raise AssertionError(f"{line!r} at {moment:%F %T}: {error}") from error
        assert_balanced(self.chat)

    def _moments(self, line: str) -> Iterator[tuple[str | None, str]]:
        found = WHEN_OR_DAYS.fullmatch(line)
        if found is None:
            yield None, line
        elif found["first"] is None:
            yield found["when"], found["said"]
        else:
            day, last = (date.fromisoformat(self._full(found[end])) for end in ("first", "last"))
            assert day < last, f"{line!r} goes back"
            while day <= last:
                yield day.isoformat(), found["rest"]
                day += timedelta(days=1)

    def _full(self, when: str) -> str:
        if not re.match(r"\d{4}-", when):
            return f"{self._year}-{when}"
        self._year = int(when[:4])
        return when

    def _instant(self, when: str) -> datetime:
        return instant(self._full(when), self.chat.programme.zone)

    def _move(self, when: str | None) -> None:
        clock = self.chat.clock
        second_later = clock.now() + timedelta(seconds=self._is_begun)
        at = second_later if when is None else self._instant(when)
        if self._is_begun and when is not None and " " not in when:
            at = max(at, second_later)
            zone = self.chat.programme.zone
            assert at.astimezone(zone).date().isoformat() == self._full(when), f"{when} is past"
        assert at >= clock.now() or not self._is_begun, f"{when} is past"
        clock.move_to(at)
        self._is_begun = True

    def _live(self, line: str) -> None:
        for pattern, act in MOVES.items():
            if found := re.fullmatch(pattern, line):
                act(self, **found.groupdict())
                return
        raise AssertionError(f"nothing like this can be said in a story: {line}")

    def _says(
        self, who: str, text: str, options: str, effect: str, *, admin: bool = False
    ) -> None:
        room = re.search(r" in (\S+)", options)
        sent = re.search(rf" sent ({WHEN})", options)
        number = re.search(r" id (\S+)", options)
        target = re.match(r"[加扣]分 (\S+)", text)
        said = self.chat(
            who,
            text if target is None else text.replace(" ", " @", 1),
            admin=admin,
            mentions=[target[1]] if target else [],
            **({"room": room[1]} if room and room[1] != "private" else {}),  # type: ignore[arg-type]
            private=bool(room and room[1] == "private"),
            sent_at=self._instant(sent[1]) if sent else None,
            id=number[1] if number else None,
        )
        self._compare(effect, said)

    def _does(self, who: str, text: str, options: str, effect: str) -> None:
        self._says(who, text, options, effect, admin=True)

    def _compare(self, effect: str, said: list[str]) -> None:
        lines = [line for result in self.chat.results for line in result.lines]
        moved = [line.points for line in lines if line.kind != "expiry"]
        codes = [deed.refusal for result in self.chat.results for deed in result.deeds]
        if effect == "silence":
            assert (moved, said) == ([], []), f"moved {moved} and said {said}"
        elif effect == "told":
            assert said, "nobody was told anything"
            assert not moved, f"moved {moved}"
        elif effect.startswith("refused "):
            code = effect.removeprefix("refused ")
            is_told = any(sentence in text for text in said for sentence in _sentences(code))
            assert not moved, f"moved {moved}, said {said}"
            assert code in codes or is_told, f"refusals {codes}, said {said}"
            assert is_told, f"the reply does not say so: {said}"
        else:
            assert moved, f"moved nothing, refusals {codes}, said {said}"
            assert sum(moved) == int(effect), f"moved {sum(moved):+d} ({moved}), said {said}"

    def _brings(self, who: str, whom: str, room: str | None, effect: str) -> None:
        inviter = "" if who == "nobody" else who
        where = {"room": room.removeprefix(" in ")} if room else {}
        said = self.chat(inviter, kind="join", people=[whom], **where)  # type: ignore[arg-type]
        self._compare(effect, said)

    def _leaves(self, who: str) -> None:
        self.chat(who, kind="leave", people=[who])

    def _order(self, number: str, event: str, rest: str, effect: str) -> None:
        """`order O1 paid 128.00 by 小美 美妆=100.00 paid-at 06-18 10:00`."""
        body: dict[str, object] = {"event": event, "order": number}
        if buyer := re.search(r" by (\S+)", rest):
            body["buyer"] = {"channel": CHANNEL, "id": buyer[1]}
        if amount := re.search(r" (\d+\.\d\d)", rest):
            body["amount"] = amount[1]
        if refund := re.search(r" (R\d+)", rest):
            body["refund"] = refund[1]
        items = re.findall(r" ([^ =]+)=(\d+\.\d\d)", rest)
        body["items"] = [{"category": name, "amount": yuan} for name, yuan in items]
        paid_at = re.search(rf" paid-at ({WHEN})", rest)
        if event == "paid" or paid_at:
            at = self._instant(paid_at[1]) if paid_at else self.chat.clock.now()
            body["paid_at"] = at.isoformat()
        self._compare(effect, self.chat.order(**body))

    def _stands(self, who: str, **expected: str | None) -> None:
        """Compares what was asked about, and nothing else."""
        standing = self._standing(who)
        for what, value in expected.items():
            if value is not None:
                assert standing[what] == int(value), f"{what} is {standing[what]}"

    def _standing(self, who: str) -> dict[str, object]:
        rows = self.chat.rows(
            "SELECT balance, debt, qualifying, run, waiting FROM account JOIN identity"
            " ON identity.community = account.community AND identity.member = account.member"
            " WHERE external_id = ?",
            who,
        )
        assert rows, f"nobody is called {who}"
        names = ("balance", "debt", "qualifying", "streak", "waiting")
        return dict(zip(names, rows[0], strict=True))

    def _lots(self, who: str, lots: str) -> None:
        rows = self.chat.rows(
            "SELECT expires_on, remaining FROM lot JOIN identity"
            " ON identity.community = lot.community AND identity.member = lot.member"
            " WHERE external_id = ? AND remaining > 0 ORDER BY expires_on",
            who,
        )
        found = " ".join(f"{day}:{left}" for day, left in rows) or "none"
        assert found == lots, f"lots are {found}"

    def _jump(self) -> None:
        self.chat.bot.run_jobs(self.chat.clock.now())

    def _wake(self, awake: str) -> None:
        self.chat.are_jobs_awake = awake == "awake"

    def _restart(self) -> None:
        self.chat.restart()


MOVES: Mapping[str, Callable[..., None]] = {
    rf"(?P<who>\S+) (?P<text>[加扣]分 \S+ .+?|{ADMINS} .+?){OPTIONS} {EFFECT}": Story._does,
    r"(?P<who>\S+) = (?P<balance>\d+)": Story._stands,
    r"(?P<who>\S+) debt (?P<debt>\d+)": Story._stands,
    r"(?P<who>\S+) qualifying (?P<qualifying>\d+)": Story._stands,
    r"(?P<who>\S+) streak (?P<streak>\d+)": Story._stands,
    r"(?P<who>\S+) waiting (?P<waiting>\d+)": Story._stands,
    rf"(?P<who>\S+) brings (?P<whom>\S+)(?P<room> in \S+)? {EFFECT}": Story._brings,
    r"(?P<who>\S+) leaves": Story._leaves,
    rf"order (?P<number>\S+) (?P<event>{EVENTS})(?P<rest>.*) {EFFECT}": Story._order,
    r"(?P<who>\S+) lots (?P<lots>none|\S+:\d+(?: \S+:\d+)*)": Story._lots,
    r"jump": Story._jump,
    r"jobs (?P<awake>asleep|awake)": Story._wake,
    r"restart": Story._restart,
    rf"(?P<who>\S+) (?P<text>.+?){OPTIONS} {EFFECT}": Story._says,
}
"""What a line may say after its day, and what it does; the first that fits, fits."""


def _sentences(code: str) -> list[str]:
    """What is said to a refusal; of another day than today, too."""
    found = [text for key, text in REFUSALS.items() if key.partition("/")[0] == code]
    return [text.removeprefix("今天") for text in found]


@pytest.fixture
def story(chat: Chat) -> Story:
    """The docstring of the test is lived through before its body runs."""
    return Story(chat)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Tells the docstring, as a part of the test and not of its set-up."""
    told = pyfuncitem.funcargs.get("story")
    if isinstance(told, Story):
        told.tell(pyfuncitem.function.__doc__ or "")
