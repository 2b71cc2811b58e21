"""What may stand in a table: each wrong value gets a sentence of its own."""

from pathlib import Path

import pytest

from config.loader import load
from tests.config.folder import GOOD, LABELS, RULE, faults, with_line, write

WHOLE = "must be a whole number without quotes"
TEXT = "must be text in quotes"
NUMBER = "must be a number without quotes, such as 1.2"
BETWEEN = "must be more than 0 and at most 100"
MOST = "must be 1000000000 or less"
IDENTIFIER = "must be a-z, 0-9 and _, begin with a letter, and be 40 characters or fewer"
VISIBLE = "must not hold line breaks, control or invisible characters"
REPLY = "{points} {total} {streak_days} {balance} {name}"
ACCOUNT = 'must be an account such as "onebot:10001", channel and id'
HOST = (
    'must be a host such as "shop.example.com" or "*.example.com", in lower case and without '
    "https://, port or path"
)
SWITCH = "must be true or false"
SHANGHAI = 'is no time zone, did you mean "Asia/Shanghai"?'

# (table, the line as it is written, what is said after the key and what was found)
BAD_VALUES = [
    ("rule", 'points = "10"', WHOLE),
    ("rule", "points = 1.5", WHOLE),
    ("rule", "points = 5.0", WHOLE),
    ("rule", "points = true", WHOLE),
    ("rule", "points = nan", WHOLE),
    ("rule", "points = inf", WHOLE),
    ("rule", "points = 2026-11-01", WHOLE),
    ("rule", "points = -1", "must be 0 or more"),
    ("rule", "points = 1000000001", "must be 1000000000 or less"),
    ("rule", "every_streak_days = 1", "must be 2 or more"),
    ("rule", "every_streak_days = 3651", "must be 3650 or less"),
    ("rule", "streak_days = 7", 'must be a list such as ["order"]'),
    ("rule", "every_total_days = 1", "must be 2 or more"),
    ("rule", "every_total_days = 36501", "must be 36500 or less"),
    ("make_up", "points = 0", "must be 1 or more"),
    ("make_up", "within_days = 366", "must be 365 or less"),
    ("make_up", "times_monthly = 0", "must be 1 or more"),
    ("make_up", "enabled = 1", "must be true or false"),
    ("rule", "cap_times_daily = 0", "must be 1 or more"),
    ("rule", "cap_points_daily = -5", "must be 0 or more"),
    ("rule", "cap_points_daily = 19", "must not be less than points = 20"),
    ("rule", "cap_points_daily = 0", "must not be less than points = 20"),
    ("rule", "valid_days = 0", "must be 1 or more"),
    ("rule", "valid_days = 36501", "must be 36500 or less"),
    ("rule", "name = 5", TEXT),
    ("rule", 'name = ""', "must not be blank"),
    ("rule", 'name = " "', "must not be blank"),
    ("rule", f'name = "{"分" * 21}"', "must be 20 characters or fewer"),
    ("rule", 'on = "Share"', IDENTIFIER),
    ("rule", 'on = ""', IDENTIFIER),
    ("rule", "reply = 1", TEXT),
    ("rule", 'reply = "+{point}"', "has the unknown place {point}, did you mean {points}?"),
    ("rule", 'reply = "{member}"', f"has the unknown place {{member}}, known: {REPLY}"),
    ("rule", 'reply = "{points:>9}"', "has the unknown place {points:>9}, did you mean {points}?"),
    (
        "rule",
        'reply = "{points.real}"',
        "has the unknown place {points.real}, did you mean {points}?",
    ),
    ("rule", 'reply = "{}"', f"has the unknown place {{}}, known: {REPLY}"),
    ("rule", 'reply = "+{points"', f"has a lone brace, known: {REPLY}"),
    ("rule", 'reply = "{{points}}"', f"has a lone brace, known: {REPLY}"),
    ("rule", 'goal = "{total}"', "has the unknown place {total}, known: {points} {days}"),
    ("tier", "from_points = -1", "must be 0 or more"),
    ("tier", "from_points = 1000", "must be 0 in the first tier"),
    ("tier", 'multiplier = "1.1"', NUMBER),
    ("tier", 'multiplier = "abc"', NUMBER),
    ("tier", "multiplier = false", NUMBER),
    ("tier", "multiplier = 0", BETWEEN),
    ("tier", "multiplier = -1.5", BETWEEN),
    ("tier", "multiplier = nan", BETWEEN),
    ("tier", "multiplier = inf", BETWEEN),
    ("tier", "multiplier = 1000000000000", BETWEEN),
    ("tier", "multiplier = 1.00001", "must have 4 decimals or fewer"),
    ("expiry", "valid_days = 0", "must be 1 or more"),
    ("expiry", "valid_days = -365", "must be 1 or more"),
    ("expiry", 'valid_days = "never"', WHOLE),
    ("expiry", "restore_grace_days = -1", "must be 0 or more"),
    ("expiry", "share_percent = 0", "must be 1 or more"),
    ("expiry", "share_percent = 100", "must be 99 or less"),
    ("expiry", "share_percent = 33.5", WHOLE),
    ("expiry", 'share_percent = "50%"', WHOLE),
    ("expiry", 'valid_until = "month_end"', "must be 'quarter_end' or 'year_end'"),
    (
        "expiry",
        'valid_until = "year_end"',
        "must not stand beside valid_days, of valid_days, valid_until and inactive_days there is"
        " one",
    ),
    ("programme", "name = true", TEXT),
    ("programme", 'zone = ""', SHANGHAI),
    ("programme", 'zone = "GMT+8"', SHANGHAI),
    ("programme", 'zone = "Asia/Beijing"', SHANGHAI),
    ("programme", 'zone = "Asia/Shangai"', SHANGHAI),
    ("programme", 'zone = "北京"', SHANGHAI),
    ("programme", 'zone = "Asia"', SHANGHAI),
    ("programme", 'zone = "PRC"', SHANGHAI),
    ("programme", 'zone = "localtime"', SHANGHAI),
    ("programme", 'zone = "right/Asia/Shanghai"', SHANGHAI),
    ("programme", 'zone = "../../etc/passwd"', SHANGHAI),
    ("programme", 'zone = "Europe/Berln"', 'is no time zone, did you mean "Europe/Berlin"?'),
    ("rule", "from_score = 101", "must be 100 or less"),
    ("rule", "from_score = -1", "must be 0 or more"),
    ("rule", "from_score = 70.5", WHOLE),
    (
        "rule",
        "doubtful_score = 40",
        "must stand beside from_score, from which nobody doubts",
    ),
    ("rule", 'excludes_admins = "yes"', SWITCH),
    ("programme", 'extends = "standrd"', 'is no preset, did you mean "standard"?'),
    ("programme", 'extends = "../standard"', 'is no preset, did you mean "standard"?'),
]


