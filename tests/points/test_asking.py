"""What asks, and what only has a word of asking in it."""

import pytest

from bot.points.asking import is_asking, is_asking_back

ASKS = [
    "这个怎么用", "怎么用?", "好用吗", "好用吗,想买", "如何搭配", "哪个好", "哪款适合油皮",
    "哪里能买", "有没有人用过", "有木有推荐", "求推荐", "求助", "求教", "求个推荐", "请问发货了",
    "请教一下大家", "什么时候发货", "为什么不发货", "为啥这么贵", "多少钱", "是不是正品",
    "能不能退", "可不可以换", "要不要买", "会不会过敏", "行不行", "几点开播", "谁知道这个",
    "谁有攻略", "推荐一下面霜", "有好用的面霜推荐", "好用?", "好么", "咋用", "想问下",
    "啥时候发货",
]  # fmt: skip
TELLS = [
    "", "没什么", "什么都好", "什么也没买", "不怎么样", "怎么都好看", "没怎么用", "多少会有点",
    "没多少", "没啥", "那么好看", "这么快", "很好用", "已经收到了", "https://a.cn/?a=1 好看",
    "看shop.example.com/i?id=1", "推荐这个", "有了", "求放过",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKS)
def test_what_asks(text: str) -> None:
    assert is_asking(text)


@pytest.mark.parametrize("text", TELLS)
def test_what_only_tells(text: str) -> None:
    assert not is_asking(text)


@pytest.mark.parametrize(
    ("text", "is_back"),
    [
        ("同问", True), ("同求同求", True), ("我也想知道", True), ("你试过重启吗", True),
        ("哪里买的?", True), ("哪里买的?!", True), ("请问你怎么用的", True),
        ("怎么用都行,先涂一层再上妆", False), ("看肤质,油皮哪款都行", False),
        ("不知道好不好,我用着还行", False), ("", False),
    ],
)  # fmt: skip
def test_who_asks_in_turn_answers_nothing(text: str, is_back: bool) -> None:
    assert is_asking_back(text) is is_back
