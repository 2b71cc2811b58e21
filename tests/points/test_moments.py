"""Who says that they have passed something on to their 朋友圈."""

import pytest

from bot.points.moments import is_claim

CLAIMS = [
    "已转发朋友圈", "已转朋友圈", "朋友圈已转", "朋友圈已转发", "朋友圈已发", "转发到朋友圈了",
    "发朋友圈了", "已发朋友圈", "已经分享到朋友圈", "已分享朋友圈", "分享朋友圈了", "转了朋友圈",
    "发了朋友圈", "刚发了朋友圈", "我发了个朋友圈", "朋友圈转发了", "朋友圈发了", "朋友圈发好了",
    "转发到我的朋友圈啦", "转朋友圈✅", "朋友圈截图", "朋友圈分享", "转发朋友圈", "分享朋友圈!",
    "已转发到朋友圈,支持一下", "晒到朋友圈了", "发布到朋友圈成功",
]  # fmt: skip
NONE = [
    "朋友圈", "发朋友圈有积分吗", "转发朋友圈怎么算", "要转发朋友圈", "朋友圈转发了吗",
    "已转发朋友圈?", "没发朋友圈", "还没转发朋友圈", "不转朋友圈", "别发朋友圈了",
    "请转发朋友圈", "帮忙转发朋友圈", "大家转发到朋友圈了", "记得转发朋友圈", "明天转朋友圈",
    "等下发朋友圈", "看到你发朋友圈了", "店长发朋友圈了", "他发了朋友圈", "发了朋友圈才有分",
    "如果发了朋友圈", "刷朋友圈", "朋友圈好多人发", "你的朋友圈", "朋友圈文案", "可以转朋友圈了",
    "", "已转发", "已转发朋友圈" + "," * 40,
]  # fmt: skip


@pytest.mark.parametrize("text", CLAIMS)
def test_who_says_so_of_themselves_claims_it(text: str) -> None:
    assert is_claim(text)


@pytest.mark.parametrize("text", NONE)
def test_who_asks_denies_plans_or_tells_of_others_does_not(text: str) -> None:
    assert not is_claim(text)
