"""A folder is a programme, or all that is wrong with it is said at once."""

from datetime import time
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign
from bot.points.pacing import Pacing
from bot.points.segment import Segment
from bot.points.types import Admins, MakeUp, Programme, Recheck, Rule, Tier
from config.loader import ConfigErrors, load, load_preset
from tests.config.folder import (
    ADMINS,
    EXPIRY,
    GOOD,
    MAKE_UP,
    PROGRAMME,
    RULE,
    TIER,
    faults,
    with_line,
    write,
)  # fmt: skip

# (what is written into odd.toml beside the good files, what is said of odd.toml)
BAD_TABLES = [
    (
        "[rewards]\n",
        'unknown table "rewards", known: admins, campaign, expiry, '
        "make_up, pacing, programme, recheck, rule, segment, tier (line 1)",
    ),
    ("\n[[rules]]\n", 'unknown table "rules", did you mean "rule"? (line 2)'),
    ("points = 5\n", 'key "points" stands outside any table (line 1)'),
    ("rule = 5\n", "rule must be written [[rule]] (line 1)"),
    ("rule = [5]\n", "rule must be written [[rule]] (line 1)"),
    ("[rule]\n", "rule must be written [[rule]] (line 1)"),
    ("[[expiry]]\n", "expiry must be written [expiry] (line 1)"),
]


@pytest.mark.parametrize(("content", "message"), BAD_TABLES)
def test_a_table_that_is_unknown_or_wrongly_written_is_named(
    tmp_path: Path, content: str, message: str
) -> None:
    write(tmp_path, {**GOOD, "odd": content})
    assert faults(tmp_path) == [f"config/odd.toml: {message}"]


@pytest.mark.parametrize(
    ("kind", "label", "line"),
    [
        ("programme", "[programme]", 1),
        ("rule", '[[rule]] "share"', 2),
        ("campaign", '[[campaign]] "sale"', 2),
        ("tier", '[[tier]] "normal"', 2),
        ("expiry", "[expiry]", 1),
    ],
)
def test_a_table_that_stands_twice_is_named_with_the_first(
    tmp_path: Path, kind: str, label: str, line: int
) -> None:
    write(tmp_path, {**GOOD, "a": f"\n{GOOD[kind]}"})
    first = f"stands twice, first in config/a.toml line 2 (line {line})"
    assert faults(tmp_path)[0] == f"config/{kind}.toml {label}: {first}"


def test_a_tier_that_does_not_ascend_is_named_with_the_one_before(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "tier": TIER + tier("silver", 1000) + tier("gold", 1000)})
    assert faults(tmp_path) == [
        'config/tier.toml [[tier]] "gold": from_points = 1000, '
        'must be more than 1000 of tier "silver" before it (line 14)'
    ]


def test_tiers_must_begin_at_0(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "tier": tier("silver", 1) + tier("gold", 2)})
    assert faults(tmp_path) == [
        'config/tier.toml [[tier]] "silver": from_points = 1, must be 0 in the first tier (line 4)'
    ]


def test_all_faults_of_all_files_come_at_once_by_file_and_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "programme": with_line(PROGRAMME, 'zone = "GMT+8"'),
            "rule": with_line(RULE, "points = -1") + "expirey_days = 3\n",
            "tier": TIER[:-14].encode("gbk"),
            "expiry": with_line(EXPIRY, "valid_days = true"),
        },
    )
    assert faults(tmp_path) == [
        "config/expiry.toml [expiry]: valid_days = true, "
        "must be a whole number without quotes (line 2)",
        'config/programme.toml [programme]: zone = "GMT+8", is no time zone, '
        'did you mean "Asia/Shanghai"? (line 3)',
        'config/rule.toml [[rule]] "share": points = -1, must be 0 or more (line 5)',
        'config/rule.toml [[rule]] "share": unknown key "expirey_days", '
        'did you mean "valid_days"? (line 6)',
        "config/tier.toml: is not UTF-8, save it as UTF-8 (line 3)",
    ]


