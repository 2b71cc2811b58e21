"""为什么 says why a post earned nothing."""

from dataclasses import replace

import pytest

from bot.extend import Recogniser, recogniser
from bot.flood import MOST
from bot.points.account import Account
from bot.points.explained import refused_deed
from bot.points.readings import RefusedDeed
from bot.points.seen import Seen
from bot.points.types import Programme, Rule, Sighting
from tests.chat import CHANNEL, START, Chat
from tests.points.likeness_pairs import BASE, RICE
from tests.posts import RECOGNISERS, REVIEW, posting_programme


@recogniser
def scored(seen: Seen) -> Sighting | None:
    """`像60:…` is a review with that score."""
    if not seen.text.startswith("像"):
        return None
    return Sighting("review", facts={"score": seen.text[1:3]}, is_post=True)


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    return (*RECOGNISERS, scored)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return posting_programme(standard)


def why(chat: Chat, who: str = "小美") -> str:
    """The first line of the answer."""
    return chat(who, "为什么")[0].split("\n")[0]


def test_a_copy_of_anothers_post(chat: Chat) -> None:
    chat("阿强", f"帖:{BASE}")
    chat("小美", f"帖:{BASE}", id="m-2")
    assert chat("小美", "为什么") == [
        "没有得分:发帖,和别人发过的差不多,不计分\n11-01 12:00 的消息 m-2"
    ]


def test_a_copy_of_ones_own_post(chat: Chat) -> None:
    chat("小美", f"帖:{BASE}")
    chat("小美", f"帖:{BASE}")
    assert why(chat) == "没有得分:发帖,和你以前发过的差不多,不计分"


def test_a_used_picture(chat: Chat) -> None:
    chat("阿强", f"晒:{BASE}")
    chat.picture("阿强", "h1")
    chat("小美", f"晒:{RICE}")
    chat.picture("小美", "h1")
    assert why(chat) == "没有得分:晒单,这张图用过了,换一张新的"


def test_a_used_order_number(chat: Chat) -> None:
    for who, words in (("阿强", BASE), ("小美", RICE)):
        chat.picture(who, who)
        chat(who, f"晒单A1:{words}")
    assert why(chat) == "没有得分:晒单,这个订单号晒过了"


def test_anothers_order(chat: Chat) -> None:
    """Abuse: claiming another's order."""
    chat("阿强", "签到")
    buyer = {"channel": CHANNEL, "id": "阿强"}
    chat.order(event="paid", order="A1", buyer=buyer, amount="9.90", paid_at=START.isoformat())
    chat.picture("小美", "h1")
    assert chat("小美", f"晒单A1:{BASE}") == ["这个订单不是你的,余额 0"]
    assert why(chat) == "没有得分:晒单,这个订单不是你的"


def test_too_many_messages(chat: Chat) -> None:
    for _ in range(MOST):
        chat("小美", "积分")
    chat("小美", f"帖:{BASE}")
    assert why(chat) == "没有得分:发帖,发得太快了,慢一点再来"


def test_a_rule_that_admins_are_not_for(chat: Chat) -> None:
    rule = replace(REVIEW, name="会员晒单", excludes_admins=True)
    chat.bot.posting.programme = posting_programme(chat.programme, rule)
    chat.picture("小美", "h1", role="owner")
    chat("小美", f"晒:{BASE}", role="owner")
    assert why(chat) == "没有得分:会员晒单,管理员不参加这一项"


def test_what_looks_unlike_to_one_of_two_rules(chat: Chat) -> None:
    sure = Rule("sure", "review", "像的晒单", 20, from_score=70)
    chat.bot.posting.programme = posting_programme(
        chat.programme, replace(REVIEW, from_score=50, cap_times_ever=1), sure
    )
    chat.picture("小美", "h1")
    chat("小美", f"像99:{RICE}")
    chat.picture("小美", "h2")
    chat("小美", f"像60:{BASE}")
    assert why(chat) == "没有得分:晒单,这一项的次数已经用完(总共 1 次)"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("unlike", "没有得分:晒单,看着不像这一项"),
        ("recalled", "没有得分:晒单,消息撤回了,不计分"),
    ],
)
def test_what_else_may_be_wrong_with_a_post(standard: Programme, code: str, said: str) -> None:
    deed = RefusedDeed(START, START.date(), "review", CHANNEL, "m1", code, "v1")
    told = refused_deed(deed, posting_programme(standard), Account(1), START)
    assert told.split("\n")[0] == said
