"""How people try to get points that are not theirs, a row each, and the tests that show what comes
of it. Rows without a test here are shown where the thing itself is tested:

parallel claims: tests/posting/test_content_two_processes.py
parallel spends: tests/ledger/test_concurrency.py
    test_as_many_spends_succeed_as_can_be_paid
moving the balance away: tests/test_stories_orders.py
    test_what_was_spent_becomes_a_debt
negative amounts, overflow: tests/handlers/test_adjust.py
    test_a_wrong_amount_is_refused_with_how_to_write_it
odd digits: tests/handlers/test_adjust.py
    test_a_right_amount_is_given
odd digits, NaN, Infinity, negative refunds: tests/points/test_order_body.py
    test_an_amount_is_a_text_of_plain_digits
leaving and rejoining: tests/test_stories_referral.py
    test_leaving_and_coming_back_earns_nothing_twice
sockpuppets: tests/test_stories_referral.py
    test_the_cap_counts_those_who_wait
invite rings: tests/test_stories_referral.py
    test_nobody_brings_themselves_or_in_a_ring
check-in in many groups: tests/test_stories_checkin.py
    test_a_day_counts_once_over_two_rooms_and_in_private
check-in at the edge of a day: tests/test_stories_checkin.py
    test_midnight_parts_two_days
a command inside a forward or a picture: tests/test_dispatch.py
    test_only_what_was_typed_is_a_command
a command inside a quote: tests/test_dispatch.py
    test_a_word_said_about_a_quoted_message_counts_and_one_inside_it_does_not
copies with tiny edits and padding: tests/points/test_likeness.py
    test_what_somebody_made_of_an_older_text_is_a_copy
reused screenshots: tests/posting/test_content.py
    test_a_picture_counts_once_for_good_and_in_all_rooms
reused order numbers: tests/posting/test_content.py
    test_an_order_number_is_reviewed_once
claiming another's order: tests/handlers/test_explain_posts.py
    test_anothers_order
refund twice: tests/points/test_order.py
    test_a_refund_that_is_told_twice_counts_once
spend and refund to renew expiry: tests/test_stories_ledger.py
    test_a_spend_given_back_after_its_lot_expired_lives_for_the_days_of_grace
an admin by nickname: tests/handlers/test_adjust.py
    test_a_nickname_makes_nobody_an_admin
self-approval: tests/test_stories_approval.py
    test_nobody_decides_on_their_own_deed
self-approval by quoting: tests/test_stories_decide.py
    test_nobody_decides_on_their_own_post_by_quoting
an admin who gives to themselves: tests/test_stories_ledger.py
    test_nobody_gives_or_takes_their_own
approval of an edited claim: tests/test_stories_recall.py
    test_a_changed_message_ends_its_request
earning by a post and taking it back: tests/test_stories_recall.py
    test_points_that_were_spent_become_a_debt
two admins at once: tests/posting/test_two_processes.py
    test_two_admins_at_once_decide_once
a rogue admin mints: tests/test_stories_bonus.py
    test_a_day_has_so_many_points_to_give_in_all
a rogue admin mints at once: tests/test_stories_bonus.py
    test_a_large_grant_waits_for_a_second_admin
newcomer bonus farming: tests/test_stories_newcomer_task.py
    test_once_for_life
flood to starve others: tests/test_flood.py
    test_a_check_in_of_another_counts_during_the_flood
flood of the whole bot: tests/test_observed.py
    test_too_many_waiting_are_turned_away_and_counted
log forging: tests/test_observed.py
    test_an_id_cannot_forge_a_line
names that break or turn a line: tests/handlers/test_ranking.py
    test_a_name_cannot_break_or_turn_a_board
CSV formulas: tests/store/test_export.py
    test_a_name_that_is_a_formula_is_text_in_csv

Not there yet: deleting one's data and coming back.
"""