def test_a_fault_says_file_table_key_and_line_apart(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "rule": "\n" + with_line(RULE, "points = -1")})
    with pytest.raises(ConfigErrors) as raised:
        load(tmp_path, "config")
    (error,) = raised.value.errors
    assert (error.file, error.table, error.key, error.line, error.message) == (
        "config/rule.toml",
        '[[rule]] "share"',
        "points",
        6,
        "points = -1, must be 0 or more",
    )


def test_a_line_that_cannot_be_told_is_not_guessed(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "rule": 'rule = [{id = "a", on = "a", name = "一", points = -1}]'})
    assert faults(tmp_path) == ['config/rule.toml [[rule]] "a": points = -1, must be 0 or more']


@pytest.mark.parametrize("name", ["", "rule.txt", ".rule.toml"])
def test_a_folder_without_programme_files_is_refused(tmp_path: Path, name: str) -> None:
    if name:
        (tmp_path / name).write_text(RULE, "utf-8")
    assert faults(tmp_path) == ["config: holds no .toml file"]


def test_files_without_tables_are_refused(tmp_path: Path) -> None:
    write(tmp_path, {"programme": "", "rule": "# 以后再写\n"})
    assert faults(tmp_path) == [
        "config: has no [programme] table",
        "config: has no [[rule]] table",
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [("gone", "no such folder"), ("rule.toml", "is not a folder"), ("\0", "cannot be read: ")],
)
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str, message: str) -> None:
    write(tmp_path, {"rule": RULE})
    with pytest.raises(ConfigErrors, match=message) as raised:
        load(tmp_path / name)
    assert "\0" not in str(raised.value)


def test_what_is_no_file_is_refused_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to("nowhere")
    assert faults(tmp_path) == [
        "config/folder.toml: is not a file",
        "config/gone.toml: is not a file",
    ]


@pytest.mark.parametrize("name", ["standrd", "Standard", "", "../presets/standard", "\0"])
def test_an_unknown_preset_gets_the_nearest_name(name: str) -> None:
    with pytest.raises(ConfigErrors, match=r"^config/presets: unknown preset .*standard"):
        load_preset(name)


def test_everything_that_can_be_written_arrives(tmp_path: Path) -> None:
    more = (
        "every_streak_days = 7\ncap_times_daily = 3\ncap_points_daily = 60\nvalid_days = 30\n"
        'reply = "+{points} {total}\\n{name}"\ngoal = "{days} {points}"\n'
    )
    silver = with_line(tier("silver", 1000), "multiplier = 1.1")
    expiry = "[expiry]\nvalid_days = 36500\nrestore_grace_days = 0\n"
    make_up = MAKE_UP + "times_monthly = 31\nenabled = true\n"
    more += "bonuses = [200, 50, 100, 50]\n"
    write(
        tmp_path,
        {
            **GOOD,
            "programme": GOOD["programme"] + 'admin_room = "管理群"\n',
            "admins": ADMINS + "second_above = 1000\n",
            "rule": RULE + more,
            "tier": TIER + silver,
            "make_up": make_up,
            "expiry": expiry,
        },
    )
    rule = Rule(
        id="share",
        on="share",
        name="分享",
        points=20,
        bonuses=(50, 100, 200),
        every_streak_days=7,
        cap_times_daily=3,
        cap_points_daily=60,
        valid_days=30,
        reply="+{points} {total}\n{name}",
        goal="{days} {points}",
    )
    programme = load(tmp_path)
    assert programme == Programme(
        name="测试",
        version=programme.version,
        zone=ZoneInfo("Asia/Shanghai"),
        rules=(rule,),
        campaigns=(Campaign("sale", "大促", multiplier=Decimal(2)),),
        segments=(
            Segment("newcomer", "新人", newcomer_days=30, silent_days=30, orders_monthly=1),
        ),
        make_up=MakeUp(20, 7, times_monthly=31),
        admin_room="管理群",
        admins=Admins(5000, 1000),
        recheck=Recheck((1, 1)),
        pacing=Pacing(quiet_from=time(22), quiet_until=time(8)),
        tiers=(Tier("normal", "普通", 0), Tier("silver", "普通", 1000, Decimal("1.1"))),
        valid_days=36500,
        restore_grace_days=0,
        tier_multiplies=frozenset({"order"}),
    )


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("streak_days = [30, 3, 7, 3]", {"streak_days": (3, 7, 30)}),
        ("every_total_days = 10", {"every_total_days": 10}),
        ("total_days = [1, 100]", {"total_days": (1, 100)}),
    ],
)
def test_the_days_that_a_rule_pays_for_arrive_in_order(
    tmp_path: Path, line: str, changes: dict[str, Any]
) -> None:
    write(tmp_path, {**GOOD, "rule": with_line(RULE, line)})
    assert load(tmp_path).rules == (Rule("share", "share", "分享", 20, **changes),)


