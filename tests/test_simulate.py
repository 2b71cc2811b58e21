"""What the journal gives under the rules that were in force is what the ledger gave; and under
others what it would have given, had the same been lived with them."""

import itertools
import os
import pty
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.simulated import Simulated
from bot.points.types import Programme, Rule
from config.loader import load
from store import judging
from store import simulate as by_members
from store.database import Database
from store.schema import SchemaError
from store.simulate import simulate
from store.verify import verify
from tests import turns
from tests.chat import Chat, Clock
from tests.replaying import ROOT, SPINE, TRANSCRIPTS, bot, replay
from tests.store import sample
from tests.turns import lines_of

PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
SECTION = PAGE.split("\n## 改规则之前先算一算\n")[1].split("\n## ")[0]
PEOPLE = ("小美", "小红", "小蓝", "阿强")


def whole(database: Database, programme: Programme) -> Simulated:
    """The whole journal under these rules."""
    return simulate(database, programme, None, None)


def of_ledger(database: Database) -> tuple[dict[str, int], dict[int, int]]:
    """Points by rule and by member: accruals less their reversals, added up by hand."""
    connection = database.connect_to_read()
    rows = connection.rows("SELECT id, kind, rule, member, points, reverses FROM entry")
    connection.close()
    by_id = {row[0]: row for row in rows}
    rules, members = Counter[str](), Counter[int]()
    for row in rows:
        _, kind, rule, member, *_ = by_id[row[5]] if row[1] == "reversal" else row
        if kind == "accrual":
            rules[str(rule)] += int(str(row[4]))
            members[int(str(member))] += int(str(row[4]))
    return dict(rules), dict(members)


def assert_same(simulated: Simulated, database: Database) -> None:
    """Then and now are one, and what the ledger says."""
    assert simulated.now.rules == simulated.then.rules
    assert simulated.now.members == simulated.then.members
    rules, members = of_ledger(database)
    assert {rule: points for rule, (_, points) in simulated.then.rules.items()} == rules
    assert simulated.then.members == members


@pytest.mark.parametrize("transcript", ["orders", "hostile", "month"])
def test_the_standard_rules_give_what_they_gave(
    ledger: Database, shipped: Programme, transcript: str
) -> None:
    turns.at_once(ledger, lines_of(TRANSCRIPTS / f"{transcript}.jsonl"))
    simulated = whole(ledger, shipped)
    assert simulated.then.points > 0
    assert_same(simulated, ledger)


def test_the_rules_of_the_month_give_what_they_gave(ledger: Database) -> None:
    replay(TRANSCRIPTS / "month.jsonl", ledger.url, "--config", str(SPINE))
    simulated = whole(ledger, load(SPINE))
    assert simulated.now.rules == {
        "checkin": [1_108, 5_540], "checkin_streak": [100, 3_000],
    }  # fmt: skip
    assert_same(simulated, ledger)


def test_expiry_debts_and_what_admins_took_back_change_nothing(ledger: Database) -> None:
    sample.fill(ledger)
    assert_same(whole(ledger, sample.PROGRAMME), ledger)


# A life by chance


