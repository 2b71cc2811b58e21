"""A programme finds its own rules."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.points.types import Programme, Rule

SHARE, POST = Rule("share", "share", "分享", 20), Rule("post", "post", "发帖", 10)
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (SHARE, POST))


def test_a_programme_on_some_kinds_has_their_rules_alone() -> None:
    assert BASE.on({"post", "chat"}) == replace(BASE, rules=(POST,))
    assert BASE.on({"post", "share", "chat"}) is BASE


def test_a_kind_that_no_rule_judges_has_nothing() -> None:
    assert BASE.rules_on("chat") == BASE.tasks_on("chat") == BASE.budgeted_on("chat") == ()
    assert BASE.campaigns_on(Rule("gone", "chat", "闲聊", 1)) == ()