@pytest.mark.parametrize(("kind", "line", "message"), BAD_VALUES)
def test_a_bad_value_is_named_with_what_is_allowed(
    tmp_path: Path, kind: str, line: str, message: str
) -> None:
    text = with_line(GOOD[kind], line)
    write(tmp_path, {**GOOD, kind: text})
    at = text.split("\n").index(line) + 1
    assert faults(tmp_path) == [
        f"config/{kind}.toml {LABELS[kind]}: {line}, {message} (line {at})"
    ]


# (key of [programme], what is listed, what is allowed)
BAD_WORDS = [
    ("bots", "10001", TEXT),
    ("bots", '"10001"', ACCOUNT),
    ("bots", '"onebot:"', ACCOUNT),
    ("bots", '":1"', ACCOUNT),
    ("bots", '"OneBot:1"', ACCOUNT),
    ("bots", '"onebot:1\\n"', VISIBLE),
    ("shop_hosts", '"https://shop.example.com"', HOST),
    ("shop_hosts", '"shop.example.com/a"', HOST),
    ("shop_hosts", '"shop.example.com:443"', HOST),
    ("shop_hosts", '"Shop.example.com"', HOST),
    ("shop_hosts", '"商城.中国"', HOST),
    ("shop_hosts", '"*"', HOST),
    ("shop_hosts", '"*.com"', HOST),
    ("shop_hosts", '"shop.*.com"', HOST),
    ("shop_hosts", '"127.0.0.1"', HOST),
    ("shop_appids", '""', "must not be blank"),
    ("products", '"面膜\\u200b"', VISIBLE),
    ("checkin_words", '" "', "must not be blank"),
    ("topics", '"两 词"', "must be one word of 1 to 12 characters"),
]


