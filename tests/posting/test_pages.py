"""Jobs that are done in pages: whatever stops them between two, the whole is done exactly once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.extend import Job
from bot.points.types import Programme, Recheck, Rule, Tier
from bot.posting import dormant, recheck
from bot.posting.operation import Operation, Result
from bot.scheduler import Scheduler
from scheduled.dormancy import dormancy
from scheduled.recheck import recheck as yearly
from store import orders
from store.verify import verify
from tests.books import assert_balanced
from tests.chat import CHANNEL, SUPERUSER, Chat, instant

WHO = ("甲", "乙", "丙", "丁", "戊")
GIFTS = (
    Rule("long", "wake_up", "好久不见", 500, dormant_months=6),
    Rule("short", "wake_up", "想你了", 100, dormant_months=3),
)
TIERS = (Tier("a", "普通", 0), Tier("b", "白银", 100), Tier("c", "黄金", 500))


@pytest.fixture
def programme(standard: Programme) -> Programme:
    """Gifts after three and six months without an order, and tiers that are compared each year."""
    rules = (*standard.rules, Rule("order", "order", "下单", 1, wait_days=7), *GIFTS)
    return replace(standard, rules=rules, tiers=TIERS, recheck=Recheck((1, 1)))


def asked(chat: Chat, job: Job) -> Operation:
    """The job that has become due within the last hour."""
    clock = chat.clock
    before = instant(
        f"{clock.now().astimezone(chat.programme.zone):%Y-%m-%d} 00:01", chat.programme.zone
    )
    [operation] = Scheduler([job], chat.programme.zone, before, {}).operations(clock.now())
    return operation


def in_pages(
    chat: Chat, operation: Operation, between: Callable[[], object] = lambda: None
) -> list[list[Result]]:
    """The results of each transaction until the run is over."""
    pages: list[list[Result]] = []
    while not pages or pages[-1][0].rest is not None:
        if pages:
            between()
        chat.bot.posting.yields = True
        pages.append(chat.bot.run([operation]))
        assert pages[-1][0].problem is None
    return pages


def told(pages: Sequence[Sequence[Result]]) -> list[list[tuple[str, str]]]:
    """Whom each page told what."""
    return [
        [(said.to[0], said.text) for result in page for _, said in result.notices]
        for page in pages
    ]


@pytest.fixture
def shop(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Five have ordered, the first and the fourth half a year ago; two gifts at a time."""
    monkeypatch.setattr(dormant, "AT_ONCE", 2)
    chat.are_jobs_awake = False
    for number, who in enumerate(WHO):
        day = "2026-01-10" if number in (0, 3) else "2026-04-10"
        chat(who, "签到", at=f"{day} 10:00" if number == 0 else None)
        body = {"order": f"O{number}", "buyer": {"channel": CHANNEL, "id": who}, "amount": "9.00"}
        chat.order(event="paid", paid_at=f"{day}T10:00:00+08:00", **body)
    chat.move_to("2026-07-11 10:00")
    return chat


EARNED = [(who, "short", 100) for who in (1, 2, 3, 4, 5)] + [(1, "long", 500), (4, "long", 500)]


def given(chat: Chat) -> list[tuple[object, ...]]:
    return chat.rows("SELECT member, rule, points FROM entry WHERE rule <> 'checkin' ORDER BY id")


def test_gifts_go_out_page_by_page(shop: Chat) -> None:
    pages = in_pages(shop, asked(shop, dormancy))
    assert [[who for who, _ in page] for page in told(pages)] == [
        ["甲", "乙"], ["丙", "丁"], ["戊"], ["甲", "丁"], [], [],
    ]  # fmt: skip
    assert given(shop) == EARNED
    assert shop.rows("SELECT job, period, place FROM job_run") == [
        ("dormancy", "2026-07-11", None)
    ]
    assert_balanced(shop)


