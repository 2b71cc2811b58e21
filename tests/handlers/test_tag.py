"""标签: what an admin puts on members, and what it does to rules."""

from dataclasses import replace

import pytest

from bot.points.campaign import Campaign
from bot.points.segment import Segment
from bot.points.tag import named_tags
from bot.points.types import Programme, Rule
from config.where import where
from store.simulate import simulate
from tests.chat import Chat
from tests.story import Story


def tag(chat: Chat, text: str, who: str = "小美", admin: bool = True) -> list[str]:
    said = f"标签 @{who} {text}".strip()
    return chat("店长", said, admin=admin, mentions=[who])


def test_tags_are_put_on_shown_and_taken_off(chat: Chat) -> None:
    chat("小美", "签到")
    assert tag(chat, "") == ["小美 的标签:没有"]
    assert tag(chat, "团长") == ["小美 的标签:团长"]
    chat.clock.pass_by(seconds=1)
    assert tag(chat, "A级") == ["小美 的标签:团长、A级"]
    assert tag(chat, "团长") == ["小美 的标签:团长、A级"]
    assert tag(chat, "-团长") == ["小美 的标签:A级"]
    assert tag(chat, "-团长") == ["小美 的标签:A级"]
    chat.restart()
    assert tag(chat, "") == ["小美 的标签:A级"]
    chat("小明", "签到")
    assert tag(chat, "", who="小明") == ["小明 的标签:没有"]


@pytest.mark.parametrize("text", ["两 个", "-", "--团长", "一二三四五六七八九十一二三", "@小明"])
def test_what_is_no_word_is_answered_with_how_to_write_it(chat: Chat, text: str) -> None:
    chat("小美", "签到")
    assert tag(chat, text)[0].startswith("这样写:标签 @小美 团长")
    assert chat.rows("SELECT count(*) FROM tag") == [(0,)]


def test_nobody_else_may_and_one_member_at_a_time(chat: Chat) -> None:
    chat("小美", "签到")
    said = tag(chat, "团长", admin=False)
    assert not any("的标签" in line for line in said)
    assert chat("店长", "标签 团长", admin=True)[0].startswith("这样写:")
    assert chat.rows("SELECT count(*) FROM tag") == [(0,)]


def test_twenty_are_enough(chat: Chat) -> None:
    chat("小美", "签到")
    for number in range(20):
        tag(chat, f"t{number}")
    assert tag(chat, "多") == ["小美:标签已经有 20 个,先去掉一个"]
    assert tag(chat, "t3")[0].startswith("小美 的标签:")
    assert chat.rows("SELECT count(*) FROM tag") == [(20,)]


def test_admins_find_it_in_their_help(chat: Chat) -> None:
    assert "标签:标签 @小美 团长" in chat("店长", "管理帮助", admin=True)[0]


class TestRule:
    """Who is tagged 团长 has 8 points more for a check-in."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        more = Rule("more", "checkin", "团长签到", 8, tags=frozenset({"团长"}))
        return replace(standard, rules=(*standard.rules, more))

    def test_it_counts_from_the_tag_on_until_it_is_taken_off(self, chat: Chat) -> None:
        story = Story(chat)
        story.tell("11-01  小美  签到  +5")
        tag(chat, "团长")
        story.tell("""
        11-02  小美  签到  +13
        11-02  小明  签到  +5
        """)
        tag(chat, "-团长")
        story.tell("11-03  小美  签到  +5")
        simulated = simulate(chat.database, chat.programme, None, None)
        assert simulated.now.rules["checkin"] == simulated.then.rules["checkin"]
        assert "more" not in simulated.now.rules  # by the tags of today
        assert "团长签到:+8,限标签团长" in chat("小美", "规则")[0]

    def test_a_tag_that_no_rule_asks_for_is_told_with_those_that_are(self, chat: Chat) -> None:
        chat("小美", "签到")
        assert tag(chat, "团长") == ["小美 的标签:团长"]
        chat.clock.pass_by(seconds=1)
        assert tag(chat, "团掌") == [
            "小美 的标签:团长、团掌\n规则里没有用到「团掌」,用到的是:团长"
        ]
        assert tag(chat, "-团掌") == ["小美 的标签:团长"]


def test_tags_are_named_by_rules_segments_campaigns_and_conditions(standard: Programme) -> None:
    rule = replace(
        standard.rules[0], where=where('hour > 8 and "夜猫" not in tags', of_deeds=True)
    )
    programme = replace(
        standard,
        rules=(rule,),
        segments=(
            Segment("a", "甲", tags=frozenset({"老客"})),
            Segment("b", "乙", where=where("'新客' in tags and tier == \"gold\"", of_deeds=False)),
        ),
        campaigns=(
            Campaign("on", "开", bonus=1, tags=frozenset({"团长"})),
            Campaign("off", "关", bonus=1, tags=frozenset({"店员"}), is_on=False),
        ),
    )
    assert named_tags(programme) == ["团长", "夜猫", "新客", "老客"]
    assert named_tags(standard) == []