@pytest.mark.parametrize(("key", "listed", "message"), BAD_WORDS)
def test_a_bad_word_of_a_list_is_named_alone(
    tmp_path: Path, key: str, listed: str, message: str
) -> None:
    write(tmp_path, {**GOOD, "programme": with_line(GOOD["programme"], f"{key} = [{listed}]")})
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"config/programme.toml [programme]: {key} = ")
    assert fault.endswith(f", {message} (line 5)")


# (table, the line as it is written, how the sentence begins)
BAD_LINES = [
    ("rule", "expirey_days = 5", 'unknown key "expirey_days", did you mean "valid_days"?'),
    ("expiry", "expirey_days = 5", 'unknown key "expirey_days", did you mean "valid_days"?'),
    ("rule", "cap_pts_daily = 5", 'unknown key "cap_pts_daily", did you mean "cap_points_daily"?'),
    ("rule", "restore_grace_days = 7", 'unknown key "restore_grace_days", it belongs in [expiry]'),
    ("expiry", "share_percnt = 5", 'unknown key "share_percnt", did you mean "share_percent"?'),
    ("rule", "share_percent = 5", 'unknown key "share_percent", it belongs in [expiry]'),
    ("expiry", "points = 5", 'unknown key "points", it belongs in [[rule]]'),
    ("expiry", "zzz = 5", 'unknown key "zzz", known: inactive_days, restore_grace_days'),
    ("expiry", "'' = 5", 'unknown key "", known: inactive_days, restore_grace_days'),
    ("rule", "points = []", f"points = a list, {WHOLE}"),
    ("rule", "points = {}", f"points = a table, {WHOLE}"),
    ("rule", f"points = {10**18}", f"points = a number of more than 18 digits, {MOST}"),
    ("rule", f"points = 0x{'f' * 9000}", f"points = a number of more than 18 digits, {MOST}"),
    ("rule", 'name = "a\\nb"', f'name = "a\\u000ab", {VISIBLE}'),
    ("rule", 'name = "a\\u0000"', f'name = "a\\u0000", {VISIBLE}'),
    ("rule", 'name = "\u202e分"', f'name = "\\u202e分", {VISIBLE}'),
    ("rule", 'reply = "a\\tb"', f'reply = "a\\u0009b", {VISIBLE}'),
    ("rule", f'reply = "{"长" * 201}"', f'reply = "{"长" * 40}…", must be 200 char'),
    ("rule", f'on = "{"a" * 41}"', f'on = "{"a" * 40}…", {IDENTIFIER}'),
    ("programme", 'tier_multiplies = "order"', 'tier_multiplies = "order", must be a list'),
    ("programme", 'tier_multiplies = ["下单"]', f'tier_multiplies = "下单", {IDENTIFIER}'),
    ("programme", "tier_multiplies = [1]", f"tier_multiplies = 1, {TEXT}"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "message"), BAD_LINES)
def test_a_bad_line_is_explained(tmp_path: Path, kind: str, line: str, message: str) -> None:
    text = with_line(GOOD[kind], line)
    write(tmp_path, {**GOOD, kind: text})
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"config/{kind}.toml {LABELS[kind]}: {message}")


