"""A nearly right command gets one hint a minute, and then silence; ordinary talk gets none."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import dispatch
from bot.clock import to_micros
from bot.hints import MOST_REMEMBERED
from bot.points.types import Message, Reply

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)

CHATTER = [
    "签收", "签名", "签证", "签单", "签字了", "已签",
    "签到了吗", "签到了", "签到没", "都签到了", "我签到了", "记得签到",
    "谁没签到", "签到有奖吗", "打卡了没", "打卡圣地", "今天没打卡",
    "打车", "打折", "打开", "卡了", "大卡", "三百大卡",
    "积极", "积木", "积分多吗", "我积分好多", "积分怎么用", "积分换啥",
    "多少积分", "扣积分吗", "余额不足", "余下", "余额宝", "日本",
    "日子", "日用品", "日报", "周末", "周一见", "周报",
    "周榜样", "月底", "月亮", "月饼", "月报", "总价",
    "总之", "总是", "榜样", "榜一大哥", "上榜了", "排队",
    "排行第几", "排骨", "规律", "规定", "规格", "按规则来",
    "帮忙", "帮我", "帮帮我", "求助", "助力", "有人帮助吗",
    "等下", "等我", "等级高", "等一下", "明天", "明白",
    "明细呢", "明星", "详细", "为啥", "为了", "为什么?",
    "为什么啊", "为什么呢", "为何", "加油", "加分项", "扣扣",
    "撤回", "撤了", "撤销吧", "管理员", "管理", "好的",
    "哈哈哈", "收到", "1", "666", "ok", "qiandao",
    "hello", "👍", "...", "？？？", "🎉🎉", "早上好",
    "晚安", "在吗", "谢谢老板", "多少钱", "发货了吗", "[强]",
    "活动?", "活动!", "有活动吗", "活动一下", "通过!", "通过了", "全票通过", "驳回了",
    "@所有人", "签到签到签到签到签到签到",
]  # fmt: skip
NEAR = {
    "签道": "签到", "千到": "签到", "签倒": "签到", "鉴到": "签到", "签至": "签到",
    "签到到": "签到", "签到?": "签到", "打咔": "打卡", "打长": "打卡", "打卡;": "打卡",
    "积份": "积分", "积芬": "积分", "余额!": "余额", "余额~": "余额", "等 级": "等级",
    "规则。": "规则", "帮助…": "帮助", "月榜,": "月榜",
    "机分": "积分", "積分": "积分", "积分?": "积分", "我的積分": "我的积分", "餘額": "余额",
    "排行版": "排行榜", "排行傍": "排行榜", "排行榜!": "排行榜", "日绑": "日榜", "周绑": "周榜",
    "週榜": "周榜", "月绑": "月榜", "總榜": "总榜", "明系": "明细", "明細": "明细",
    "明细细": "明细", "等及": "等级", "等級": "等级", "规责": "规则", "規則": "规则",
    "帮住": "帮助", "幫助": "帮助", "(帮助)": "帮助",
}  # fmt: skip
ADDRESSED = {
    "签到了": "签到", "积分几何": "积分", "规则书": "规则", "我要签到": "签到",
    "为什么?": "为什么",
    "帮帮助": "帮助",
}  # fmt: skip


class Room:
    """Hears lines and says hints."""

    def __init__(self) -> None:
        self._dispatch = dispatch()

    def __call__(
        self, text: str, at: datetime = NOW, *, sender: str = "u1", mentions: tuple[str, ...] = ()
    ) -> str | None:
        """The hint to a line; None for silence."""
        message = Message("test", "m1", "r1", sender, NOW, text=text, mentions=mentions)
        answer = self._dispatch.read(message, to_micros(at))
        assert answer is None or isinstance(answer, Reply), f"{text} is a command or a deed"
        assert answer is None or (answer.room, answer.to) == ("r1", (sender,))
        return answer.text if answer else None


@pytest.fixture
def room() -> Room:
    """Nobody has been told anything yet."""
    return Room()


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(set(CHATTER)) >= 60
    assert len(NEAR) >= 30


@pytest.mark.parametrize("text", CHATTER)
def test_ordinary_talk_gets_no_hint(room: Room, text: str) -> None:
    assert room(text) is None


@pytest.mark.parametrize(("text", "word"), NEAR.items())
def test_a_near_miss_gets_its_hint(room: Room, text: str, word: str) -> None:
    assert room(text) == f"你是不是想发「{word}」"


@pytest.mark.parametrize(("text", "word"), ADDRESSED.items())
def test_who_addresses_the_bot_is_met_half_way(room: Room, text: str, word: str) -> None:
    assert room(text) is None
    assert room(f"/{text}", sender="u2") == f"你是不是想发「{word}」"
    said = room(f"@助手\u2005{text}", sender="u3", mentions=("bot",))
    assert said == f"你是不是想发「{word}」"


@pytest.mark.parametrize("text", ["你好", "谢谢", "哈哈哈", "早上好", "今天天气怎么样"])
def test_small_talk_with_the_bot_gets_no_hint(room: Room, text: str) -> None:
    assert room(f"@助手\u2005{text}", mentions=("bot",)) is None


def test_a_member_is_told_once_a_minute_and_then_nothing(room: Room) -> None:
    assert room("签道") is not None
    for seconds in (0, 1, 30, 59.999999):
        assert room("打咔", NOW + timedelta(seconds=seconds)) is None
    assert room("打咔", NOW + timedelta(seconds=60)) == "你是不是想发「打卡」"
    assert room("打咔", NOW + timedelta(seconds=119)) is None


def test_one_member_s_minute_is_not_another_s(room: Room) -> None:
    assert room("签道") is not None
    assert room("签道", sender="u2") is not None
    assert room("签道") is None


def test_a_long_line_gets_no_hint(room: Room) -> None:
    assert room("签道" + "!" * 10) == "你是不是想发「签到」"
    assert room("签道" + "!" * 11, sender="u2") is None


def test_the_memory_of_hints_does_not_grow_for_ever(room: Room) -> None:
    for number in range(MOST_REMEMBERED + 2):
        room("签道", sender=f"u{number}")
    assert len(room._dispatch._hints._told) <= MOST_REMEMBERED