import ast
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import dispatch
from bot.clock import to_micros
from bot.extend import Recogniser
from bot.points.lexicon import Lexicon
from bot.points.types import Message, Programme, Rule
from tests.books import assert_balanced
from tests.chat import CHANNEL, START, SUPERUSER, Chat
from tests.points.likeness_pairs import BASE, HONEST
from tests.posts import RECOGNISERS, posting_programme
from tests.story import Story

ROOT = Path(__file__).parents[1]
WRONG_ROLE = "这条命令只有管理员能用"
MORE = (
    Rule("welcome", "welcome", "新人礼", 50),
    Rule("invite", "invite", "邀请好友", 100, wait_days=7, cap_times_monthly=3),
    Rule("order", "order", "下单", 1, wait_days=7),
    Rule("first_order", "first_order", "首单", 200),
    Rule("invite_first_order", "invite_first_order", "好友首单", 200),
)


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    return RECOGNISERS


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return posting_programme(standard, *MORE)


@pytest.fixture(autouse=True)
def balanced(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever somebody tried, the books are in order."""
    if "chat" not in request.fixturenames:
        yield
        return
    chat = request.getfixturevalue("chat")
    yield
    assert_balanced(chat)


def rows_elsewhere() -> list[tuple[str, str, str]]:
    """Row, file and test of each that is shown in another file; "" for a whole file."""
    return re.findall(r"^(.+): (tests/\S+\.py)(?:\n    (\w+))?$", __doc__ or "", re.MULTILINE)


@pytest.mark.parametrize(("row", "file", "name"), rows_elsewhere())
def test_every_row_that_is_shown_elsewhere_is_named_there(row: str, file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    named = {
        one.name: ast.get_docstring(one) or ""
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not name or row in named[name]


def test_overflow_many_large_grants_stay_exact_or_are_refused(chat: Chat) -> None:
    """999,999,999 points, twenty times."""
    for number in range(20):
        chat(SUPERUSER, "加分 @小美 999999999 试试", mentions=["小美"], id=f"g{number}")
    assert chat.rows("SELECT balance FROM account WHERE balance > 0") == [(19_999_999_980,)]


@pytest.mark.parametrize("digits", ["１００", "١٢٣", "1_000", "²", "-5", "1e2", "0x10"])
def test_odd_digits_in_a_number_of_points_are_folded_or_refused(chat: Chat, digits: str) -> None:
    """Full-width digits are digits; of all others nothing is guessed."""
    chat(SUPERUSER, f"加分 @小美 {digits}", mentions=["小美"])
    moved = chat.rows("SELECT points FROM entry")
    assert moved == ([(100,)] if digits == "１００" else [])


def test_one_level_who_brought_the_bringer_gets_nothing(story: Story) -> None:
    """
    11-01 10:00  甲  签到  +5
    甲 brings 乙  +50
    乙 brings 丙  +50
    11-10        jump
                 甲  = 105
                 乙  = 150
    order O1 paid 100.00 by 丙  told
    order O1 completed  +500
                 甲  = 105
                 乙  = 350
    """


def test_a_buy_earn_refund_loop_ends_where_it_began(story: Story) -> None:
    """
    11-01 10:00  小美  签到  +5
    order O1 paid 500.00 by 小美  told
    order O1 completed  +700
    order O1 refunded 500.00 R1  -700
    order O2 paid 500.00 by 小美  told
    order O2 completed  +700
    小美 redeem 600  -600
    order O2 refunded 500.00 R2  -700
                 小美  = 0
                 小美  debt 595
                 小美  qualifying 5
    order O3 paid 500.00 by 小美  told
    order O3 completed  +700
    order O3 refunded 500.00 R3  -700
                 小美  debt 595
    """


def test_a_debt_is_still_there_after_leaving_and_rejoining(story: Story) -> None:
    """
    11-01 10:00  甲  签到  +5
    甲 brings 小美  +50
    小美 redeem 50  -50
    店长  撤销 #2  -50
                 小美  debt 50
    11-02        小美  leaves
    nobody brings 小美  silence
                 小美  debt 50
                 小美  签到  +5
                 小美  debt 45
                 小美  = 0
    """


def test_the_points_of_a_pumped_ranking_go_with_the_refund(chat: Chat) -> None:
    """An order for the first place, which is given back."""
    chat("小美", "签到")
    chat("阿强", "签到")
    buyer = {"channel": CHANNEL, "id": "阿强"}
    chat.order(event="paid", order="A1", buyer=buyer, amount="900.00", paid_at=START.isoformat())
    chat.order(event="completed", order="A1")
    assert chat("小美", "周榜")[0].split("\n")[1].startswith("1. 阿强")
    chat.order(event="refunded", order="A1", refund="R1", amount="900.00")
    assert "阿强 1105" not in chat("小美", "周榜")[0]
    assert chat("小美", "周榜")[0].split("\n")[1].startswith("1. 小美 5")


def test_an_admins_look_alike_is_no_admin(chat: Chat) -> None:
    """The superuser's name and an id of other letters that look alike."""
    for who in ("超管\u200b", "超菅", " 超管", "超管\u2060"):
        said = chat(who, "加分 @小美 100", mentions=["小美"], name=SUPERUSER)
        assert said == [WRONG_ROLE]
    assert chat.rows("SELECT count(*) FROM entry") == [(0,)]


def test_an_ex_admin_has_the_rights_of_the_moment_of_the_message(chat: Chat) -> None:
    """Made a member again, and in another room where they never were one."""
    assert chat("老王", "加分 @小美 10", mentions=["小美"], admin=True)[0].startswith("会员2 +10")
    assert chat("老王", "加分 @小美 10", mentions=["小美"]) == [WRONG_ROLE]
    assert chat("老王", "加分 @小美 10", mentions=["小美"], private=True, admin=True) == [
        WRONG_ROLE
    ]
    assert chat.rows("SELECT sum(points) FROM entry") == [(10,)]


def test_a_bot_is_no_wallet(chat: Chat) -> None:
    """Neither this bot nor another that the programme names earns or is given anything."""
    chat.bot.posting.programme = replace(
        chat.programme, lexicon=replace(chat.programme.lexicon, bots=frozenset({f"{CHANNEL}:b"}))
    )
    for text in ("签到", f"帖:{BASE}", "聊:说几句闲话"):
        assert chat("b", text) == []
        assert chat("bot", text, is_self=True) == []
    chat.picture("b", "h1")
    chat(SUPERUSER, "加分 @机器人 100", mentions=["bot"])
    assert chat.rows("SELECT count(*) FROM entry") == [(0,)]


def test_two_bots_do_not_answer_each_other(chat: Chat) -> None:
    """What this bot says is said back to it by another, which nobody has named."""
    said = ["签到", "积分", "为什么", "帮助", "规则", "日榜", "明细", "等级", "redeem 5"]
    for _ in range(3):
        said = [text for one in said for text in chat("另一个机器人", one)]
        chat.clock.pass_by(minutes=5)
    assert said == []


def test_sockpuppets_with_one_text_and_one_picture_are_paid_once(chat: Chat) -> None:
    """Ten accounts, two rooms."""
    for number in range(10):
        room = f"r{number % 2}"
        chat.picture(f"小号{number}", "h1", room=room)
        chat(f"小号{number}", f"晒单A1:{BASE}{'!' * number}", room=room)
    assert chat.rows("SELECT rule, points FROM entry") == [("review", 20)]


def test_admins_do_not_take_part_where_the_rule_leaves_them_out(chat: Chat) -> None:
    """`excludes_admins`."""
    rules = tuple(
        replace(rule, excludes_admins=rule.id == "post") for rule in chat.programme.rules
    )
    chat.bot.posting.programme = replace(chat.programme, rules=rules)
    for role in ("owner", "admin"):
        assert chat("店长", f"帖:{BASE}", role=role) == ["管理员不参加这一项,余额 0"]
    assert chat("小美", f"帖:{BASE}") == ["发帖 +10"]


def test_a_post_of_an_excluded_admin_does_not_make_a_members_own_a_copy(chat: Chat) -> None:
    """What counted for nobody is not copied."""
    rules = tuple(
        replace(rule, excludes_admins=rule.id == "post") for rule in chat.programme.rules
    )
    chat.bot.posting.programme = replace(chat.programme, rules=rules)
    chat("店长", f"帖:{BASE}", role="owner")
    assert chat("小美", f"帖:{BASE}") == ["发帖 +10"]


NAMES = ["\u200b\u200b", "\u3164", "\u202e\u2066", " \t", "\ufe0f"]


@pytest.mark.parametrize("name", NAMES)
def test_an_invisible_name_is_shown_as_a_number(chat: Chat, name: str) -> None:
    """Nobody hides on a board."""
    chat("u1", "签到", name=name)
    assert "会员1" in chat("u1", "日榜")[0]


@pytest.mark.parametrize(
    "name", ["{points}", "%s%n", "{0.__class__}", "'; DROP TABLE entry; --", "$(id)", "\\x00"]
)
def test_a_name_that_is_a_format_or_sql_is_a_name(chat: Chat, name: str) -> None:
    """It is shown as it is, and does nothing."""
    chat("u1", "签到", name=name)
    assert name in chat("u1", "日榜")[0]
    chat("u1", "签到", name=name, at="11-02")
    assert chat.rows("SELECT sum(points) FROM entry") == [(10,)]


HOSTILE = {
    "spaces": " " * 2_000 + "x",
    "tabs": "加分 @" + "\t " * 990,
    "digits": "为什么 " + "9" * 1_990,
    "mentions": "@" * 2_000,
    "hashtags": "#" * 2_000,
    "hashes": "#a" * 1_000,
    "urls": "http://" * 285,
    "dots": "a." * 1_000,
    "slashes": "/" * 2_000,
    "brackets": "[" * 1_000 + "]" * 1_000,
    "expanding": "\ufdfa" * 2_000,
    "combining": "e" + "\u0301" * 1_999,
    "zero width": "\u200b" * 1_999 + "签",
    "emoji": "👩‍👩‍👧‍👦" * 280,
    "words": "好用 推荐 面膜 " * 220,
    "checkins": "签到" * 1_000,
    "questions": "怎么" * 999 + "?",
    "long": "面" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_long_to_be_read(name: str) -> None:
    """Regular expressions and recognisers, all that are shipped: each text below 0.1 s, of the
    best of three."""
    lexicon = Lexicon(
        hosts=frozenset({"*.example.com"}), products=("面膜",), topics=("护肤",),
        kinds=frozenset({"review", "post", "share", "chat", "answer", "feedback", "checkin"}),
    )  # fmt: skip
    reader, taken = dispatch(), []
    for number in range(3):
        message = Message("test", f"m{number}", "r1", "u1", START, text=HOSTILE[name])
        began = time.perf_counter()
        reader.read(message, to_micros(START), lexicon)
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.1


def test_nobody_earns_twice_by_saying_the_same_in_another_room_later(chat: Chat) -> None:
    """A post, carried into a second room the next day."""
    assert chat("小美", f"帖:{BASE}") == ["发帖 +10"]
    said = chat("小美", f"帖:{BASE[:-6]}", room="二群", at="11-02")
    assert said == ["和你以前发过的差不多,不计分,余额 10"]


def test_a_message_dated_back_finds_no_free_cap(chat: Chat) -> None:
    """Forty-seven hours are in time and count for their own day, once."""
    sent_at = chat.clock.now() - timedelta(hours=47)
    for number, pair in enumerate(HONEST[:3]):
        chat("小美", "签到", sent_at=sent_at, id=f"a{number}")
        chat("小美", f"帖:{pair[0]}", sent_at=sent_at, id=f"b{number}")
    paid = chat.rows("SELECT rule, day FROM entry WHERE rule = 'checkin'")
    assert paid == [("checkin", "2026-10-30")]