@pytest.mark.parametrize("key", ["id", "on", "name", "points"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    write(tmp_path, {**GOOD, "rule": RULE.replace(f"\n{key} = ", "\n# ")})
    label = "[[rule]] 1" if key == "id" else '[[rule]] "share"'
    assert faults(tmp_path) == [f"config/rule.toml {label}: {key} is missing (line 1)"]


@pytest.mark.parametrize("name", ["Share", "1st", "_x", "分享", "a-b", "a" * 41, ""])
def test_a_rule_of_a_bad_id_is_named_by_it(tmp_path: Path, name: str) -> None:
    write(tmp_path, {**GOOD, "rule": with_line(RULE, f'id = "{name}"')})
    (fault,) = faults(tmp_path)
    assert fault.startswith(f'config/rule.toml [[rule]] "{name[:40]}')
    assert IDENTIFIER in fault


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("streak_days = []", "streak_days = a list, must not be empty"),
        ("streak_days = [1]", "streak_days = 1, must be 2 or more"),
        ("streak_days = [3, 3651]", "streak_days = 3651, must be 3650 or less"),
        ('streak_days = ["3"]', f'streak_days = "3", {WHOLE}'),
        ("total_days = [0]", "total_days = 0, must be 1 or more"),
        ("total_days = [36501]", "total_days = 36501, must be 36500 or less"),
    ],
)
def test_the_wrong_one_of_a_list_of_days_is_named(tmp_path: Path, line: str, message: str) -> None:
    write(tmp_path, {**GOOD, "rule": with_line(GOOD["rule"], line)})
    assert faults(tmp_path) == [f'config/rule.toml [[rule]] "share": {message} (line 6)']


GOOD_VALUES = [
    ("rule", f'id = "{"a" * 40}"'),
    ("rule", f'name = "{"分" * 20}"'),
    ("rule", 'name = "👨\u200d👩\u200d👧 亲子❤️"'),
    ("rule", "points = 1"),
    ("rule", "points = 1_000_000_000"),
    ("rule", "every_streak_days = 2"),
    ("rule", "streak_days = [3650, 2]"),
    ("rule", "total_days = [1, 36500]"),
    ("make_up", "within_days = 365"),
    ("rule", "cap_points_daily = 20"),
    ("rule", "valid_days = 36500"),
    ("rule", 'reply = "{points}{total}{streak_days}{balance}{name}\\n"'),
    ("rule", 'goal = ""'),
    ("tier", "multiplier = 0.0001"),
    ("tier", "multiplier = 100"),
    ("tier", "multiplier = 1.10000000"),
    ("expiry", "restore_grace_days = 0"),
    ("expiry", "share_percent = 1"),
    ("expiry", "share_percent = 99"),
    ("programme", 'zone = "UTC"'),
    ("programme", 'zone = "America/Argentina/Buenos_Aires"'),
    ("programme", "tier_multiplies = []"),
]


@pytest.mark.parametrize(("kind", "line"), GOOD_VALUES)
def test_a_value_at_the_edge_of_what_is_allowed_is_taken(
    tmp_path: Path, kind: str, line: str
) -> None:
    write(tmp_path, {**GOOD, kind: with_line(GOOD[kind], line)})
    assert faults(tmp_path) == []


ALONE = "must stand beside valid_days or valid_until, it is a share of those"


@pytest.mark.parametrize("beside", ["", "inactive_days = 10\n", "restore_grace_days = 1\n"])
def test_a_share_of_nothing_that_expires_is_refused(tmp_path: Path, beside: str) -> None:
    write(tmp_path, {**GOOD, "expiry": f"[expiry]\n{beside}share_percent = 50\n"})
    at = 2 + beside.count("\n")
    assert faults(tmp_path) == [
        f"config/expiry.toml [expiry]: share_percent = 50, {ALONE} (line {at})"
    ]


def test_a_share_beside_what_has_a_fault_of_its_own_has_none(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "expiry": "[expiry]\nvalid_days = 0\nshare_percent = 50\n"})
    assert faults(tmp_path) == [
        "config/expiry.toml [expiry]: valid_days = 0, must be 1 or more (line 2)"
    ]


@pytest.mark.parametrize("until", ["quarter_end", "year_end"])
def test_a_share_of_what_goes_with_a_period_is_taken(tmp_path: Path, until: str) -> None:
    text = f'[expiry]\nvalid_until = "{until}"\nshare_percent = 50\n'
    write(tmp_path, {**GOOD, "expiry": text})
    assert load(tmp_path).share_percent == 50