DAYS = ["every_streak_days = 7", "streak_days = [3]", "every_total_days = 5", "total_days = [9]"]


@pytest.mark.parametrize(("one", "other"), list(combinations(DAYS, 2)))
def test_a_rule_counts_days_in_one_way_alone(tmp_path: Path, one: str, other: str) -> None:
    write(tmp_path, {**GOOD, "rule": RULE + f"{other}\n{one}\n"})
    first, second = (line.partition(" = ")[0] for line in (one, other))
    found = other.partition(" = ")[2].replace("[3]", "a list").replace("[9]", "a list")
    assert faults(tmp_path) == [
        f'config/rule.toml [[rule]] "share": {second} = {found}, '
        f"must not stand beside {first}, of every_streak_days, streak_days, every_total_days and "
        "total_days a rule has one (line 6)"
    ]


WAITS = [
    ('wait_for = "admin"', {"wait_for": "admin"}),
    (
        'wait_for = "admin"\nchoices = [200, 20, 50, 20]',
        {"wait_for": "admin", "choices": (20, 50, 200)},
    ),
    ("wait_days = 7", {"wait_days": 7}),
]


@pytest.mark.parametrize(("lines", "changes"), WAITS)
def test_what_points_wait_for_and_may_be_arrives(
    tmp_path: Path, lines: str, changes: dict[str, Any]
) -> None:
    write(tmp_path, {**GOOD, "rule": RULE + lines + "\n"})
    assert load(tmp_path).rules == (Rule("share", "share", "分享", 20, **changes),)


@pytest.mark.parametrize(
    ("on", "lines", "said"),
    [
        ("share", 'wait_days = 7\nwait_for = "admin"',
         'wait_for = "admin", must not stand beside wait_days, a rule has one of'),
        ("share", 'wait_for = "completed"',
         'wait_for = "completed", must be "admin", only on = "order" is ever completed'),
        ("order", 'wait_for = "admin"',
         'wait_for = "admin", must not be "admin" for on = "order", nobody judges that by hand'),
        ("share", "choices = [20, 50]",
         'choices = a list, must stand beside wait_for = "admin", an admin chooses'),
        ("share", 'wait_for = "admin"\nchoices = [50, 100]',
         "choices = a list, must hold points = 20, which is given when none is named"),
        ("checkin", 'wait_for = "admin"\nevery_streak_days = 7',
         "every_streak_days = 7, must not stand beside wait_for, a bonus for days does not wait"),
        ("checkin", "wait_days = 7\ntotal_days = [9]",
         "total_days = a list, must not stand beside wait_days, a bonus for days does not wait"),
        ("first_order", "wait_days = 7",
         'wait_days = 7, must not stand with on = "first_order", which comes when an order has'),
        ("order_months", 'wait_for = "admin"',
         'wait_for = "admin", must not be "admin" for on = "order_months", nobody judges that'),
        ("share", 'wait_for = "boss"', "wait_for = \"boss\", must be 'admin' or 'completed'"),
    ],
)  # fmt: skip
def test_what_cannot_be_waited_for_is_refused(
    tmp_path: Path, on: str, lines: str, said: str
) -> None:
    write(tmp_path, {**GOOD, "rule": with_line(RULE, f'on = "{on}"') + lines + "\n"})
    [fault] = faults(tmp_path)
    assert said in fault


