"""加分, 扣分 and 撤销: what an admin types, and what the group reads."""

import pytest

from tests.chat import SUPERUSER, Chat

WRONG = "分数是 1 到 999999999 的整数,这样写:加分 @小美 50 理由"
ALONE = "这样写:加分 @小美 50 理由,一次 @ 一个人"


def test_giving_says_who_how_much_and_the_new_balance(chat: Chat) -> None:
    chat("小美", "积分")
    said = chat("店长", "加分 @小美 50 帮忙答疑", admin=True, mentions=["小美"])
    assert said == ["小美 +50 积分,余额 50,流水 #1"]
    said = chat("店长", "扣分 @小美 20 发广告", admin=True, mentions=["小美"])
    assert said == ["小美 -20 积分,余额 30,流水 #2"]
    assert chat.rows("SELECT actor FROM entry") == [("test:店长",), ("test:店长",)]
    assert chat.rows("SELECT text FROM note ORDER BY entry") == [("帮忙答疑",), ("发广告",)]


def test_taking_more_than_there_is_is_refused_and_says_what_there_is(chat: Chat) -> None:
    chat("小美", "签到")
    said = chat("店长", "扣分 @小美 6", admin=True, mentions=["小美"])
    assert said == ["余额不够:小美 现有 5 积分,不够扣 6"]


def test_giving_to_one_in_debt_says_what_is_still_owed(chat: Chat) -> None:
    chat(SUPERUSER, "加分 @小美 30", mentions=["小美"])
    chat("小美", "redeem 30")
    assert chat(SUPERUSER, "撤销 1") == ["已撤销 #1:小美 -30 积分,余额 0,欠 30 分,流水 #3"]
    said = chat(SUPERUSER, "加分 @小美 10", mentions=["小美"])
    assert said == ["小美 +10 积分,余额 0,还欠 20 分,流水 #4"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("小美", "@小美\u2005"),
        ("小美", "@小美 "),
        ("Mary Ann 99", "@Mary Ann 99\u2005"),
        ("Mary Ann 99", "@Mary Ann 99 "),
        ("50 100", "@50 100\u2005"),
        ("7", "@7 "),
        ("ＡＢ　Ｃ", "@ＡＢ　Ｃ\u2005"),
        ("ＡＢ　Ｃ", "@ＡＢ　Ｃ "),
        ("小@美", "@小@美\u2005"),
        ("{0}%s", "@{0}%s "),
        ("💐 花 5", "@💐 花 5\u2005"),
        ("真名", "@群里 另一个 名字 3\u2005"),
        ("小", "@小美\u2005"),
        ("", "@没报过名\u2005"),
    ],
)
def test_the_name_is_not_taken_for_the_number(chat: Chat, name: str, shown: str) -> None:
    chat("u1", "积分", name=name)
    [said] = chat("店长", f"加分 {shown}50 理由 60", admin=True, mentions=["u1"])
    assert " +50 积分,余额 50" in said
    assert chat.rows("SELECT text FROM note") == [("理由 60",)]


def test_a_name_that_another_process_has_changed_is_known_at_once(chat: Chat) -> None:
    """On PostgreSQL several processes serve one community; on SQLite one follows the other."""
    chat("u1", "签到", name="小 美")
    first, chat.bot = chat.bot, type(chat.bot)(chat.database, chat.programme)
    if chat.database.is_sqlite:
        first.stop()
    chat("u1", "签到", name="阿 明 7", at="11-02")
    if not chat.database.is_sqlite:
        chat.bot, first = first, chat.bot
    said = chat("店长", "加分 @阿 明 7 50", admin=True, mentions=["u1"])
    first.stop()
    assert said == ["阿 明 7 +50 积分,余额 60,流水 #3"]


@pytest.mark.parametrize(
    "amount",
    [
        "-5", "0", "+5", "1e3", "5.5", "١٢", "²", "⑳", "1_000", "1,000", "99999999999",
        "1000000000", "05", "五", "0x10", "NaN", "", "50理由", "5" * 1_900,
    ],
)  # fmt: skip
def test_a_wrong_amount_is_refused_with_how_to_write_it(chat: Chat, amount: str) -> None:
    """Abuse: negative amounts, overflow."""
    assert chat("店长", f"加分 @小美 {amount} 试试", admin=True, mentions=["小美"]) == [WRONG]
    assert chat.rows("SELECT count(*) FROM entry") == [(0,)]


