"""反馈建议: what is labelled so."""

from decimal import Decimal

import pytest

from handlers.recognisers.feedback import feedback
from tests.handlers.seeing import seen


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("#反馈 物流太慢了", 5), ("物流太慢了 #建议", 5), ("#反馈物流太慢了", 5),
        ("#吐槽 物流太慢了", 5), ("#建议:物流快一点", 5), ("#反馈# 物流太慢了", 5),
        ("反馈:物流太慢了", 5), ("建议：物流快一点", 5), ("意见: 物流快一点", 5),
        ("吐槽:物流太慢了", 5), ("【反馈】物流太慢了", 5), ("#意见 #物流 包装也要好一点", 7),
    ],
)  # fmt: skip
def test_what_is_labelled_so_is_feedback(text: str, units: int) -> None:
    found = feedback.recognise(seen(text))
    assert found is not None
    assert (found.kind, found.units, found.is_post) == ("feedback", Decimal(units), True)


@pytest.mark.parametrize(
    "text",
    [
        "#反馈 太慢了", "#反馈", "反馈:", "建议:好好好好好", "建议大家多喝水",
        "我有个建议:物流快一点", "#建议收藏 这个教程很好", "#吐槽大会 今天晚上八点开播",
        "反馈物流太慢了", "给店家反馈了物流太慢", "",
    ],
)  # fmt: skip
def test_what_is_short_or_only_speaks_of_it_is_none(text: str) -> None:
    assert feedback.recognise(seen(text)) is None
