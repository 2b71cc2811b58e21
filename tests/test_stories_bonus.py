"""Quality bonuses by admins, answers that are adopted, and what one admin may give."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.extend import recogniser
from bot.points.seen import Seen
from bot.points.types import Admins, Programme, Rule, Sighting
from handlers.recognisers.checkin import checkin
from store.database import Database
from store.simulate import simulate
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat, Clock
from tests.requested import written_post

RULES = (
    Rule("post", "post", "发帖", 10, per="deed", cap_points_daily=10, bonuses=(50, 100, 200),
         reply="{name} +{points}"),
    Rule("video", "review", "视频", 50, wait_for="admin", bonuses=(300,), per="deed"),
    Rule("answer", "answer", "回答", 10, per="deed", bonuses=(50,)),
    Rule("feedback", "feedback", "反馈", 20, per="deed", bonuses=(100,)),
    Rule("plain", "note", "笔记", 4),
    Rule("adopted", "adopted", "采纳", 20, cap_times_daily=2),
)  # fmt: skip


@recogniser
def asking(seen: Seen) -> Sighting | None:
    """`问:…`."""
    return Sighting("question", is_post=True) if seen.line.startswith("问:") else None


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


@pytest.fixture
def chat(ledger: Database, programme: Programme, clock: Clock) -> Iterator[Chat]:
    driver = Chat(ledger, programme, clock, [checkin, written_post, asking])
    yield driver
    assert_balanced(driver)
    driver.bot.stop()


def entries(chat: Chat) -> list[tuple[object, ...]]:
    return chat.rows("SELECT member, kind, points, actor FROM entry ORDER BY id")


class TestBonus:
    def test_an_admin_adds_to_what_was_paid(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        said = chat("店长", "加精 100", admin=True, quote="a")
        assert said == ["已加精 #1:小美 发帖 加精 +100 积分,余额 110"]
        assert entries(chat)[1:] == [(1, "adjustment", 100, "test:店长")]
        [(_, notice)] = chat.results[0].notices
        assert (notice.to, notice.text) == (("小美",), "发帖加精,+100 积分,余额 110")

    def test_without_points_it_is_the_least(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        assert "加精 +50 积分" in chat("店长", "加精", admin=True, quote="a")[0]

    def test_one_deed_has_one_bonus(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        chat("店长", "加精", admin=True, quote="a")
        said = chat("老板", "加精 200", admin=True, quote="a")
        assert said == ["#1:已经加过精了,一条只加一次"]

    def test_a_request_counts_with_it(self, chat: Chat) -> None:
        chat("小美", "写review:看这个视频")
        said = chat("店长", "1 加精 300", admin=True)
        assert said == ["已加精 #1:小美 视频 通过 +50,加精 +300 积分,余额 350"]
        assert chat("老板", "1 通过", admin=True) == ["#1 已经由店长通过了"]

    def test_what_was_rejected_gets_none(self, chat: Chat) -> None:
        chat("小美", "写review:看这个视频", id="a")
        chat("店长", "1 驳回", admin=True)
        said = chat("店长", "加精", admin=True, quote="a")
        assert said == ["#1:没有得分,或者分已经收回了"]

    @pytest.mark.parametrize(
        ("text", "said"), [("加精 70", "#1:不能加这个分数"), ("2 加精", "#2:这一项没有加精")]
    )
    def test_only_what_the_rule_offers_is_added(self, chat: Chat, text: str, said: str) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        chat("小美", "做note")
        assert chat("店长", text, admin=True, quote="a") == [said]

    def test_nobody_rewards_their_own(self, chat: Chat) -> None:
        chat("店长", "写post:好用的面膜", id="a", admin=True)
        said = chat("店长", "加精", admin=True, quote="a")
        assert said == ["#1:自己的不能自己加,请别人来"]

    def test_it_counts_on_the_board_of_the_deeds_room_and_for_the_tier(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        chat("店长", "1 加精", admin=True, room="管理群")
        assert chat.rows("SELECT room, points FROM score") == [(1, 60)]
        assert chat.rows("SELECT qualifying FROM account WHERE member = 1") == [(60,)]

    def test_it_tells_why(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        chat("店长", "加精", admin=True, quote="a")
        assert "管理员操作:发帖加精\n" in chat("小美", "为什么")[0] + "\n"


class TestAdoption:
    def ask(self, chat: Chat, asker: str = "小明") -> None:
        chat(asker, "问:什么面膜好用", id="q")
        chat("小美", "写answer:这个牌子的就很好用", id="a", quote="q")

    def test_who_asked_adopts_an_answer_once(self, chat: Chat) -> None:
        self.ask(chat)
        said = chat("小明", "采纳", quote="a")
        assert said == ["已采纳 小美 的回答:+20 积分,余额 30"]
        assert chat("小明", "采纳", quote="a") == ["这个回答已经采纳过了"]

    def test_nobody_else_does(self, chat: Chat) -> None:
        self.ask(chat)
        assert chat("小红", "采纳", quote="a") == ["只有提问的人能采纳"]
        assert chat("小美", "采纳", quote="a") == ["自己的不能自己加,请别人来"]

    def test_who_answers_themselves_adopts_nothing(self, chat: Chat) -> None:
        self.ask(chat, "小美")
        assert chat("小美", "采纳", quote="a") == ["引用有用的回答发「采纳」"]
        assert chat.rows("SELECT count(*) FROM entry") == [(0,)]

    def test_an_admins_word_is_a_bonus(self, chat: Chat) -> None:
        self.ask(chat)
        said = chat("店长", "采纳", admin=True, quote="a")
        [(number,)] = chat.rows("SELECT id FROM activity WHERE kind = 'answer'")
        assert said == [f"已采纳 #{number}:小美 回答 +50 积分,余额 60"]
        assert chat("店长", "加精", admin=True, quote="a")[0].endswith("一条只加一次")

    def test_an_admin_adopts_feedback(self, chat: Chat) -> None:
        chat("小美", "写feedback:群里太吵了", id="f")
        assert "反馈 +100 积分" in chat("店长", "采纳", admin=True, quote="f")[0]

    @pytest.mark.parametrize("text", ["采纳", "采纳了", "采纳 谢谢"])
    def test_the_word_alone_is_chatter(self, chat: Chat, text: str) -> None:
        assert chat("小明", text) == []

    def test_what_is_no_answer_cannot_be_adopted(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        assert chat("小明", "采纳", quote="a") == ["引用的不是回答"]
        assert chat("小明", "采纳", quote="x") == ["引用有用的回答发「采纳」"]

    def test_who_asked_under_another_number_answers_themselves(self, chat: Chat) -> None:
        chat("小美", "签到")
        chat("美美", "问:什么面膜好用", id="q")
        chat.clock.pass_by(minutes=1)
        said = chat(SUPERUSER, "认领 @小美 @美美", mentions=["小美", "美美"])
        assert said[0].startswith("小美 的旧号认领好了")
        chat("小美", "写answer:这个牌子的就很好用", quote="q")
        assert chat.rows("SELECT count(*) FROM entry WHERE rule = 'answer'") == [(0,)]


def test_the_same_rules_give_the_same_when_all_is_simulated(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, admins=Admins(5000, 400))
    chat("小明", "问:什么面膜好用", id="q")
    chat("小美", "写answer:这个牌子的就很好用", id="a", quote="q")
    chat("小明", "采纳", quote="a")
    chat("店长", "加精", admin=True, quote="a")
    chat("店长", "加分 @小美 450", admin=True, mentions=["小美"])
    [(number,)] = chat.rows("SELECT activity FROM waiting")
    assert chat("老板", f"{number} 通过", admin=True)[0].startswith("已通过")
    simulated = simulate(chat.database, chat.programme, None, None)
    assert simulated.now.rules == simulated.then.rules
    assert simulated.now.members == simulated.then.members


class TestLimits:
    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        choosing = Rule("choice", "moments", "朋友圈", 50, wait_for="admin", choices=(50, 300))
        return replace(
            standard, rules=(*standard.rules, *RULES, choosing), admins=Admins(500, 400)
        )

    def test_a_day_has_so_many_points_to_give_in_all(self, chat: Chat) -> None:
        """Abuse: a rogue admin mints."""
        chat("小美", "写post:好用的面膜", id="a")
        chat("店长", "加精 200", admin=True, quote="a")
        assert "+100 积分" in chat("店长", "加分 @小美 100", admin=True, mentions=["小美"])[0]
        said = chat("店长", "加分 @小美 201", admin=True, mentions=["小美"])
        assert said == ["今天你能给的分不够了,还能给 200 分"]
        chat("小美", "做moments")
        [(number,)] = chat.rows("SELECT activity FROM waiting")
        said = chat("店长", f"{number} 通过 300", admin=True)
        assert said == [f"#{number}:今天你能给的分不够了,还能给 200 分"]
        assert chat("老板", f"{number} 通过 300", admin=True)[0].startswith("已通过")

    def test_a_choice_of_yesterdays_deed_counts_today(self, chat: Chat) -> None:
        chat("小美", "做moments")
        chat("店长", "1 通过 300", admin=True, at="11-02")
        said = chat("店长", "加分 @小美 201", admin=True, mentions=["小美"])
        assert said == ["今天你能给的分不够了,还能给 200 分"]
        said = chat("店长", "加分 @小美 201", admin=True, mentions=["小美"], at="11-03 00:00")
        assert "+201 积分" in said[0]

    def test_the_rules_own_points_take_nothing_of_it(self, chat: Chat) -> None:
        for number in range(12):
            chat("小美", f"做moments about {number}")
            assert chat("店长", f"{2 * number + 1} 通过", admin=True)[0].startswith("已通过")

    def test_superusers_have_no_limits(self, chat: Chat) -> None:
        said = chat(SUPERUSER, "加分 @小美 99999", mentions=["小美"])
        assert "+99999 积分" in said[0]

    def test_a_large_grant_waits_for_a_second_admin(self, chat: Chat) -> None:
        """Abuse: a rogue admin mints at once."""
        chat("小美", "签到")
        said = chat("店长", "加分 @小美 450 大奖", admin=True, mentions=["小美"])
        assert said == ["小美 +450 积分还没到账,要另一个管理员发「2 通过」"]
        [(_, card)] = chat.results[0].notices
        assert card.text.split("\n") == [
            "待确认 #2 加分 +450",
            "店长 给 小美,超过 400 分,要另一个管理员确认",
            "发「2 通过」「2 驳回 理由」",
        ]
        assert card.asks == ("2 通过", "2 驳回 ")
        assert "#2 小美 加分 11-01 450 分" in chat("老板", "待审核", admin=True)[0]
        assert chat("店长", "2 通过", admin=True) == ["#2:自己给的不能自己确认,请别的管理员来"]
        assert chat("小美", "2 通过", admin=True) == ["#2:自己的不能自己审,请别的管理员来"]
        said = chat("老板", "2 通过", admin=True)
        assert said == ["已通过 #2:小美 加分 +450 积分,余额 455"]
        assert entries(chat)[1:] == [(1, "adjustment", 450, "test:店长")]
        assert chat.rows("SELECT actor FROM decision") == [("test:老板",)]
        assert chat.rows("SELECT text FROM note") == [("大奖",)]
        assert chat("老板", "2 驳回", admin=True) == ["#2 已经由老板通过了"]

    def test_a_large_grant_may_be_rejected(self, chat: Chat) -> None:
        chat("店长", "加分 @小美 450", admin=True, mentions=["小美"])
        assert chat("老板", "1 驳回 太多", admin=True)[0].startswith("已驳回 #1:会员2 加分")
        assert entries(chat) == []

    def test_it_takes_the_day_of_who_gave_it(self, chat: Chat) -> None:
        chat("店长", "加分 @小美 450", admin=True, mentions=["小美"])
        chat("店长", "加分 @小美 100", admin=True, mentions=["小美"])
        said = chat("老板", "1 通过", admin=True)
        assert said == ["#1:给这笔分的管理员今天能给的分不够了"]
        assert chat("老板", "1 通过", admin=True, at="11-02")[0].startswith("已通过")
        said = chat("店长", "加分 @小美 51", admin=True, mentions=["小美"])
        assert said == ["今天你能给的分不够了,还能给 50 分"]

    def test_deductions_are_not_limited(self, chat: Chat) -> None:
        chat(SUPERUSER, "加分 @小美 99999", mentions=["小美"])
        assert "-9999 积分" in chat("店长", "扣分 @小美 9999", admin=True, mentions=["小美"])[0]

    def test_the_same_grant_delivered_again_asks_once(self, chat: Chat) -> None:
        chat("店长", "加分 @小美 450", admin=True, mentions=["小美"], id="g")
        assert chat("店长", "加分 @小美 450", admin=True, mentions=["小美"], id="g") == []
        assert chat.rows("SELECT count(*) FROM waiting") == [(1,)]

    def test_who_gives_under_two_accounts_has_one_day(self, chat: Chat) -> None:
        """Abuse: an admin binds a second account that is an admin, too."""
        chat("店长", "加分 @小美 300", admin=True, mentions=["小美"])
        chat("副店长", "签到", admin=True)
        chat.clock.pass_by(minutes=1)
        said = chat(SUPERUSER, "认领 @店长 @副店长", mentions=["店长", "副店长"])
        assert said[0].startswith("店长 的旧号认领好了")
        said = chat("副店长", "加分 @小美 201", admin=True, mentions=["小美"])
        assert said == ["今天你能给的分不够了,还能给 200 分"]
