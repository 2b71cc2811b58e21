"""`[[campaign]]` tables: every value arrives, and each wrong one gets a sentence of its own."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.points.campaign import Campaign, Window
from config.loader import load, load_preset
from tests.config.folder import CAMPAIGN, GOOD, LABELS, RULE, faults, with_line, write

YEAR = 'must be days of the year such as "06-18" or "06-01..06-18"'
LUNAR = 'must be days of the lunar calendar such as "08-15" or "08-01..08-15"'
HOURS = 'must be hours such as "20:00..22:00"'
TIMES = 'must be times of day, "00:00" to "24:00"'
SAME = 'must not end when it begins; all day is "00:00..24:00"'
WEEK = "known: 周一, 周二, 周三, 周四, 周五, 周六, 周日"
DAY = "must be a day such as 2026-06-01"
MORE = "must be more than 1 and at most 100"

# (what is written, what is said of it: the key, what was found and what is allowed)
BAD = [
    ("enabled = 1", "enabled = 1, must be true or false"),
    ('stack = "yes"', 'stack = "yes", must be true or false'),
    ('from_on = "2026-6-1"', f'from_on = "2026-6-1", {DAY}'),
    ('from_on = "2026-02-29"', 'from_on = "2026-02-29", is no day of the calendar'),
    ("from_on = 20260601", f"from_on = 20260601, {DAY}"),
    ("from_on = 2026-06-01T00:00:00", f"from_on = 2026-06-01 00:00:00, {DAY}"),
    ("from_on = 1999-12-31", "from_on = 1999-12-31, must be from 2000-01-01 to 2099-12-31"),
    ("until_on = 2100-01-01", "until_on = 2100-01-01, must be from 2000-01-01 to 2099-12-31"),
    ("until_on = true", f"until_on = true, {DAY}"),
    ('weekdays = "周一"', 'weekdays = "周一", must be a list'),
    ("weekdays = [1]", f"weekdays = 1, is no weekday, {WEEK}"),
    ('weekdays = ["星期三"]', 'weekdays = "星期三", is no weekday, did you mean "周三"?'),
    ('weekdays = ["周一", "周八"]', f'weekdays = "周八", is no weekday, {WEEK}'),
    ('weekdays = [""]', f'weekdays = "", is no weekday, {WEEK}'),
    ("weekdays = [[]]", f"weekdays = a list, is no weekday, {WEEK}"),
    ("month_days = [0]", "month_days = 0, must be 1 or more"),
    ("month_days = [32]", "month_days = 32, must be 31 or less"),
    ('month_days = ["18"]', 'month_days = "18", must be a whole number without quotes'),
    ("month_days = 18", "month_days = 18, must be a list"),
    ('yearly = ["06-01..06-31"]', f'yearly = "06-01..06-31", {YEAR}'),
    ('yearly = ["02-30"]', f'yearly = "02-30", {YEAR}'),
    ('yearly = ["13-01"]', f'yearly = "13-01", {YEAR}'),
    ('yearly = ["00-01"]', f'yearly = "00-01", {YEAR}'),
    ('yearly = ["06-01-06-18"]', f'yearly = "06-01-06-18", {YEAR}'),
    ('yearly = ["6月1日"]', f'yearly = "6月1日", {YEAR}'),
    ('yearly = ["٠٦-٠١"]', f'yearly = "٠٦-٠١", {YEAR}'),
    ("yearly = [2026-06-01]", f"yearly = 2026-06-01, {YEAR}"),
    ('lunar = ["13-01"]', f'lunar = "13-01", {LUNAR}'),
    ('lunar = ["08-31"]', f'lunar = "08-31", {LUNAR}'),
    ('lunar = ["中秋"]', f'lunar = "中秋", {LUNAR}'),
    ('festivals = ["中秋节"]', 'festivals = "中秋节", is no festival, did you mean "中秋"?'),
    ("festivals = [815]", "festivals = 815, must be text in quotes"),
    ('holidays = ["国庆节"]', 'holidays = "国庆节", is no public holiday, did you mean "国庆"?'),
    ("holidays = true", "holidays = true, must be a list"),
    ('hours = ["20:00"]', f'hours = "20:00", {HOURS}'),
    ('hours = ["20..22"]', f'hours = "20..22", {HOURS}'),
    ("hours = [20]", f"hours = 20, {HOURS}"),
    ('hours = ["20:60..22:00"]', f'hours = "20:60..22:00", {TIMES}'),
    ('hours = ["24:00..02:00"]', f'hours = "24:00..02:00", {TIMES}'),
    ('hours = ["20:00..24:01"]', f'hours = "20:00..24:01", {TIMES}'),
    ('hours = ["20:00..20:00"]', f'hours = "20:00..20:00", {SAME}'),
    ('rules = ["shrae"]', 'rules = "shrae", is no rule, did you mean "share"?'),
    ('rules = ["share", "x"]', 'rules = "x", is no rule, known: share'),
    ('tiers = ["norml"]', 'tiers = "norml", is no tier, did you mean "normal"?'),
    ('rooms = [" "]', 'rooms = " ", must not be blank'),
    ("multiplier = 1", f"multiplier = 1, {MORE}"),
    ("multiplier = 0.5", f"multiplier = 0.5, {MORE}"),
    ("multiplier = 100.1", f"multiplier = 100.1, {MORE}"),
    ("multiplier = 1.00001", "multiplier = 1.00001, must have 4 decimals or fewer"),
    ("bonus = 0", "bonus = 0, must be 1 or more"),
    ("points = 0", "points = 0, must be 1 or more"),
    ("holiday = []", 'unknown key "holiday", did you mean "holidays"?'),
    ("reply = ''", 'unknown key "reply", it belongs in [[rule]]'),
]


@pytest.mark.parametrize(("line", "message"), BAD)
def test_a_bad_value_is_named_with_what_is_allowed(
    tmp_path: Path, line: str, message: str
) -> None:
    text = with_line(CAMPAIGN, line)
    write(tmp_path, {**GOOD, "campaign": text})
    (fault,) = faults(tmp_path)
    at = text.split("\n").index(line) + 1
    assert fault.startswith(f"config/campaign.toml {LABELS['campaign']}: {message}")
    assert fault.endswith(f"(line {at})")


def test_what_is_named_is_looked_for_though_something_else_is_wrong(tmp_path: Path) -> None:
    lines = 'rules = ["shrae"]\nbonus = "10"\n'
    rule = with_line(RULE, "points = -1")
    write(tmp_path, {**GOOD, "campaign": CAMPAIGN + lines, "rule": rule})
    assert [fault.partition(": ")[2] for fault in faults(tmp_path)] == [
        'rules = "shrae", is no rule, did you mean "share"? (line 5)',
        'bonus = "10", must be a whole number without quotes (line 6)',
        "points = -1, must be 0 or more (line 5)",
    ]


def test_a_campaign_must_not_end_before_it_begins(tmp_path: Path) -> None:
    lines = "from_on = 2026-06-18\nuntil_on = 2026-06-17\n"
    write(tmp_path, {**GOOD, "campaign": CAMPAIGN + lines})
    assert faults(tmp_path) == [
        'config/campaign.toml [[campaign]] "sale": until_on = 2026-06-17, '
        "must not be before from_on = 2026-06-18 (line 6)"
    ]


def test_a_campaign_must_do_something(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "campaign": CAMPAIGN.replace("multiplier = 2\n", "")})
    assert faults(tmp_path) == [
        'config/campaign.toml [[campaign]] "sale": '
        "has none of multiplier, bonus and points (line 1)"
    ]


def test_a_tier_where_there_are_none_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "campaign": CAMPAIGN + 'tiers = ["gold"]\n', "tier": ""})
    (fault,) = faults(tmp_path)
    assert 'tiers = "gold", is no tier, there is none' in fault


def test_a_rule_that_cannot_be_read_is_not_called_unknown(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            **GOOD,
            "rule": with_line(GOOD["rule"], "points = -1"),
            "campaign": CAMPAIGN + 'rules = ["share"]\n',
        },
    )
    (fault,) = faults(tmp_path)
    assert "points = -1, must be 0 or more" in fault


@pytest.mark.parametrize("name", ["[]", "{}", "5", '"Sale"'])
def test_a_campaign_without_a_sound_id_is_refused_once(tmp_path: Path, name: str) -> None:
    write(tmp_path, {**GOOD, "campaign": with_line(CAMPAIGN, f"id = {name}")})
    (fault,) = faults(tmp_path)
    assert "id = " in fault


WRITTEN: list[tuple[str, dict[str, object]]] = [
    ("from_on = 2026-06-01", {"from_on": date(2026, 6, 1)}),
    ('from_on = "2026-06-01"', {"from_on": date(2026, 6, 1)}),
    ("until_on = 2099-12-31", {"until_on": date(2099, 12, 31)}),
    ("from_on = 2026-06-01\nuntil_on = 2026-06-01",
     {"from_on": date(2026, 6, 1), "until_on": date(2026, 6, 1)}),
    ('weekdays = ["周一", "周日", "周一"]', {"weekdays": frozenset({1, 7})}),
    ("weekdays = []", {}),
    ("month_days = [1, 31]", {"month_days": frozenset({1, 31})}),
    ('yearly = ["06-01..06-18"]', {"yearly": (((6, 1), (6, 18)),)}),
    ('yearly = ["6-1..6-18"]', {"yearly": (((6, 1), (6, 18)),)}),
    ('yearly = ["12-25..01-03", "02-29"]',
     {"yearly": (((12, 25), (1, 3)), ((2, 29), (2, 29)))}),
    ('hours = ["20:00..22:30", "22:00..02:00"]',
     {"hours": ((time(20), time(22, 30)), (time(22), time(2)))}),
    ('hours = ["8:00..24:00"]', {"hours": ((time(8), time(0)),)}),
    ('hours = ["00:00..24:00"]', {"hours": ((time(0), time(0)),)}),
    ("festivals = []\nholidays = []\nlunar = []", {}),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "parts"), WRITTEN)
def test_a_window_is_what_is_written(tmp_path: Path, lines: str, parts: dict[str, object]) -> None:
    write(tmp_path, {**GOOD, "campaign": f"{CAMPAIGN}{lines}\n"})
    (campaign,) = load(tmp_path).campaigns
    assert campaign == Campaign("sale", "大促", replace(Window(), **parts), multiplier=Decimal(2))


def test_a_day_of_any_festival_holiday_or_lunar_range_will_do(tmp_path: Path) -> None:
    lines = 'festivals = ["中秋"]\nlunar = ["05-04..05-05"]\nholidays = ["元旦"]\n'
    write(tmp_path, {**GOOD, "campaign": CAMPAIGN + lines})
    (campaign,) = load(tmp_path).campaigns
    days = campaign.window.days or ()
    assert sorted(day for day in days if day.year == 2026) == [
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 1, 3),
        date(2026, 6, 18),
        date(2026, 6, 19),
        date(2026, 9, 25),
    ]


def test_everything_else_that_can_be_written_arrives(tmp_path: Path) -> None:
    lines = (
        'enabled = false\nrules = ["share"]\nrooms = ["1@chatroom", "2"]\ntiers = ["normal"]\n'
        "multiplier = 1.5\nbonus = 3\npoints = 7\nstack = true\n"
    )
    text = CAMPAIGN.replace("multiplier = 2\n", lines)
    write(tmp_path, {**GOOD, "campaign": text})
    assert load(tmp_path).campaigns == (
        Campaign(
            id="sale",
            name="大促",
            rules=frozenset({"share"}),
            rooms=frozenset({"1@chatroom", "2"}),
            tiers=frozenset({"normal"}),
            multiplier=Decimal("1.5"),
            bonus=3,
            points=7,
            stack=True,
            is_on=False,
        ),
    )


def test_a_campaign_of_the_same_id_replaces_single_keys_of_the_preset(tmp_path: Path) -> None:
    own = '[[campaign]]\nid = "monday_checkin"\nenabled = true\nmultiplier = 3\n'
    write(tmp_path, {"all": f'[programme]\nextends = "standard"\n{own}{CAMPAIGN}'})
    shipped = load_preset("standard").campaigns
    assert load(tmp_path).campaigns == (
        *(
            replace(one, is_on=True, multiplier=Decimal(3)) if one.id == "monday_checkin" else one
            for one in shipped
        ),
        Campaign("sale", "大促", multiplier=Decimal(2)),
    )
