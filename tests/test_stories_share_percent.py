"""When a share of what was earned goes, and the rest is for good."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from bot.clock import to_micros
from bot.points.types import Programme, Rule
from bot.reloading import swap
from store.export import export
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat
from tests.story import Story

CHECKIN = Rule("checkin", "checkin", "每日签到", 10)
LOTS = "SELECT expires_on, remaining FROM lot WHERE remaining > 0 ORDER BY expires_on"


@pytest.fixture
def programme(standard: Programme) -> Programme:
    """Half goes with the quarter: of a check-in of 10 points, of a deal and an order of a point a
    yuan. An order's points wait for seven days, those of a share last for 30 days, all of them."""
    rules = (
        CHECKIN,
        Rule("share", "share", "分享", 20, valid_days=30),
        Rule("deal", "deal", "成交", 1),
        Rule("order", "order", "下单", 1, wait_days=7),
    )
    return replace(
        standard,
        rules=rules,
        valid_days=None,
        valid_until="quarter_end",
        share_percent=50,
        tiers=(),
        make_up=None,
    )


class TestGoing:
    """The share goes on the last day, unless it has been spent."""

    def test_half_goes_with_the_quarter_and_half_is_for_good(self, story: Story) -> None:
        """
        11-01        小美  签到   +10
        12-31        小美  签到   +10
                     小美  lots 2026-12-31:10 9999-12-31:10
        2027-01-01   小美  签到   +10
                     小美  lots 2027-03-31:5 9999-12-31:15
        2027-04-01   jump
                     小美  = 15
                     小美  lots 9999-12-31:15
        """

    def test_what_is_spent_is_what_would_have_gone_first(self, story: Story) -> None:
        """
        11-01        小美  签到       +10
                     小美  redeem 3   -3
                     小美  lots 2026-12-31:2 9999-12-31:5
        2027-01-01   jump
                     小美  = 5
                     小美  签到       +10
                     小美  redeem 7   -7
                     小美  lots 9999-12-31:8
        2027-04-01   jump
                     小美  = 8
        """

    def test_the_share_is_rounded_down_and_of_one_point_nothing_goes(self, story: Story) -> None:
        """
        # half of 7 and of 9 are 3 and 4, half of 1 is 0
        11-01   小美  做deal 7                 +7
                小美  lots 2026-12-31:3 9999-12-31:4
                店长  加分 小美 9 辛苦         +9
                小美  lots 2026-12-31:7 9999-12-31:9
                店长  加分 小美 1 辛苦         +1
                小美  做deal 1                 +1
                小美  lots 2026-12-31:7 9999-12-31:11
        2027-01-01   jump
                小美  = 11
        """

    def test_a_rule_that_says_how_long_wins_for_all_of_its_points(self, story: Story) -> None:
        """
        12-20        小美  做share   +20
                     小美  lots 2027-01-19:20
        2027-01-20   jump
                     小美  = 0
        """

    def test_what_waits_is_shared_out_when_it_can_be_spent(self, story: Story) -> None:
        """
        12-28        小美  积分                    told
                     order O1 paid 51.00 by 小美   told
                     小美  waiting 51
        2027-01-05   jump
                     小美  lots 2027-03-31:25 9999-12-31:26
        """

    def test_what_was_posted_before_a_change_stays_as_it_was(self, chat: Chat) -> None:
        """Nor does the change touch what was posted under the old share when it is taken back."""
        chat("小美", "做deal 100", at="11-01")
        _changes(chat, share_percent=None)
        chat("小美", "做deal 100", at="11-02")
        _changes(chat, share_percent=20)
        chat("小美", "做deal 100", at="11-03")
        assert chat.rows(LOTS) == [("2026-12-31", 50 + 100 + 20), ("9999-12-31", 50 + 80)]
        chat("店长", "refund 1 10")
        assert chat.rows(LOTS) == [("2026-12-31", 165), ("9999-12-31", 125)]
        chat("店长", "撤销 2", admin=True)
        assert chat.rows(LOTS) == [("2026-12-31", 65), ("9999-12-31", 125)]
        chat("店长", "refund 3 10")
        assert chat.rows(LOTS) == [("2026-12-31", 63), ("9999-12-31", 117)]
        assert_balanced(chat)


