"""Who brought a newcomer, told after the joining: with a code, or by an admin."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import dispatch
from bot.clock import to_micros
from bot.points.invite_code import invite_code
from bot.points.types import Message, Programme, Rule
from tests.books import assert_balanced
from tests.chat import START, Chat
from tests.story import Story

FIRST, SECOND, THIRD, FOURTH = map(invite_code, range(1, 5))
RULES = (
    Rule("welcome", "welcome", "新人礼", 50, reply="欢迎,送你 {points} 积分"),
    Rule("invite", "invite", "邀请好友", 100, wait_days=7, cap_times_monthly=3),
    Rule("order", "order", "下单", 1),
    Rule("invite_first_order", "invite_first_order", "好友首单", 200, invitee_points=50),
)
WHO = "有朋友邀请你?发「我是 XXXX 邀请的」,XXXX 换成 TA 的邀请码"


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


def claim(chat: Chat, who: str, code: str = FIRST, **options: object) -> list[str]:
    return chat(who, f"我是 {code} 邀请的", **options)  # type: ignore[arg-type]


def come(chat: Chat, who: str, at: str | None = None) -> list[str]:
    """Somebody scans the code of the room."""
    return chat("", kind="join", people=[who], at=at)


def enter(chat: Chat, *people: str, admin: str = "店长") -> list[str]:
    said = " ".join(f"@{person}" for person in people)
    return chat(admin, f"补登邀请 {said}", admin=True, mentions=people)


def test_a_code_gives_the_inviter_what_the_joining_would_have(story: Story) -> None:
    """
    11-01 10:00  阿强  签到                  +5
    nobody brings 小美                       +50
    11-02 11:00  小美  我是 EYDH 邀请的      told
                 阿强  waiting 100
                 小美  我是 EYDH 邀请的      refused inviter_known
    # Seven days from when it was told, not from the joining.
    11-09 10:00  jump
                 阿强  waiting 100
    11-10 09:00  jump
                 阿强  = 105
    order O1 paid 100.00 by 小美             +350
                 阿强  = 305
                 小美  = 200
    """


def test_who_leaves_meanwhile_ends_it(story: Story) -> None:
    """
    11-01 10:00  阿强  签到                  +5
    nobody brings 小美                       +50
    11-01 11:00  小美  我是 EYDH 邀请的      told
    11-02        小美  leaves
                 阿强  waiting 0
    nobody brings 小美                       silence
                 小美  我是 EYDH 邀请的      refused inviter_known
    """


def test_after_three_days_only_an_admin_can(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    come(chat, "小美", at="11-01 12:00")
    come(chat, "小明", at="11-01 12:00")
    assert claim(chat, "小美", at="11-04 12:00") == ["记下了,你是阿强邀请的"]
    assert claim(chat, "小明", at="11-04 12:00:01") == ["进群已超过 3 天,请找管理员补登"]
    assert enter(chat, "小明", "阿强") == ["已补登:小明是阿强邀请的,邀请人待入账 100 积分"]
    assert chat("阿强", "积分")[0].splitlines()[1] == "待入账 200 积分"
    chat.bot.run_jobs(chat.clock.now() + timedelta(days=8))
    assert_balanced(chat)


def test_it_can_be_written_in_many_ways(chat: Chat) -> None:
    chat("阿强", "签到")
    forms = (
        "我是{}邀请的", "我是 {} 邀请的。", "我是由{}拉进群的", "邀请码 {}", "邀请码{}",
        "邀请码:{}", "邀请码：{}", "/邀请码 {}",
    )  # fmt: skip
    for form in forms:
        for code in ("EYDH", "eydh", "ＥＹＤＨ"):
            text = form.format(code)
            come(chat, text)
            assert chat(text, text) == ["记下了,你是阿强邀请的"]


@pytest.mark.parametrize(
    "text", ["我是", "我是阿强邀请的", "我是来看看的", "我是 EYDH", "邀请码真多", "我是谁"]
)
def test_what_names_no_code_is_talk(text: str) -> None:
    message = Message("test", "m1", "r1", "u1", START, text=text)
    assert dispatch().read(message, to_micros(START)) is None


def test_what_is_refused_says_why(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    come(chat, "小美")
    come(chat, "小明")
    assert claim(chat, "阿强", SECOND) == ["只有新进群的人才算被邀请"]
    assert claim(chat, "小美", SECOND) == ["自己不能邀请自己"]
    assert claim(chat, "小美", THIRD) == ["邀请人来得更晚,不算"]
    assert claim(chat, "小美", FOURTH) == ["没有这个邀请码"]
    assert chat("小美", "邀请码 UUUU") == ["没有这个邀请码"]
    assert chat("小美", "邀请码")[0].startswith("这样写:我是 8K3F 邀请的")
    assert claim(chat, "小明", SECOND) == ["记下了,你是小美邀请的"]
    assert claim(chat, "小明", FIRST) == ["已经记过邀请人,不能再改"]
    chat("阿强", kind="leave", people=["阿强"])
    assert claim(chat, "小美", FIRST) == ["邀请人已经不在群里"]
    chat("小美", kind="leave", people=["小美"])
    assert claim(chat, "小美", FIRST, private=True) == ["新人不在群里,进群后再来"]
    assert chat.rows("SELECT invitee, inviter, stage FROM referral") == [(3, 2, "left")]
    assert_balanced(chat)


def test_whom_somebody_brought_says_nothing_more(chat: Chat) -> None:
    chat("阿强", "签到")
    chat("小红", "签到")
    chat("阿强", kind="join", people=["小美"])
    assert claim(chat, "小美", SECOND) == ["已经记过邀请人,不能再改"]
    assert enter(chat, "小美", "小红") == ["小美:已经记过邀请人,不能再改"]


def test_a_message_that_comes_days_late_or_twice_counts_once_or_not_at_all(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    come(chat, "小美")
    sent_at = chat.clock.now() + timedelta(minutes=1)
    late = claim(chat, "小美", sent_at=sent_at, at="11-03 12:00")
    assert late == ["这条消息晚到了 48 小时以上,不计分"]
    assert claim(chat, "小美", id="c1") == ["记下了,你是阿强邀请的"]
    assert claim(chat, "小美", id="c1") == []
    assert chat.rows("SELECT waiting FROM account ORDER BY member") == [(100,), (0,)]


def test_a_code_may_be_told_privately(chat: Chat) -> None:
    chat("阿强", "签到")
    come(chat, "小美")
    assert claim(chat, "小美", private=True) == ["记下了,你是阿强邀请的"]
    assert_balanced(chat)


def test_the_cap_leaves_who_brought_whom_known(chat: Chat) -> None:
    chat("阿强", "签到")
    for who in ("小一", "小二", "小三", "小四"):
        come(chat, who)
    for who in ("小一", "小二", "小三"):
        assert claim(chat, who) == ["记下了,你是阿强邀请的"]
    assert enter(chat, "小四", "阿强") == [
        "已补登:小四是阿强邀请的,邀请人没有得分:这个月的次数用完了"
    ]
    assert_balanced(chat)


def test_an_admin_names_two_and_never_themselves(chat: Chat) -> None:
    chat("阿强", "签到")
    chat("店长", "签到", admin=True)
    come(chat, "小美")
    assert enter(chat, "小美") == ["这样写:补登邀请 @新人 @邀请人,先 @ 新人"]
    assert enter(chat, "小美", "阿强", "店长")[0].startswith("这样写:")
    assert enter(chat, "小美", "店长") == ["小美:自己的不能自己审,请别的管理员来"]
    assert enter(chat, "阿强", "小美") == ["阿强:只有新进群的人才算被邀请"]
    said = chat("小美", "补登邀请 @小美 @阿强", mentions=["小美", "阿强"])
    assert said == ["这条命令只有管理员能用"]
    assert enter(chat, "小美", "阿强") == ["已补登:小美是阿强邀请的,邀请人待入账 100 积分"]
    assert chat.rows(
        "SELECT kind, channel, message FROM activity WHERE kind = 'invite' AND member = 1"
    ) == [("invite", "test", chat.results[0].operation.cause)]
    assert_balanced(chat)


def test_the_code_of_before_a_merging_is_still_the_member_s(chat: Chat) -> None:
    chat("老号", "签到")
    chat("新号", "签到")
    chat("店长", "认领 @新号 @老号", admin=True, mentions=["新号", "老号"])
    come(chat, "小美")
    come(chat, "小明")
    assert claim(chat, "小美", invite_code(2))[0].startswith("记下了,你是")
    assert claim(chat, "小明", invite_code(1))[0].startswith("记下了,你是")
    assert chat.rows("SELECT inviter FROM referral") == [(1,), (1,)]
    assert chat("新号", "我的邀请")[0].startswith("你邀请了 2 人")
    assert_balanced(chat)


class TestAdminsLeftOut:
    """Admins get nothing for invites; the inviter is none for being entered by one."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        invite = replace(RULES[1], excludes_admins=True)
        return replace(standard, rules=(*standard.rules, RULES[0], invite))

    def test_the_admin_s_role_is_not_the_inviter_s(self, chat: Chat) -> None:
        chat("阿强", "签到")
        come(chat, "小美")
        assert enter(chat, "小美", "阿强")[0].endswith("邀请人待入账 100 积分")