TASK = '[[rule]]\nid = "task"\nname = "任务"\npoints = 5\n'


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (
            'on = "order_months"\nevery_months = 3\nwait_days = 7\n',
            'wait_days = 7, must not stand with on = "order_months", which is taken back when it '
            "ends (line 7)",
        ),
        (
            'on = "wake_up"\nsilent_days = 30\ndormant_months = 3\n',
            "dormant_months = 3, must not stand beside silent_days, write two rules (line 7)",
        ),
        (
            'on = "spend_period"\nspend_points = 9\nspend_within = "day"\n',
            "spend_within = \"day\", must be 'week' or 'month' (line 7)",
        ),
    ],
)
def test_what_a_task_may_not_say_is_named(tmp_path: Path, keys: str, fault: str) -> None:
    write(tmp_path, {**GOOD, "rule": TASK + keys})
    assert faults(tmp_path) == [f'config/rule.toml [[rule]] "task": {fault}']


def test_a_task_is_read_as_it_is_written(tmp_path: Path) -> None:
    keys = 'on = "newcomer_task"\nneeds_times = 3\nwithin_days = 7\ncounts = ["post", "share"]\n'
    write(tmp_path, {**GOOD, "rule": TASK + keys + "shields = 1\nshields_most = 2\n"})
    [rule] = load(tmp_path).rules
    assert (rule.needs_times, rule.within_days, rule.counts) == (3, 7, ("post", "share"))
    assert (rule.shields, rule.shields_most) == (1, 2)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('quiet_from = "23:00"\n', 'quiet_from = "23:00", must stand beside quiet_until (line 2)'),
        ('quiet_until = "7:00"\n', 'quiet_until = "7:00", must stand beside quiet_from (line 2)'),
        (
            'quiet_from = "23:00"\nquiet_until = "23:00"\n',
            'quiet_until = "23:00", must not be quiet_from as well; without both there are none '
            "(line 3)",
        ),
        (
            'quiet_from = "24:00"\nquiet_until = "07:00"\n',
            'quiet_from = "24:00", must be a time of day such as "23:00", "00:00" to "23:59" '
            "(line 2)",
        ),
        (
            "quiet_from = 23:00:00\nquiet_until = 07:00:00\n",
            'quiet_from = 23:00:00, must be a time of day such as "23:00", '
            '"00:00" to "23:59" (line 2)',
        ),
    ],
)
def test_quiet_hours_that_cannot_be_are_named(tmp_path: Path, lines: str, fault: str) -> None:
    write(tmp_path, {**GOOD, "pacing": f"[pacing]\n{lines}"})
    assert faults(tmp_path)[0] == f"config/pacing.toml [pacing]: {fault}"


def test_making_up_can_be_switched_off(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "make_up": MAKE_UP + "enabled = false\n"})
    assert load(tmp_path).make_up is None


def test_what_is_left_out_is_what_a_programme_leaves_out(tmp_path: Path) -> None:
    write(tmp_path, {"all": '[programme]\nname = "测试"\nzone = "Asia/Shanghai"\n' + RULE})
    programme = load(tmp_path)
    assert programme == Programme(
        name="测试",
        version=programme.version,
        zone=ZoneInfo("Asia/Shanghai"),
        rules=(Rule("share", "share", "分享", 20),),
    )


def test_the_version_changes_with_every_byte_and_name_and_with_nothing_else(
    tmp_path: Path,
) -> None:
    write(tmp_path, GOOD)
    version = load(tmp_path, "config").version
    assert load(tmp_path, "elsewhere").version == version
    (tmp_path / "rule.toml").rename(tmp_path / "rules.toml")
    renamed = load(tmp_path).version
    write(tmp_path, {"rules": RULE + "#"})
    versions = {version, renamed, load(tmp_path).version}
    assert len(versions) == 3
    assert all(len(one) == 12 and int(one, 16) >= 0 for one in versions)


def test_rules_stand_in_the_order_of_file_names_and_lines(tmp_path: Path) -> None:
    first, second, third = (with_line(RULE, f'id = "{name}"') for name in "abc")
    write(tmp_path, {"programme": PROGRAMME, "2": third, "1": first + second})
    assert [rule.id for rule in load(tmp_path).rules] == ["a", "b", "c"]


def test_windows_line_ends_are_fine(tmp_path: Path) -> None:
    write(tmp_path, {kind: text.replace("\n", "\r\n") for kind, text in GOOD.items()})
    assert faults(tmp_path) == []


def tier(name: str, from_points: int) -> str:
    return with_line(with_line(TIER, f'id = "{name}"'), f"from_points = {from_points}")