class TestTakingBack:
    """A gain is taken back from both lots as it went in."""

    def test_all_of_it_at_once_leaves_nothing(self, story: Story) -> None:
        """
        11-01   小美  做deal 7                +7
                店长  撤销 1                  -7
                小美  lots none
                店长  加分 小美 101 谢谢      +101
                店长  撤销 3                  -101
                小美  lots none
                小美  debt 0
        """

    def test_parts_take_of_both_lots_and_add_up(self, story: Story) -> None:
        """
        # of 101, 50 go: of good, 10 take floor(10 * 51 / 101) = 5, 43 take 21, 93 take 46
        11-01   小美  做deal 101       +101
                小美  lots 2026-12-31:50 9999-12-31:51
                店长  refund 1 10      -10
                小美  lots 2026-12-31:45 9999-12-31:46
                店长  refund 1 43      -33
                小美  lots 2026-12-31:28 9999-12-31:30
                店长  refund 1 93      -50
                小美  lots 2026-12-31:3 9999-12-31:5
                店长  refund 1 101     -8
                小美  lots none
                小美  debt 0
        """

    def test_what_has_gone_is_not_taken_and_makes_no_debt(self, story: Story) -> None:
        """
        11-01        小美  签到       +10
        2027-01-02   jump
                     小美  = 5
                     店长  撤销 1     -5
                     小美  lots none
                     小美  debt 0
                     小美  qualifying 5
                     店长  撤销 1     refused already_reversed
        """

    def test_what_was_spent_before_the_rest_went_becomes_a_debt(self, story: Story) -> None:
        """
        # of 10, 3 were spent and 2 went: 8 are taken, of which 5 are there
        11-01        小美  签到       +10
                     小美  redeem 3   -3
        2027-01-02   店长  撤销 1     -8
                     小美  = 0
                     小美  debt 3
        """

    def test_others_that_went_from_the_same_lot_count_no_further_than_the_share(
        self, story: Story
    ) -> None:
        """
        # 5 + 50 went; of the check-in no more than its 5 can have been among them
        11-01        小美  签到           +10
                     小美  做deal 100     +100
        2027-01-02   jump
                     小美  = 55
                     店长  撤销 1         -5
                     小美  lots 9999-12-31:50
                     店长  撤销 2         -50
                     小美  lots none
                     小美  debt 0
        """

    def test_what_one_of_its_lots_lacks_the_other_gives_before_later_gains_do(
        self, story: Story
    ) -> None:
        """
        # 40 of the 50 that go are spent: of the half that is taken back, 10 are there and 40 are
        # for good; the points of the next quarter stay
        11-01        小美  做deal 100     +100
                     小美  redeem 40      -40
                     小美  lots 2026-12-31:10 9999-12-31:50
                     店长  refund 1 50    -50
                     小美  lots 9999-12-31:10
        2027-01-01   小美  做deal 20      +20
                     店长  refund 1 70    -20
                     小美  lots 2027-03-31:10
                     店长  refund 1 100   -30
                     小美  lots none
                     小美  debt 20
        """

    def test_a_part_before_the_quarter_ends_and_the_rest_after_it(self, story: Story) -> None:
        """
        # 20 are taken, 10 of each half; 40 go; the 40 that are left are taken
        11-01        小美  做deal 100     +100
                     店长  refund 1 20    -20
                     小美  lots 2026-12-31:40 9999-12-31:40
        2027-01-02   jump
                     小美  = 40
                     店长  refund 1 30    -10
                     小美  lots 9999-12-31:30
                     店长  撤销 1         -30
                     小美  lots none
                     小美  debt 0
                     小美  qualifying 40
        """

    def test_a_spend_goes_back_to_both_lots_and_the_share_into_grace(self, story: Story) -> None:
        """
        11-01        小美  签到          +10
                     小美  redeem 8      -8
                     小美  lots 9999-12-31:2
                     店长  撤销 2        +8
                     小美  lots 2026-12-31:5 9999-12-31:5
                     小美  redeem 8      -8
        2027-01-02   店长  撤销 4        +8
                     小美  lots 2027-01-09:5 9999-12-31:5
        """


