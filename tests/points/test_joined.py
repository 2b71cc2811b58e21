"""Two standings that turn out to be one person's."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.points.account import Account
from bot.points.chain import GENESIS
from bot.points.joined import emptied, join

D1 = date(2026, 11, 28)
"""A Saturday; two days later another week begins, three days later another month."""
PAYMENT = st.tuples(
    st.sampled_from(["checkin", "share"]),
    st.integers(1, 30),
    st.integers(0, 9).map(lambda ahead: D1 + timedelta(days=ahead)),
)


def joined(one: Account, other: Account, *days: date) -> Account:
    join(one, other, set(days))
    return one


@given(st.lists(st.tuples(st.booleans(), PAYMENT)))
def test_payments_of_two_accounts_count_as_those_of_one(
    payments: list[tuple[bool, tuple[str, int, date]]],
) -> None:
    apart, whole = (Account(1), Account(2)), Account(3)
    for at, (is_others, (rule, points, day)) in enumerate(payments):
        for account in (apart[is_others], whole):
            account.count(rule, points, day.isoformat(), at)
    assert joined(*apart).counters == whole.counters


def test_counters_of_the_one_that_goes_are_not_shared() -> None:
    other = Account(2)
    other.count("share", 5, D1.isoformat(), 1)
    one = joined(Account(1), other.copy())
    one.count("share", 5, D1.isoformat(), 2)
    assert other.counters["share"][1:3] == [1, 5]


def test_days_of_both_make_the_run_and_one_of_both_counts_once() -> None:
    one, other = Account(1, run=2, run_on=D1, total_days=3), Account(2, run=1, total_days=1)
    days = [D1 - timedelta(days=back) for back in (0, 1, 2, 5)]
    joined(one, other, *days, *days)
    assert (one.run, one.run_on, one.total_days) == (3, D1, 4)


def test_who_never_checked_in_has_no_run() -> None:
    one = joined(Account(1), Account(2))
    assert (one.run, one.run_on, one.total_days) == (0, None, 0)


def test_what_adds_up_is_added_up() -> None:
    one = Account(1, qualifying=30, waiting=5, shields=1, set_aside=10, peak=40)
    other = Account(2, qualifying=25, waiting=7, shields=2, set_aside=20, peak=25)
    joined(one, other)
    assert (one.qualifying, one.waiting, one.shields, one.set_aside) == (55, 12, 3, 30)
    assert one.peak == 55


def test_the_highest_that_either_reached_is_not_forgotten() -> None:
    one = Account(1, qualifying=5, peak=10, set_aside=10)
    other = Account(2, qualifying=-5, peak=80, set_aside=80)
    joined(one, other)
    assert (one.qualifying, one.peak, one.set_aside) == (0, 80, 80)


def test_what_came_last_is_kept() -> None:
    later = D1 + timedelta(days=3)
    one = Account(1, qualifying_entry=4, active_on=D1, back_on=D1, away_days=40, refusal=9)
    other = Account(2, qualifying_entry=7, active_on=later, back_on=later, away_days=31)
    joined(one, other)
    assert (one.qualifying_entry, one.active_on, one.refusal) == (7, later, 9)
    assert (one.back_on, one.away_days) == (later, 31)
    joined(one, Account(3))
    assert (one.active_on, one.back_on, one.away_days) == (later, later, 31)


def test_numbers_of_before_come_along() -> None:
    one = joined(Account(1, formers=(4,)), Account(2, formers=(3, 5)))
    assert one.formers == (4, 2, 3, 5)


def test_of_the_other_account_the_end_of_its_chain_is_left() -> None:
    account = Account(
        2, qualifying=5, run=1, run_on=D1, last_entry=7, last_at=9, head=b"head", formers=(3,)
    )
    assert emptied(account) == Account(2, last_entry=7, last_at=9, head=b"head")
    assert emptied(Account(2)).head == GENESIS
