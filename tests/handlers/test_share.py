"""分享: the shop's links and mini-programs, and pictures of one's 朋友圈."""

from dataclasses import replace

import pytest

from bot.points.lexicon import Lexicon
from bot.points.types import Programme
from tests.chat import Chat

ITEM = "https://shop.example.com/item/1"
LEXICON = Lexicon(hosts=frozenset({"shop.example.com"}), appids=frozenset({"wx1"}))
PAID = ["分享商品 +20,余额 20"]


@pytest.fixture
def programme(shipped: Programme) -> Programme:
    rules = tuple(rule for rule in shipped.rules if rule.on in ("share", "chat"))
    return replace(shipped, rules=rules, lexicon=LEXICON)


def test_a_link_of_the_shop_is_shared_once_a_day(chat: Chat) -> None:
    assert chat("小美", f"看这个 {ITEM}?from=timeline") == PAID
    assert chat("小美", kind="link", facts={"url": f"{ITEM}?utm_source=x"}) == [
        "今天已经分享过这个了,余额 20"
    ]
    assert chat("小明", kind="link", facts={"url": ITEM}) == PAID
    chat.clock.pass_by(days=1)
    assert chat("小美", ITEM) == ["分享商品 +20,余额 40"]


def test_a_card_of_the_shop_s_mini_program_is_a_share(chat: Chat) -> None:
    facts = {"appid": "wx1", "url": "pages/item?id=1"}
    assert chat("小美", kind="miniprogram", facts=facts) == PAID
    assert chat("小明", kind="miniprogram", facts=facts | {"appid": "wx2"}) == []
    assert chat("小明", kind="miniprogram") == []


def test_a_link_elsewhere_and_a_share_in_private_earn_nothing(chat: Chat) -> None:
    assert chat("小美", "https://shop.example.com.evil.com/item/1") == []
    assert chat("小美", ITEM, private=True) == []
    assert chat("小美", ITEM, kind="sticker") == []
    assert all(not result.lines for result in chat.results)


def test_the_sharer_s_code_is_among_the_evidence(chat: Chat) -> None:
    chat("小美", f"{ITEM}?ref=AB12")
    [deed] = chat.results[0].deeds
    assert '"ref":"AB12"' in deed.facts


def test_without_a_shop_nothing_is_a_share(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, lexicon=Lexicon())
    assert chat("小美", ITEM) == []


@pytest.mark.parametrize("is_picture_first", [True, False])
def test_a_picture_of_one_s_moments_is_for_an_admin_to_see(
    chat: Chat, is_picture_first: bool
) -> None:
    chat.bot.posting.programme = replace(chat.programme, lexicon=Lexicon())
    said = []
    for is_picture in (is_picture_first, not is_picture_first):
        chat.clock.pass_by(seconds=30)
        if is_picture:
            said += chat("小美", kind="image", facts={"image": "h1"})
        else:
            said += chat("小美", "已转发朋友圈")
    assert said == ["收到分享商品,管理员看过就入账"]
    assert chat.rows("SELECT count(*) FROM waiting") == [(1,)]


def test_a_picture_of_one_s_moments_counts_once(chat: Chat) -> None:
    chat("小美", "已转发朋友圈")
    chat("小美", kind="image", facts={"image": "h1"})
    chat.clock.pass_by(days=1)
    for who in ("小美", "小明"):
        chat(who, "已转发朋友圈")
        [said] = chat(who, kind="image", facts={"image": "h1"})
        assert said.startswith("这张图用过了,换一张新的")


def test_who_only_says_so_without_a_picture_is_not_believed(chat: Chat) -> None:
    assert chat("小美", "已转发朋友圈") == []
    chat.clock.pass_by(minutes=3)
    assert chat("小美", kind="image", facts={"image": "h1"}) == []
    assert chat.rows("SELECT count(*) FROM waiting") == [(0,)]