class TestDebt:
    """A debt is paid first, as a spend would have been: out of what goes."""

    def test_it_is_paid_out_of_the_share_and_beyond_it_out_of_the_rest(self, story: Story) -> None:
        """
        11-01   小美  签到              +10
                小美  redeem 10         -10
                店长  撤销 1            -10
                小美  debt 10
                小美  做deal 16         +16
                小美  debt 0
                小美  lots 9999-12-31:6
        """

    def test_a_smaller_one_leaves_some_of_the_share(self, story: Story) -> None:
        """
        11-01   小美  签到              +10
                小美  redeem 10         -10
                店长  撤销 1            -10
                小美  做deal 40         +40
                小美  lots 2026-12-31:10 9999-12-31:20
        """

    def test_a_larger_one_takes_all(self, story: Story) -> None:
        """
        11-01   小美  签到              +10
                小美  redeem 10         -10
                店长  撤销 1            -10
                小美  做deal 8          +8
                小美  lots none
                小美  debt 2
                店长  撤销 4            -8
                小美  debt 10
        """

    @pytest.mark.parametrize("points", [8, 10, 16, 21, 40])
    def test_what_paid_it_is_owed_again_when_it_is_taken_back(
        self, chat: Chat, points: int
    ) -> None:
        _owes(chat, 10)
        chat("小美", f"做deal {points}")
        for total in (3, points // 2, points):
            chat("店长", f"refund 4 {total}")
        assert chat.rows("SELECT balance, debt FROM account WHERE balance + debt > 0") == [(0, 10)]
        assert chat.rows(LOTS) == []
        assert_balanced(chat)

    def test_what_goes_of_a_gain_that_paid_it_is_not_owed_again(self, story: Story) -> None:
        """
        # of 40, 20 of which go, 10 paid the debt and 10 went: 30 are taken, 20 of them are there
        11-01        小美  签到         +10
                     小美  redeem 10    -10
                     店长  撤销 1       -10
                     小美  做deal 40    +40
        2027-01-02   jump
                     小美  = 20
                     店长  撤销 4       -30
                     小美  = 0
                     小美  debt 10
        """


class TestRefunds:
    """Refunds of an order come in any order."""

    AMOUNTS = ("33.00", "50.00", "10.00")

    @pytest.mark.parametrize("order", [*permutations(range(3))])
    def test_they_leave_the_same_lots(self, chat: Chat, order: tuple[int, ...]) -> None:
        """Of 101 points 50 go. 93 are refunded: 46 of 51 for good, and 47 of 50."""
        _bought(chat, "101.00")
        for number in order:
            _refunded(chat, number, self.AMOUNTS[number])
        assert chat.rows(LOTS) == [("2026-12-31", 3), ("9999-12-31", 5)]
        assert_balanced(chat)

    @pytest.mark.parametrize("order", [*permutations(range(3))])
    @pytest.mark.parametrize(
        ("spent", "lots", "debt"),
        [
            (3, [("2026-12-01", 20), ("9999-12-31", 5)], 0),
            (20, [("2026-12-01", 8)], 0),
            (60, [], 32),
        ],
    )
    def test_they_leave_the_same_when_some_of_it_has_been_spent(
        self, chat: Chat, order: tuple[int, ...], spent: int, lots: list[object], debt: int
    ) -> None:
        """What is not there of 50 and 51 comes from another 20 points; the rest is a debt."""
        _bought(chat, "101.00")
        chat("小美", f"redeem {spent}")
        chat("小美", "做share")
        for number in order:
            _refunded(chat, number, self.AMOUNTS[number])
        assert chat.rows(LOTS) == lots
        assert chat.rows("SELECT debt FROM account") == [(debt,)]
        assert_balanced(chat)

    @pytest.mark.parametrize("order", [*permutations(range(3))])
    @pytest.mark.parametrize("before", [0, 1, 2, 3])
    def test_whatever_goes_between_them_goes_once(
        self, chat: Chat, order: tuple[int, ...], before: int
    ) -> None:
        """What is refunded before the quarter's end is taken of both halves, so that less goes
        with it; what is refunded later is taken of what is for good, and makes no debt."""
        _bought(chat, "100.00")
        amounts = [self.AMOUNTS[number] for number in order]
        for number, amount in enumerate(amounts[:before]):
            _refunded(chat, number, amount)
        taken = sum(int(amount[:2]) for amount in amounts[:before])
        gone = 50 - (taken - taken // 2)
        chat("小美", "积分", at="2027-01-02")
        for number, amount in enumerate(amounts[before:], start=before):
            _refunded(chat, number, amount)
        left = max(0, 100 - gone - 93)
        assert chat.rows("SELECT balance, debt FROM account") == [(left, 0)]
        assert_balanced(chat)


class TestOtherTerms:
    """Of a year, of so many days, and when it is inactivity that ends what was for good."""

    def test_a_tenth_goes_with_the_year(self, chat: Chat) -> None:
        _changes(chat, valid_until="year_end", share_percent=10)
        chat("小美", "做deal 39")
        assert chat.rows(LOTS) == [("2026-12-31", 3), ("9999-12-31", 36)]
        assert "当年得的积分,年末清零 10 %,其余长期有效" in chat("小美", "规则")[0].split("\n")

    def test_nearly_all_goes_after_so_many_days(self, chat: Chat) -> None:
        _changes(chat, valid_until=None, valid_days=40, share_percent=99)
        chat("小美", "做deal 100", at="11-01")
        assert chat.rows(LOTS) == [("2026-12-11", 99), ("9999-12-31", 1)]
        assert "积分得到 40 天后清零 99 %,其余长期有效" in chat("小美", "规则")[0].split("\n")
        assert chat("小美", "积分", at="12-12") == ["余额 1 积分,连续 0 天"]
        assert_balanced(chat)

    def test_what_inactivity_ended_of_a_gain_is_not_taken_back_either(self, chat: Chat) -> None:
        """Of 100, 50 go with the quarter and, after the terms have changed, 50 by inactivity."""
        chat("小美", "做deal 100", at="11-01")
        _changes(chat, valid_until=None, share_percent=None, inactive_days=10)
        chat("小美", "积分", at="11-12")
        assert chat.rows(LOTS) == [("2026-12-31", 50)]
        chat("店长", "refund 1 20")
        assert chat.rows(LOTS) == [("2026-12-31", 30)]
        chat("店长", "撤销 1", admin=True)
        assert chat.rows(LOTS) == []
        assert chat.rows("SELECT sum(points), sum(debt) FROM entry WHERE kind = 'reversal'") == [
            (-50, 0)
        ]
        assert_balanced(chat)


class TestTelling:
    """What members read of it."""

    def test_the_room_is_told(self, chat: Chat) -> None:
        said = chat("小美", "规则")[0].split("\n")
        assert "每季度得的积分,季度末清零 50 %,其余长期有效" in said

    def test_a_reason_says_how_many_of_the_points_go(self, chat: Chat) -> None:
        chat("小美", "做deal 101")
        chat("店长", "加分 @小美 3 谢谢", admin=True, mentions=["小美"])
        chat("小美", "做share")
        chat("小美", "做deal 1")
        said = [chat("小美", f"为什么 {number}")[0].split("\n") for number in (1, 2, 3, 4)]
        assert "50 分有效期到 2026-12-31,51 分长期有效" in said[0]
        assert "1 分有效期到 2026-12-31,2 分长期有效" in said[1]
        assert "有效期到 2026-12-01" in said[2]
        assert not any("有效" in line for line in said[3])

    def test_only_the_share_is_about_to_go(self, chat: Chat) -> None:
        chat("小美", "做deal 101", at="12-10")
        assert chat("小美", "积分")[0].split("\n")[-1] == "50 分 12-31 到期"

    def test_an_export_has_the_day_on_which_the_share_goes(
        self, chat: Chat, tmp_path: Path
    ) -> None:
        chat("小美", "做deal 101")
        chat("小美", "做deal 1")
        export(chat.database, "entries", "jsonl", tmp_path / "entries.jsonl")
        lines = (tmp_path / "entries.jsonl").read_text("utf-8").splitlines()
        found = [(entry["points"], entry["expires_on"]) for entry in map(json.loads, lines)]
        assert found == [(101, "2026-12-31"), (1, "9999-12-31")]


def _changes(chat: Chat, **terms: object) -> None:
    """Other terms from now on."""
    chat.programme = replace(chat.programme, version=f"{len(terms)}", **terms)  # type: ignore[arg-type]
    chat.bot.run([swap(chat.programme, to_micros(chat.clock.now()))])


def _owes(chat: Chat, points: int) -> None:
    """Three entries after which 小美 owes so much."""
    chat("小美", f"做deal {points}")
    chat("小美", f"redeem {points}")
    chat("店长", "撤销 1", admin=True)


def _bought(chat: Chat, amount: str) -> None:
    """An order that has settled."""
    chat("小美", "积分", at="11-01")
    chat.order(
        event="paid", order="O1", amount=amount, buyer={"channel": CHANNEL, "id": "小美"},
        paid_at=chat.clock.now().isoformat(),
    )  # fmt: skip
    chat.order(event="completed", order="O1")


def _refunded(chat: Chat, number: int, amount: str) -> None:
    chat.order(event="refunded", order="O1", refund=f"R{number}", amount=amount)
