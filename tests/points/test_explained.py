"""What 为什么 says, of an entry and of a refusal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import to_micros
from bot.points.account import Account
from bot.points.campaign import Campaign
from bot.points.explained import cap_name, explained, refused_deed
from bot.points.order import SHOP
from bot.points.readings import LedgerLine, RefusedDeed
from bot.points.segment import Segment
from bot.points.types import JOB, Programme, Rule, Tier

ON = date(2026, 11, 1)
AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
TIERS = (Tier("normal", "普通", 0), Tier("silver", "白银", 1000))
SHARE = Rule("share", "share", "分享", 20, cap_times_weekly=3, cap_points_daily=60, cooldown_s=60)
SILVER = Rule("silver", "share", "银卡分享", 5, tiers=frozenset({"silver"}))
BIG = Rule("big", "order", "大单", 500, "deed", from_units=300)
FEW = Rule("few", "post", "发帖", 9, cap_times_ever=1, tags=frozenset({"b", "a"}),
           segments=frozenset({"new"}))  # fmt: skip
PLAIN = Rule("plain", "share", "转发", 1)
RULES = (Rule("any", "order", "下单", 1), BIG, PLAIN, SILVER, SHARE, FEW)
PROGRAMME = Programme(
    "试", "v2", ZoneInfo("Asia/Shanghai"), RULES, TIERS, cap_points_daily=100,
    campaigns=(Campaign("double", "双倍", bonus=1),),
    segments=(Segment("new", "新人", newcomer_days=7),),
)  # fmt: skip
LINE = LedgerLine(
    id=7, at=AT, on=ON, member=1, member_name="小美", external_id="u1", kind="accrual",
    rule="share", points=20, balance=25, debt=0, note=None, why={"base": 20}, key="k",
    previous=0, expires_on=None, reversed_by=None, reversed_points=0, is_reversed=False,
    reverses=None, actor=None, activity_kind="share", activity_key="k", channel="test",
    message="m1",
)  # fmt: skip
FIRST = "+20 积分,分享,流水 #7"
STEPS = "基础 20,不设上限 = 20 分"
LAST = "记完余额 25"


def said(programme: Programme = PROGRAMME, **changes: object) -> list[str]:
    return explained(replace(LINE, **changes), programme).split("\n")  # type: ignore[arg-type]


def test_an_order_and_a_job_are_named_as_the_source() -> None:
    order = said(channel=SHOP, message="O1")
    assert order == [FIRST, "订单 O1,11-01 12:00 入账", STEPS, LAST]
    assert said(channel=JOB) == [FIRST, "11-01 12:00 自动发放", STEPS, LAST]
    assert said(channel=None, message=None) == [FIRST, STEPS, LAST]


def test_what_an_admin_let_count_is_of_the_day_of_the_deed() -> None:
    later = {"actor": "test:1", "at": AT + timedelta(days=2)}
    assert said(**later) == [FIRST, "11-01 的消息 m1", "管理员审核通过", STEPS, LAST]
    named = explained(replace(LINE, actor="test:1"), PROGRAMME, " 店长 ").split("\n")
    assert named[2] == "管理员 店长 审核通过"


def test_a_grant_names_its_reason_and_the_admins_message() -> None:
    grant: dict[str, object] = {
        "kind": "adjustment", "rule": None, "actor": "test:1", "message": None,
        "key": "adjustment:test/m9/2", "why": {},
    }  # fmt: skip
    assert said(**grant, note="帮忙") == [
        "+20 积分,帮忙,流水 #7", "11-01 12:00 管理员操作:帮忙,消息 m9/2", LAST,
    ]  # fmt: skip
    assert said(**grant)[1] == "11-01 12:00 管理员操作,消息 m9/2"
    colon = grant | {"key": "adjustment:test/m:9"}
    assert said(**colon)[1] == "11-01 12:00 管理员操作,消息 m:9"
    taken = grant | {"kind": "reversal", "reverses": 3, "key": "reversal:3"}
    assert said(**taken)[1] == "11-01 12:00 管理员操作"


def test_a_silence_a_last_day_and_a_debt_are_told() -> None:
    why = {"since": "2026-10-01", "inactive_days": 30}
    changes = {"rule": None, "kind": "expiry", "points": -20, "message": None, "debt": 3}
    assert said(why=why, expires_on=date(2027, 11, 1), **changes) == [
        "-20 积分,过期,流水 #7",
        "从 2026-10-01 起 30 天没有动静",
        "有效期到 2027-11-01",
        "记完余额 25,欠 3 分",
    ]
    assert said(expires_on=date(9998, 12, 31))[-2] == "有效期到 9998-12-31"
    assert said(expires_on=date(9999, 12, 31)) == said()


@pytest.mark.parametrize(
    ("why", "steps"),
    [
        (
            {"base": 1, "units": "128.50", "multiplier": "1.1", "campaign_multiplier": "2",
             "bonus": 3, "campaign": "double,gone"},
            "基础 1 × 数量 128.50 × 倍数 1.1 × 活动 2 取整 + 活动 3,双倍,gone,不设上限",
        ),
        (
            {"base": 1, "worth": "24.00", "parts": "美妆 10.50×2 + 其他 3×1"},
            "(美妆 10.50×2 + 其他 3×1),不设上限",
        ),
        ({"base": 20, "silent_days": 30}, "基础 20,30 天没来再回来,不设上限"),
        ({"base": 20, "chosen": 50}, "基础 20,管理员选了 50,不设上限"),
        ({"base": 20, "cap": "cap_points_ever", "cap_left": 0}, "基础 20,总上限还剩 0"),
        ({"base": 20, "budget_left": 7}, "基础 20,不设上限,活动只剩 7 分"),
        ({"base": 20, "shields": 2}, "基础 20,不设上限,送连签保护 2 张"),
        (
            {"base": 20, "full": 99, "left_fen": 5050, "of_fen": 9900},
            "基础 20,不设上限,整单 99 分,退款后剩 50.50/99.00 元",
        ),
    ],
)  # fmt: skip
def test_every_step_is_told(why: dict[str, str | int], steps: str) -> None:
    assert said(why=why)[2] == f"{steps} = 20 分"


@pytest.mark.parametrize(
    ("cap", "name"),
    [
        ("cap_points_daily", "当日上限"),
        ("cap_points_weekly", "本周上限"),
        ("cap_points_monthly", "本月上限"),
        ("cap_points_ever", "总上限"),
        ("programme_cap_points_daily", "全天总上限"),
    ],
)
def test_every_cap_in_points_has_a_name(cap: str, name: str) -> None:
    assert cap_name({"cap": cap}) == name


def refused(
    code: str,
    kind: str = "share",
    programme: str = "v2",
    channel: str = "test",
    now: datetime = AT,
    account: Account | None = None,
) -> list[str]:
    deed = RefusedDeed(AT, ON, kind, channel, "m1", code, programme)
    return refused_deed(deed, PROGRAMME, account or Account(1), now).split("\n")


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        ("share", "cap_times_weekly", "分享,这周的次数用完了(每周 3 次)"),
        ("share", "cap_points_daily", "分享,今天这一项的分拿满了(每天最多 60 分)"),
        ("share", "programme_cap_points_daily", "转发,今天能拿的分已经拿满(合计最多 100 分)"),
        ("share", "other_tiers", "银卡分享,你的等级不在这一项的范围里(限白银)"),
        ("share", "already_done", "转发,今天已经分享过这个了"),
        ("post", "cap_times_ever", "发帖,这一项的次数已经用完(总共 1 次)"),
        (
            "post",
            "other_segments",
            "发帖,这一项只给一部分会员,你还不在里面(限新人,限标签a、标签b)",
        ),
        ("post", "other_tags", "发帖,这一项只给管理员标记过的会员(限新人,限标签a、标签b)"),
        ("share", "cooldown", "分享,刚得过分,过一会儿再来(隔 60 秒再得)"),
        ("order", "too_small", "大单,还没到起算的金额(满 300 元起)"),
        ("order", "nothing", "下单,这次没有得分"),
        ("knitting", "cooldown", "knitting,刚得过分,过一会儿再来"),
    ],
)
def test_a_refusal_names_the_rule_and_its_number(kind: str, code: str, told: str) -> None:
    assert refused(code, kind) == [f"没有得分:{told}", "11-01 12:00 的消息 m1"]


def test_a_refusal_by_rules_that_are_no_more_has_no_number() -> None:
    assert refused("cap_times_weekly", programme="v1")[0] == "没有得分:分享,这周的次数用完了"


def test_a_refused_order_is_called_one_and_another_day_is_named() -> None:
    next_day = AT + timedelta(hours=12)
    said = refused("already_done", channel=SHOP, now=next_day)
    assert said == ["没有得分:转发,11-01 已经分享过这个了", "11-01 12:00 的订单 m1"]


def test_after_a_cooldown_it_says_when_it_is_over_as_long_as_it_is_not() -> None:
    account = Account(1)
    account.count("share", 20, ON.isoformat(), to_micros(AT))

    def after(seconds: int) -> list[str]:
        return refused("cooldown", account=account, now=AT + timedelta(seconds=seconds))[2:]

    assert after(59) == ["11-01 12:01:00 起能再得"]
    assert after(60) == []
    assert refused("cap_times_weekly", account=account)[2:] == []