def test_who_nobody_is_known_to_have_brought_hears_how_to_say_it(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    assert come(chat, "小美") == [f"欢迎,送你 50 积分\n{WHO}"]
    assert chat("小明", kind="join", people=["小明"]) == [f"欢迎,送你 50 积分\n{WHO}"]
    assert chat("阿强", kind="join", people=["小红"]) == ["欢迎,送你 50 积分"]
    chat("小美", kind="leave", people=["小美"])
    assert come(chat, "小美") == []


def test_whoever_asks_reads_their_code_and_how_to_use_it(chat: Chat) -> None:
    how = f"你的邀请码 {FIRST}:新朋友进群 3 天内发「我是 {FIRST} 邀请的」,就记在你名下"
    assert chat("阿强", "邀请")[0].splitlines()[-1] == how
    assert chat("阿强", "怎么邀请好友")[0].splitlines()[-1] == how


class TestWithoutInvites:
    """Nobody is rewarded for bringing anybody."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, rules=(*standard.rules, RULES[0]))

    def test_nothing_is_said_of_codes(self, chat: Chat) -> None:
        chat("阿强", "签到")
        assert come(chat, "小美") == ["欢迎,送你 50 积分"]
        assert claim(chat, "小美") == ["这里没有邀请奖励"]
        assert "邀请码" not in chat("阿强", "我的邀请")[0]


class TestPaidAtOnce:
    """What does not wait is there, and the inviter hears of it."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        invite = Rule("invite", "invite", "邀请", 100, reply="{name} +{points}")
        return replace(standard, rules=(*standard.rules, invite))

    def test_the_inviter_hears_privately(self, chat: Chat) -> None:
        chat("阿强", "签到")
        assert come(chat, "小美") == [WHO]
        assert claim(chat, "小美") == ["记下了,你是阿强邀请的"]
        heard = [(said.to, said.text) for _, said in chat.results[0].notices]
        assert heard == [(("阿强",), "邀请 +100")]
        come(chat, "小明")
        assert enter(chat, "小明", "阿强") == ["已补登:小明是阿强邀请的,邀请人 +100 积分"]
        assert_balanced(chat)
