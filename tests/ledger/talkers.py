"""People who talk to a running bot over HTTP, several at once, until it dies; and who listens."""

import itertools
import json
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from http.client import HTTPException

from tests.started import PATIENCE_S, Started

ADMIN = "laozhou"
NAMES = {"xiaomei": "小美", "aqiang": "阿强", "mumu": "木木"}
DEEDS = {"签到": 10, "加分": 12, "扣分": 7, "jump": 1}
"""What is done in the room, and how often."""
TWICE = 0.3
"""The share of messages that are delivered twice."""


class Ear:
    """What an open page was shown of the bot's answers, over all its lives."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        """What the bot said, by the message that it answers."""
        self.again: set[str] = set()
        """Messages that it answered more than once."""
        self._news = threading.Condition()

    def listen(self, bot: Started, kill_at: int | None) -> None:
        """Looks at the room again and again, until the bot is gone; kills it as soon as it sees so
        many answers, before it even reads them.

        The page's stream would tell it later: it falls behind when so many talk at once, and a
        kill takes what it has not told.
        """
        try:
            while True:
                status, room = bot.get("/sandbox/state")
                if kill_at is not None and room.count('"sender": "bot"') >= kill_at:
                    bot.signal(signal.SIGKILL)
                assert status == 200, room
                self._hear(json.loads(room)["lines"])
        except (OSError, HTTPException):
            bot.ended()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Waits until it has heard enough, and returns at once then."""
        with self._news:
            assert self._news.wait_for(is_so, PATIENCE_S), "waited in vain"

    def _hear(self, lines: list[dict[str, str]]) -> None:
        # What it tells somebody privately beside the answer, of a new tier say, answers nobody.
        said = [
            (line["cause"], line["text"])
            for line in lines
            if line["sender"] == "bot" and not line["privateTo"]
        ]
        times = Counter(message for message, _ in said)
        with self._news:
            self.again.update(message for message, count in times.items() if count > 1)
            self.answers.update(said)
            self._news.notify_all()


class Talkers:
    """What they asked for, over all lives of the bot."""

    def __init__(self) -> None:
        self.asked: dict[str, tuple[str, int]] = {}
        """To whom how many points were to go, by the reason: no two grants have the same."""
        self.taken: set[str] = set()
        """Messages that the bot has taken, which is no promise yet."""
        self.repeated: set[str] = set()
        """Those of them that it has taken twice."""
        self._numbers = itertools.count(1)

    def talk(self, bot: Started, chance: random.Random, times: Iterable[object]) -> None:
        """One of them does something so many times, or until the bot is killed: nothing else may
        cut a connection."""
        try:
            for _ in times:
                self._do_something(bot, chance)
        except (OSError, HTTPException):
            assert bot.ended() == -signal.SIGKILL

    def _do_something(self, bot: Started, chance: random.Random) -> None:
        [deed] = chance.choices(list(DEEDS), list(DEEDS.values()))
        if deed == "jump":
            _post(bot, "jump", days=chance.choice([1, 1, 1, 1, 20]))
            return
        if deed == "签到":
            message = _post(bot, "say", speaker=chance.choice([ADMIN, *NAMES]), text=deed)
        else:
            message = self._adjust(bot, deed, chance.choice(list(NAMES)), chance.randint(1, 30))
        self.taken.add(message)
        if chance.random() < TWICE:
            _post(bot, "repeat", message=message)
            self.repeated.add(message)

    def _adjust(self, bot: Started, deed: str, who: str, points: int) -> str:
        reason = f"第{next(self._numbers)}次"
        self.asked[reason] = (who, points if deed == "加分" else -points)
        text = f"{deed} @{NAMES[who]} {points} {reason}"
        return _post(bot, "say", speaker=ADMIN, text=text, mentions=[who])


def _post(bot: Started, act: str, **body: object) -> str:
    """Does it; the message's id where it is one."""
    status, answer = bot.post(f"/sandbox/{act}", **body)
    assert status == 200, answer
    return str(answer.get("message"))