@pytest.mark.parametrize("scanned", [1, 2, 3])
def test_where_few_are_dormant_a_page_ends_all_the_same(
    shop: Chat, monkeypatch: pytest.MonkeyPatch, scanned: int
) -> None:
    monkeypatch.setattr(dormant, "AT_ONCE", 100)
    monkeypatch.setattr(orders, "SCANNED", scanned)
    assert len(in_pages(shop, asked(shop, dormancy))) == 2 * -(-5 // scanned) + 1
    assert given(shop) == EARNED


def test_who_gets_into_a_higher_tier_on_a_page_is_told_so(shop: Chat) -> None:
    """105 points are silver, 605 gold."""
    pages = told(in_pages(shop, asked(shop, dormancy)))
    climbed = [(who, text[-2:]) for page in pages for who, text in page if "恭喜升到" in text]
    assert climbed == [*((who, "白银") for who in WHO), ("甲", "黄金"), ("丁", "黄金")]


def test_killed_between_two_pages_it_goes_on_with_the_next(shop: Chat) -> None:
    def killed() -> None:
        shop.restart()
        assert verify(shop.database)[1] == []

    pages = in_pages(shop, asked(shop, dormancy), killed)
    assert [len(page) for page in told(pages)] == [2, 2, 1, 2, 0, 0]
    assert given(shop) == EARNED
    assert_balanced(shop)


def test_a_page_that_fails_is_done_again_and_none_before_it(
    shop: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(shop, dormancy)
    shop.bot.posting.yields = True
    assert shop.bot.run([job])[0].rest is not None
    with monkeypatch.context() as patch:
        patch.setattr(dormant, "told", None)
        assert shop.bot.posting.run([job])[0].problem == "bug"
    in_pages(shop, job)
    assert given(shop) == EARNED
    assert_balanced(shop)


@pytest.fixture
def year(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Five are gold, and have gained little since, but for the second; two are compared at a
    time."""
    monkeypatch.setattr(recheck, "AT_ONCE", 2)
    chat.are_jobs_awake = False
    for who in WHO:
        chat(SUPERUSER, f"加分 @{who} 600", mentions=[who], at="11-01" if who == "甲" else None)
    for number, who in enumerate(WHO):
        points = 500 if who == "乙" else 100 + number
        chat(SUPERUSER, f"加分 @{who} {points}", mentions=[who], at=f"2027-06-0{number + 1}")
    chat.move_to("2028-01-01 00:20")
    return chat


def lowered(chat: Chat) -> list[tuple[object, ...]]:
    return chat.rows("SELECT qualifying - set_aside FROM account WHERE peak > 0 ORDER BY member")


def test_tiers_fall_page_by_page_and_each_member_is_told_once(year: Chat) -> None:
    pages = told(in_pages(year, asked(year, yearly)))
    assert [who for page in pages for who, _ in page] == ["甲", "丙", "丁", "戊"]
    assert max(map(len, pages)) <= 2 < len(pages)
    assert lowered(year) == [(100,), (1100,), (102,), (103,), (104,)]
    assert_balanced(year)


def test_killed_between_two_pages_nobody_is_compared_twice(year: Chat) -> None:
    """Who has fallen, and has gained since, would fall again."""

    def killed_and_gained() -> None:
        year.restart()
        year.are_jobs_awake = False
        year(SUPERUSER, "加分 @甲 700", mentions=["甲"])

    before = in_pages(year, asked(year, yearly), killed_and_gained)
    assert [who for page in told(before) for who, _ in page] == ["甲", "丙", "丁", "戊"]
    gained = 700 * (len(before) - 1)
    fallen = year.rows("SELECT set_aside FROM account WHERE peak > 0 ORDER BY member")
    assert lowered(year)[0] == (700 - 600 + gained,)
    assert fallen[0] == (600,)
    assert_balanced(year)


def test_what_is_gained_before_the_own_page_is_not_lost_to_the_recheck(year: Chat) -> None:
    """The fourth is gold all the same and told nothing, the fifth silver."""

    def gained() -> None:
        for who, points in (("乙", 7), ("丁", 700), ("戊", 90)):
            if not year.rows("SELECT 1 FROM entry WHERE day >= '2028' AND points = ?", points):
                year(SUPERUSER, f"加分 @{who} {points}", mentions=[who])

    pages = told(in_pages(year, asked(year, yearly), gained))
    assert lowered(year) == [(100,), (1107,), (102,), (803,), (194,)]
    assert [who for page in pages for who, _ in page] == ["甲", "丙", "戊"]
    assert_balanced(year)


def test_both_jobs_are_done_at_once_where_nobody_waits(shop: Chat) -> None:
    [result] = shop.bot.run([asked(shop, dormancy)])
    assert (result.rest, len(result.notices)) == (None, 7)
    assert given(shop) == EARNED
