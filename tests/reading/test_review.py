"""What makes a text a review, and what keeps it from being one."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.review import DOUBTFUL, SURE, may_be_review, order_number, score
from bot.reading.segmented import warm

REVIEWS = [
    "收到货了,包装很严实,颜色很正,穿上大小合适",
    "用了一个星期才来评价，洗完头发很顺滑，味道也好闻，就是泡沫少了一点。",
    "质量一般，穿了两次就起球了，洗了还掉色，不推荐购买。",
    "物流给力，水果个个新鲜，没有坏的，家里人都说好吃。",
    "锅很厚实,不粘,炒菜也不糊底,就是有点重,单手拿不动",
    "猫砂结团快,不起灰,除臭效果也好,已经回购三次了",
    "耳机充不上电,客服也不理人,再也不买了",
]

OTHERS = [
    "",
    "好",
    "早上好",
    "今天天气真好,出去走走吧",
    "晚上一起吃饭吗?",
    "这个洗发水好用吗",
    "请问这款鞋子偏大还是偏小",
    "什么时候发货",
    "我的订单怎么还没发货啊",
    "想要一件红色的,等发工资再说",
    "新款羽绒服到货,厚实保暖,质量很好,诚招代理,加微信 abc123",
    "本产品采用进口面料,柔软舒适,欢迎选购",
    "据报道,今年苹果产量增加,价格有所下降",
    "我有多少积分",
    "怎么晒单",
    "晒单有分吗",
    "晒单要几张图",
    "#晒单 有积分吗",
    "#晒单活动开始了",
    "昨天的晒单通过了吗",
]

TAGGED = [
    "#晒单",
    "#晒单 全家福",
    "＃晒单 新的",
    "#晒单# 新的",
    "#买家秀 一米六",
    "#返图 挂在客厅了",
    "#评价 很好",
    "【晒单】我的新鞋",
    "晒单:洗发水",
    "晒单：洗发水",
    "返图来了,沙发到了",
    "新杯子,好看 #晒单",
    "#晒单 收到了,你们觉得这个颜色配不配我家的沙发,要不要再买一个放在卧室里面呢?",
]


@pytest.mark.parametrize("text", REVIEWS)
def test_a_review_is_sure_without_a_tag(text: str) -> None:
    assert score(text).points >= SURE


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_review_is_not_even_doubtful(text: str) -> None:
    found = score(text)
    assert found.points < DOUBTFUL
    assert not found.is_tagged


@pytest.mark.parametrize("text", TAGGED)
def test_a_tag_is_enough(text: str) -> None:
    found = score(text)
    assert found.is_tagged
    assert found.points >= SURE
    assert found.reasons[0] == "话题"


def test_a_tagged_review_has_more_points_than_a_tag_alone() -> None:
    assert score(f"#晒单 {REVIEWS[0]}").points > score("#晒单").points


def test_an_advertisement_with_a_tag_is_left_to_an_admin() -> None:
    found = score("#晒单 新款到货,厚实保暖,诚招代理,一件代发,加微信 abc123")
    assert DOUBTFUL <= found.points < SURE
    assert "像推销" in found.reasons


def test_reasons_say_what_spoke_for_it() -> None:
    assert {"感受", "购买", "品质"} <= {*score(REVIEWS[0]).reasons}
    assert "亲历" in score(REVIEWS[1]).reasons


def test_reasons_say_what_spoke_against_it() -> None:
    assert "像提问" in score("这个洗发水好用吗,味道好闻吗,有没有人用过").reasons


def test_a_product_of_the_shop_counts_for_it() -> None:
    text = "谷物棒早上吃了一根,挺好的"
    assert score(text, ["谷物棒"]).points > score(text).points
    assert "本店产品" in score(text, ["谷物棒"]).reasons


def test_an_empty_product_name_names_nothing() -> None:
    assert score(REVIEWS[0], [""]) == score(REVIEWS[0])


def test_full_width_marks_make_no_difference() -> None:
    half = "颜色很正,大小合适,就是有点薄!"
    assert score(half).points == score(half.replace(",", "，").replace("!", "！")).points


@pytest.mark.parametrize("text", [*REVIEWS, *TAGGED])
def test_the_cheap_question_lets_every_review_pass(text: str) -> None:
    assert may_be_review(text)


@pytest.mark.parametrize("text", ["早上好", "哈哈哈", "好的,谢谢", "晚安", "a" * 100, "我也去"])
def test_the_cheap_question_stops_small_talk(text: str) -> None:
    assert not may_be_review(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("订单号 2026110112345", "2026110112345"),
        ("订单号:A-1001-77", "A-1001-77"),
        ("订单编号：DD20261101", "DD20261101"),
        ("单号是 88776655", "88776655"),
        ("很好用 202611011234567890", "202611011234567890"),
        ("订单号2026110112345，很好用", "2026110112345"),
        ("打电话 13812345678 找我", None),
        ("热线 4008810252", None),
        ("花了 299.00 元,用了 10 天", None),
        ("2026110112345 和 2026110112346", None),
        ("2026110112345 和 2026110112345", "2026110112345"),
        ("订单号忘了", None),
        ("订单到了", None),
        ("1234567890123456789012345", None),
        ("", None),
    ],
)
def test_an_order_number_is_found(text: str, number: str | None) -> None:
    assert order_number(text) == number


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=300) | st.text("质量很好用了坏吗#晒单【】订单号0123456789 ,。\n", max_size=60)
)
def test_nothing_that_can_be_written_makes_it_fail(text: str) -> None:
    found = score(text, ["谷物棒"])
    assert 0 <= found.points <= 100
    number = order_number(text)
    assert number is None or number in text


HOSTILE = [
    "a",
    "签",
    "😀",
    "e\u0301",
    "质量",
    "用了",
    "说:“",
    "#晒单",
    "【晒单",
    "订单 ",
    "1",
    "0-",
    " ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hundred_thousand_characters_cost_no_more_than_the_first_two_thousand(unit: str) -> None:
    warm()
    text = (unit * 100_000)[:100_000]
    assert quickest(text) < 0.02


def test_a_long_review_is_judged_in_milliseconds() -> None:
    warm()
    text = ("收到货了,包装很严实,颜色很正,穿上大小合适,就是袖子短了一点。" * 100)[:2_000]
    assert quickest(text) < 0.02


def quickest(text: str) -> float:
    times = []
    for _ in range(5):
        started = time.process_time()
        score(text)
        order_number(text)
        times.append(time.process_time() - started)
    return min(times)