class Life:
    """Some weeks of a community, the same for the same seed whatever the rules are."""

    def __init__(self, database: Database, programme: Programme, seed: int) -> None:
        self._chat = Chat(database, programme, Clock())
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)
        self._paid: dict[str, int] = {}

    def live(self, moments: int, *, is_free: bool) -> None:
        """So many things happen. `is_free`: also what depends on what somebody has got, such as
        补签 for points and 撤销 of an entry."""
        try:
            for _ in range(moments):
                self._chat.clock.pass_by(minutes=self._random.choice([1, 30, 60, 240, 480]))
                choices = [self._check_in, self._check_in, self._share, self._talk, self._order,
                           self._refund, self._complete, self._come, self._grant]  # fmt: skip
                act = self._random.choice([*choices, self._make_up, self._take_back])
                if is_free or act not in (self._make_up, self._take_back):
                    act()
            self._chat.clock.pass_by(days=3)
            self._chat.bot.run_jobs(self._chat.clock.now())
        finally:
            self._chat.bot.stop()

    def _someone(self) -> str:
        return self._random.choice(PEOPLE)

    def _check_in(self) -> None:
        late = timedelta(hours=self._random.choice([0, 0, 0, 20, 40, 60]))
        self._chat(self._someone(), "签到", sent_at=self._chat.clock.now() - late)

    def _share(self) -> None:
        self._chat(self._someone(), f"做share about {self._random.choice('abcdefgh')}")

    def _talk(self) -> None:
        self._chat(self._someone(), f"做chat {self._random.choice([2, 6, 40])}")

    def _order(self) -> None:
        number, fen = f"O{next(self._numbers)}", self._random.randint(1, 90_000)
        if self._random.random() < 0.2:  # the shop tells of a refund first
            part = yuan(fen // 3 + 1)
            self._chat.order(event="refunded", order=number, refund="R0", amount=part)
        self._paid[number] = fen
        beauty = self._random.randint(0, fen)
        back = timedelta(hours=self._random.choice([0, 1, 30]))
        self._chat.order(
            event="paid", order=number, buyer={"channel": "test", "id": self._someone()},
            paid_at=(self._chat.clock.now() - back).isoformat(), amount=yuan(fen),
            items=[{"category": "美妆", "amount": yuan(beauty)},
                   {"category": "数码", "amount": yuan(fen - beauty)}],
        )  # fmt: skip

    def _refund(self) -> None:
        if self._paid:
            number = self._random.choice(sorted(self._paid))
            most = self._paid[number]
            fen = self._random.choice([most, self._random.randint(1, most)])
            refund = f"R{next(self._numbers)}"
            self._chat.order(event="refunded", order=number, refund=refund, amount=yuan(fen))

    def _complete(self) -> None:
        if self._paid:
            self._chat.order(event="completed", order=self._random.choice(sorted(self._paid)))

    def _come(self) -> None:
        who = f"新{self._random.randint(1, 9)}"
        if self._random.random() < 0.3:
            self._chat(who, kind="leave", people=[who])
        else:
            self._chat(self._someone(), kind="join", people=[who])

    def _grant(self) -> None:
        who = self._someone()
        points = self._random.choice([300, 700])
        self._chat("店长", f"加分 @{who} {points} 帮忙", admin=True, mentions=[who])

    def _make_up(self) -> None:
        self._chat(self._someone(), "补签")

    def _take_back(self) -> None:
        count = self._chat.rows("SELECT count(*) FROM entry")[0][0]
        number = self._random.randint(1, int(str(count)) + 1)
        self._chat("店长", f"撤销 {number} 错了", admin=True)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


@pytest.fixture
def rich(shipped: Programme) -> Programme:
    """Limits, cooldowns, campaigns, categories and tiers that a few weeks run into."""
    sale = Campaign("sale", "大促", Window(weekdays=frozenset({1, 3})), multiplier=Decimal(2))
    silver = Campaign(
        "silver", "白银专享", Window(), frozenset({"share"}), tiers=frozenset({"silver"}), bonus=3
    )
    own = {
        "order": {"categories": {"美妆": 2}, "cap_times_weekly": 3},
        "invite": {"cap_times_monthly": 2},
        "checkin_streak": {"every_streak_days": None, "streak_days": (3, 5), "points": 11},
    }
    rules = [
        replace(rule, **own.get(rule.id, {}))  # type: ignore[arg-type]
        for rule in shipped.rules
        if rule.id not in ("share", "chat")
    ]
    return replace(
        shipped,
        rules=(
            *rules,
            Rule("total", "checkin", "累计", 7, every_total_days=4),
            Rule("share", "share", "分享", 20, cap_times_daily=2, cap_points_weekly=100),
            Rule("late_share", "share", "慢分享", 1, wait_days=2, cap_times_weekly=4),
            Rule("chat", "chat", "聊天", 1, per="deed", from_units=6, cooldown_s=3_600),
        ),
        campaigns=(sale, silver),
        cap_points_daily=30,
        capped=frozenset({"checkin", "share", "chat"}),
        tier_multiplies=frozenset({"order", "share"}),
    )


@pytest.fixture
def others(rich: Programme) -> dict[str, Programme]:
    """Rules that differ from those."""

    def changed(programme: Programme, **rules: dict[str, object]) -> Programme:
        return replace(
            programme,
            rules=tuple(replace(one, **rules.get(one.id, {})) for one in programme.rules),  # type: ignore[arg-type]
        )

    return {
        "higher": changed(rich, checkin={"points": 8}, order={"points": 3, "categories": {}}),
        "looser": changed(
            replace(rich, cap_points_daily=None),
            share={"cap_times_daily": None, "cap_points_weekly": None},
            chat={"cooldown_s": None, "from_units": None},
        ),
        "tighter": changed(
            rich,
            checkin={"cap_times_weekly": 2},
            share={"cap_times_daily": 1},
            chat={"cap_points_monthly": 3},
        ),
        "sooner": changed(rich, late_share={"wait_days": None, "points": 2}),
        "later": changed(rich, share={"wait_days": 3, "points": 19}),
        "other days": changed(
            replace(rich, campaigns=()), checkin_streak={"streak_days": (), "every_streak_days": 2}
        ),
        "no tiers": replace(rich, tiers=(), campaigns=rich.campaigns[:1]),
    }


SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_the_same_rules_give_what_they_gave(
    ledger: Database, rich: Programme, seed: int
) -> None:
    Life(ledger, rich, seed).live(260, is_free=True)
    assert verify(ledger)[1] == []
    assert_same(whole(ledger, rich), ledger)


@pytest.mark.parametrize("name", [
    "higher", "looser", "tighter", "sooner", "later", "other days", "no tiers",
])  # fmt: skip
def test_other_rules_give_what_they_would_have_given(
    sqlite_ledger: Database, tmp_path: Path, migrated_sqlite: Path, rich: Programme,
    others: dict[str, Programme], name: str,
) -> None:  # fmt: skip
    file = tmp_path / "other.db"
    shutil.copyfile(migrated_sqlite, file)
    would_be = Database(f"sqlite:///{file}")
    Life(sqlite_ledger, rich, 7).live(260, is_free=False)
    Life(would_be, others[name], 7).live(260, is_free=False)
    simulated = whole(sqlite_ledger, others[name])
    lived = whole(would_be, others[name])
    assert simulated.now.rules == lived.then.rules != simulated.then.rules
    assert simulated.now.members == lived.then.members


# Several members at once


@pytest.fixture
def two(ledger: Database, shipped: Programme) -> Iterator[Chat]:
    """小美 is the first member, and 小红 does things first. A share pays 4, from 5 units on."""
    share = Rule("share", "share", "分享", 4, per="deed", from_units=Decimal(5))
    chat = Chat(ledger, replace(shipped, rules=(share,), cap_points_daily=None), Clock())
    chat("小美", "余额")
    yield chat
    chat.bot.stop()


def test_a_deed_that_two_did_is_theirs_who_is_first_under_the_other_rules(two: Chat) -> None:
    two("小红", "做share 2 about 面膜 ever")
    two("小美", "做share 6 about 面膜 ever")
    two("阿强", "做share 6 about 口红 ever")
    same = two.bot.posting.programme
    assert_same(whole(two.database, same), two.database)
    (share,) = same.rules
    looser = whole(two.database, replace(same, rules=(replace(share, from_units=None),)))
    assert looser.now.members == {2: 4, 3: 4}
    assert looser.now.rules == looser.then.rules == {"share": [2, 8]}


def test_a_budget_goes_to_all_in_the_order_of_their_deeds(two: Chat) -> None:
    for who in ("小红", "小美", "阿强"):
        two(who, "做share 6")
    double = Campaign("double", "双倍", multiplier=Decimal(2), budget_points=6)
    simulated = whole(two.database, replace(two.bot.posting.programme, campaigns=(double,)))
    assert simulated.now.members == {2: 8, 1: 6, 3: 4}


@pytest.mark.parametrize("processors", [1, 2])
def test_more_processes_give_the_same(
    sqlite_ledger: Database, shipped: Programme, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    Life(sqlite_ledger, shipped, 1).live(120, is_free=True)
    alone = whole(sqlite_ledger, shipped)
    monkeypatch.setattr(by_members, "FEW", 0)
    monkeypatch.setattr(judging, "AT_ONCE", 10)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert whole(sqlite_ledger, shipped) == alone
    assert_same(alone, sqlite_ledger)


def test_what_another_process_cannot_read_is_told(
    sqlite_ledger: Database, shipped: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns.at_once(sqlite_ledger, lines_of(TRANSCRIPTS / "orders.jsonl"))
    connection = sqlite_ledger.connect()
    connection.run("DROP TRIGGER activity_no_update")
    connection.run("UPDATE activity SET facts = '{' WHERE id = 3")
    connection.close()
    monkeypatch.setattr(by_members, "FEW", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(SchemaError, match=r"activity 3: .*, see what `verify` says"):
        whole(sqlite_ledger, shipped)


# What is printed


def test_the_page_on_rules_shows_what_is_printed(chat: Chat, tmp_path: Path) -> None:
    for day in range(1, 8):
        chat("小美", "签到", at=f"11-0{day} 09:00")
        if day <= 5:
            chat("小红", "签到", at=f"11-0{day} 10:00")
    chat("阿强", "签到")
    (block,) = re.findall(r"```toml\n(.*?)```", SECTION, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", SECTION, re.DOTALL)
    (tmp_path / "rules.toml").write_text(f'[programme]\nextends = "standard"\n{block}', "utf-8")
    done = bot("simulate", "--rules", tmp_path, "--db", chat.database.url)
    assert done.stdout.decode() == shown
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_reads_beside_a_writer_and_writes_nothing(chat: Chat, standard: Programme) -> None:
    chat("小美", "签到")
    before = {table: chat.rows(f"SELECT * FROM {table}") for table in WRITTEN}
    writer = chat.database.connect()
    try:
        writer.begin()
        writer.run("UPDATE account SET balance = balance + 1")
        assert whole(chat.database, standard).now.points == 5
        writer.rollback()
    finally:
        writer.close()
    assert {table: chat.rows(f"SELECT * FROM {table}") for table in WRITTEN} == before


WRITTEN = ("account", "activity", "entry", "lot", "community", "job_run", "inbox", "score")


def test_days_are_those_of_the_zone_and_both_ends_count(chat: Chat, standard: Programme) -> None:
    for day in ("11-01 23:59", "11-02 00:00", "11-03 23:59", "11-04 00:00"):
        chat("小美", "签到", at=day)
    simulated = simulate(chat.database, standard, date(2026, 11, 2), date(2026, 11, 3))
    assert simulated.now.rules == simulated.then.rules == {"checkin": [2, 10]}
    assert simulated.deeds == 4


def test_a_programme_of_another_zone_is_refused(chat: Chat, standard: Programme) -> None:
    chat("小美", "签到")
    elsewhere = replace(standard, zone=ZoneInfo("Asia/Tokyo"))
    with pytest.raises(SchemaError, match='zone "Asia/Shanghai" and the programme says "Asia/To'):
        whole(chat.database, elsewhere)


def test_a_ledger_in_which_nothing_has_happened_gives_nothing(
    ledger: Database, standard: Programme
) -> None:
    simulated = whole(ledger, standard)
    assert (simulated.now.rules, simulated.then.rules, simulated.deeds) == ({}, {}, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rules", "stnadard"], 'is neither a folder nor a preset, did you mean "standard"?'),
        (["--rules", "standard", "--from", "2026-06-31"], "does not match the formats"),
        (["--rules", "standard", "--from", "2026-06-02", "--to", "2026-06-01"], "not be later"),
        ([], "Missing option '--rules'"),
    ],
)
def test_wrong_use_is_told(words: list[str], said: str) -> None:
    done = bot("simulate", *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.decode().split())


def test_a_terminal_shows_how_far_it_is(sqlite_ledger: Database) -> None:
    master, terminal = pty.openpty()
    words = [sys.executable, "-m", "bot", "simulate", "--rules", "standard"]
    done = subprocess.run(
        [*words, "--db", sqlite_ledger.url],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, check=False,
    )  # fmt: skip
    os.close(terminal)
    shown = os.read(master, 65_536).decode()
    os.close(master)
    assert done.returncode == 0
    assert "simulate" in shown
    assert "\x1b[" in shown