@pytest.mark.parametrize(
    ("amount", "points"), [("1", 1), ("\uff11\uff12", 12), ("999999999", 999_999_999)]
)
def test_a_right_amount_is_given(chat: Chat, amount: str, points: int) -> None:
    """Abuse: odd digits."""
    [said] = chat(SUPERUSER, f"加分 @小美 {amount}", mentions=["小美"])
    assert said == f"会员2 +{points} 积分,余额 {points},流水 #1"


@pytest.mark.parametrize("mentions", [[], ["bot"], ["小美", "小明"]])
def test_one_person_at_a_time(chat: Chat, mentions: list[str]) -> None:
    assert chat("店长", "加分 @小美 50 理由", admin=True, mentions=mentions) == [ALONE]


def test_a_person_mentioned_twice_is_one_person(chat: Chat) -> None:
    said = chat("店长", "加分 @小美 50", admin=True, mentions=["小美", "bot", "小美"])
    assert said == ["会员2 +50 积分,余额 50,流水 #1"]


@pytest.mark.parametrize("text", ["加分 @小美 50 理由", "扣分 @小美 50", "撤销 1", "加分", "撤销"])
def test_who_is_no_admin_is_told_so_and_nothing_happens(chat: Chat, text: str) -> None:
    chat("小美", "签到")
    assert chat("小明", text, mentions=["小美"]) == ["这条命令只有管理员能用"]
    assert chat("店长", text, admin=True, mentions=["小美"], private=True) == [
        "这条命令只有管理员能用"
    ]
    assert chat.rows("SELECT count(*) FROM entry") == [(1,)]


def test_a_nickname_makes_nobody_an_admin(chat: Chat) -> None:
    """Abuse: an admin by nickname."""
    said = chat("u9", "加分 @小美 50", name=SUPERUSER, mentions=["小美"])
    assert said == ["这条命令只有管理员能用"]


def test_a_superuser_is_an_admin_everywhere(chat: Chat) -> None:
    said = chat(SUPERUSER, "加分 @小美 50", mentions=["小美"], private=True)
    assert said == ["会员2 +50 积分,余额 50,流水 #1"]


@pytest.mark.parametrize(
    "text", ["加分50", "加分吧", "扣分了", "撤销吧", "撤销 一", "撤销 0", "撤销 -1"]
)
def test_ordinary_words_that_begin_alike_are_no_commands(chat: Chat, text: str) -> None:
    assert chat("店长", text, admin=True) == []


def test_taking_back_says_what_became_of_it(chat: Chat) -> None:
    chat("小美", "签到")
    assert chat("店长", "撤销", admin=True) == [
        "这样写:撤销 12,流水号在加分、扣分的回复里,也在对方「明细」每行的最后"
    ]
    assert chat("店长", "撤销 #1", admin=True) == ["已撤销 #1:小美 -5 积分,余额 0,流水 #2"]
    assert chat("店长", "撤销 1", admin=True) == ["流水 #1:已经撤销过了"]
    assert chat("店长", "撤销2", admin=True) == ["流水 #2:撤销和过期的流水不能再撤销"]
    assert chat("店长", "撤销 9", admin=True) == ["流水 #9:没有这条流水"]


def test_nobody_takes_back_what_was_taken_from_them(chat: Chat) -> None:
    chat("阿强", "签到")
    chat("店长", "扣分 @阿强 5 刷屏", admin=True, mentions=["阿强"])
    assert chat("阿强", "撤销 2", admin=True) == ["不能撤销自己的流水,请别的管理员来"]
    assert chat("店长", "撤销 2", admin=True) == ["已撤销 #2:阿强 +5 积分,余额 5,流水 #3"]


def test_hostile_ids_and_names_are_adjusted_like_any_other(chat: Chat) -> None:
    for who in ("a\x00b", "\ud800", "' OR 1=1 --", "x" * 500, "\u202e"):
        said = chat(SUPERUSER, "加分 @x\u20055 {0} %s <b>", mentions=[who])
        assert said[0].endswith(f"+5 积分,余额 5,流水 #{chat.results[0].lines[0].id}")
