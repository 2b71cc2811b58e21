"""积分 and 等级: what I have, and what comes next."""

from dataclasses import replace

from bot.points.types import Rule
from tests.chat import SUPERUSER, Chat


def test_a_newcomer_has_nothing_and_is_told_the_next_goal(chat: Chat) -> None:
    expected = ["余额 0 积分,连续 0 天\n普通,成长值 0,再得 1000 升白银"]
    for word in ("积分", "我的积分", "余额"):
        assert chat("小美", word) == expected


def test_a_streak_still_counts_on_the_day_after_and_not_later(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("小美", "签到", at="11-02")
    assert chat("小美", "积分", at="11-03")[0].startswith("余额 10 积分,连续 2 天\n")
    assert chat("小美", "积分", at="11-04")[0].startswith("余额 10 积分,连续 0 天\n")


def test_a_debt_is_said_with_what_becomes_of_it(chat: Chat) -> None:
    chat(SUPERUSER, "加分 @小美 8", mentions=["小美"])
    chat("小美", "redeem 8")
    chat(SUPERUSER, "撤销 1")
    [said] = chat("小美", "积分")
    assert said.split("\n")[0] == "余额 0 积分,连续 0 天,欠 8 分,之后得的分先还"


def test_what_has_expired_is_not_in_the_balance_even_before_the_job(chat: Chat) -> None:
    chat("小美", "签到")
    chat.are_jobs_awake = False
    assert chat("小美", "积分", at="2027-11-02 00:00:00")[0].startswith("余额 0 积分")


def test_the_tiers_are_listed_with_my_own_marked(chat: Chat) -> None:
    assert chat("小美", "等级") == [
        "普通,成长值 0,再得 1000 升白银\n普通:满 0 ←你\n白银:满 1000,订单 9.5 折\n"
        "黄金:满 5000\n钻石:满 20000"
    ]
    chat(SUPERUSER, "加分 @小美 5000", mentions=["小美"])
    [said] = chat("小美", "等级")
    assert said.split("\n")[:4] == [
        "黄金,成长值 5000,再得 15000 升钻石",
        "普通:满 0",
        "白银:满 1000,订单 9.5 折",
        "黄金:满 5000 ←你",
    ]


def test_the_highest_tier_has_no_next_goal(chat: Chat) -> None:
    chat(SUPERUSER, "加分 @小美 20000", mentions=["小美"])
    assert chat("小美", "等级")[0].split("\n")[0] == "钻石,成长值 20000"
    assert chat("小美", "积分") == ["余额 20000 积分,连续 0 天\n钻石,成长值 20000"]


def test_a_programme_without_tiers_does_not_speak_of_them(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, tiers=())
    assert chat("小美", "等级") == ["这里没有设等级"]
    assert chat("小美", "积分") == ["余额 0 积分,连续 0 天"]


def test_the_rules_are_those_in_force(chat: Chat) -> None:
    assert chat("小美", "规则") == [
        "标准积分计划\n每日签到:+5\n连续签到奖励:每满 7 天 +30\n"
        "补签:一天 20 分,最近 7 天内漏的,每月 2 次\n积分 365 天内有效"
    ]
    [first, _] = chat.programme.rules
    capped = replace(first, cap_times_daily=3, cap_points_daily=12)
    chat.bot.posting.programme = replace(
        chat.programme, rules=(capped,), valid_days=None, make_up=None
    )
    assert chat("小美", "规则") == [
        "标准积分计划\n每日签到:+5,每天 3 次,每天最多 12 分\n积分永久有效"
    ]


def test_help_lists_what_members_can_type_and_tells_admins_of_theirs(chat: Chat) -> None:
    [said] = chat("小美", "帮助")
    words = {line.partition(":")[0] for line in said.split("\n")}
    assert words == {
        "签到 / 打卡", "积分 / 我的积分 / 余额", "明细", "为什么", "排行榜 / 总榜", "日榜", "周榜",
        "月榜", "规则", "等级", "补签", "我的邀请 / 邀请", "任务", "活动", "生日", "绑定",
    }  # fmt: skip
    assert chat("店长", "帮助", admin=True) == [f"{said}\n管理员发「管理帮助」"]
    assert len(said.split("\n")) <= 16


def test_what_help_lists_is_a_command_and_answers(chat: Chat) -> None:
    [said] = chat("小美", "帮助")
    for line in said.split("\n"):
        for word in line.partition(":")[0].split(" / "):
            assert chat("小美", word), word


def test_admins_help_is_for_admins(chat: Chat) -> None:
    assert chat("小美", "管理帮助") == ["这条命令只有管理员能用"]
    [said] = chat("店长", "管理帮助", admin=True)
    assert said.split("\n") == [
        "加分:加分 @小美 50 理由",
        "扣分:扣分 @小美 50 理由",
        "待审核:等管理员审的,「待审核 全部」连到时间自己入账的",
        "加精:引用写得好的一条发「加精」或「加精 100」,也能写编号:加精 12 100",
        "认领:认领 @新号 @旧号,会员换了号,旧号的积分和记录并给新号",
        "通过:通过 12,或「通过 12 200」给 200 分;引用原消息发「通过」也行",
        "驳回:驳回 12 理由,到时间自己入账的也能驳回",
        "补登邀请:补登邀请 @新人 @邀请人,没记上邀请人的补上",
        "重载:规则文件改好后马上生效;有错就还用原来的",
        "撤销:撤销 12,把流水 12 整笔退回",
        "启用:在新的群里发,机器人就开始工作",
        "停用:机器人在这个群里不再说话,积分都留着",
        "标签:标签 @小美 团长;去掉写 -团长;只 @ 就看有哪些",
    ]


def test_a_tier_says_what_it_multiplies(chat: Chat) -> None:
    rules = (
        *chat.programme.rules,
        Rule("order", "order", "下单", 1),
        Rule("large", "order", "大单", 500, per="deed", from_units=300),
    )
    chat.bot.posting.programme = replace(chat.programme, rules=rules)
    assert chat("小美", "等级")[0].split("\n")[1:4] == [
        "普通:满 0 ←你",
        "白银:满 1000,下单、大单 ×1.1,订单 9.5 折",
        "黄金:满 5000,下单、大单 ×1.2",
    ]
