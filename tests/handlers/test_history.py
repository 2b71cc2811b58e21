"""明细: every entry, a page at a time."""

from tests.chat import SUPERUSER, Chat


def test_nothing_is_said_kindly(chat: Chat) -> None:
    assert chat("小美", "明细") == ["还没有积分流水,发「签到」拿第一笔"]
    assert chat("小美", "明细 7") == ["还没有积分流水,发「签到」拿第一笔"]


def test_each_kind_of_entry_has_its_line_newest_first(chat: Chat) -> None:
    for day in range(1, 8):
        chat("小美", "签到", at=f"11-0{day}")
    chat("小美", "redeem 10")
    chat(SUPERUSER, "加分 @小美 50 帮忙答疑", mentions=["小美"])
    chat(SUPERUSER, "扣分 @小美 20", mentions=["小美"])
    chat(SUPERUSER, "撤销 8")
    [said] = chat("小美", "明细")
    assert said.split("\n")[:6] == [
        "-30 撤销 #8 11-07 余额 55 #12",
        "-20 管理员调分 11-07 余额 85 #11",
        "+50 帮忙答疑 11-07 余额 105 #10",
        "-10 兑换 11-07 余额 55 #9",
        "+30 连续签到奖励 11-07 余额 65 #8",
        "+5 每日签到 11-07 余额 35 #7",
    ]
    [said] = chat("小美", "明细", at="2027-12-31")
    assert said.split("\n")[0] == "-55 过期 11-08 余额 0 #13"


def test_a_page_holds_eight_lines_and_says_how_to_go_on(chat: Chat) -> None:
    for number in range(1, 18):
        chat(SUPERUSER, f"加分 @小美 {number}", mentions=["小美"])
    pages = [chat("小美", text)[0].split("\n") for text in ("明细", "明细 2", "明细3")]
    assert [len(page) for page in pages] == [9, 9, 1]
    assert pages[0][-1] == "第 1/3 页,「明细 2」看更早的"
    assert pages[1][-1] == "第 2/3 页,「明细 3」看更早的"
    numbers = [line.rpartition("#")[2] for page in pages for line in page if "#" in line]
    assert numbers == [str(number) for number in range(17, 0, -1)]
    assert chat("小美", "明细 4") == ["一共只有 3 页"]
    assert chat("小美", "明细 99999") == ["一共只有 3 页"]


def test_a_page_can_be_asked_for_in_several_ways(chat: Chat) -> None:
    for number in range(9):
        chat(SUPERUSER, f"加分 @小美 {number + 1}", mentions=["小美"])
    second = chat("小美", "明细 2")
    for text in ("明细2", "明细 第2页", "明细 2 页", "明细 第 2 页", "明细\u3000\uff12"):
        assert chat("小美", text) == second
    for text in ("明细 0", "明细 -1", "明细 \u0662", "明细 二", "明细 100000", "明细 2 3"):
        assert chat("小美", text) == []


def test_only_my_own_entries_are_shown(chat: Chat) -> None:
    chat("小明", "签到")
    chat("小美", "签到")
    assert chat("小美", "明细") == ["+5 每日签到 11-01 余额 5 #2"]


def test_a_long_reason_does_not_push_the_numbers_off_the_line(chat: Chat) -> None:
    chat(SUPERUSER, f"加分 @小美 5 {'谢' * 1_900}\u202e", mentions=["小美"])
    assert chat("小美", "明细") == [f"+5 {'谢' * 11}… 11-01 余额 5 #1"]
