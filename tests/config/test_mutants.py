"""However a good programme is damaged, it stays sound, or what is wrong is said line by line."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.points.campaign import preview
from bot.points.types import MAX_POINTS, Programme
from config.extends import PRESETS, preset_ids
from config.loader import ConfigErrors, load, warnings

TEXTS = tuple(
    "\n".join(path.read_text("utf-8") for path in sorted(PRESETS.glob(f"{name}/*.toml")))
    for name in preset_ids()
)
"""Each shipped programme as one file."""
LINES = tuple({line: None for text in TEXTS for line in text.split("\n")})
LONGEST = max(map(len, TEXTS))
PLACES = {"points": 5, "total": 5, "streak_days": 7, "balance": 128, "days": 2, "name": "签到"}

PIECES = [
    b"\0", b"\r", b"\n", b"\t", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\x9c",
    b"[", b"]", b"[[", b"]]", b"{", b"}", b"=", b".", b",", b"#", b'"', b"'", b"'''", b'"""',
    b"\\", b"\\u0000", b"\\ud800", b"[[rule]]", b"[programme]", b"extends",
]  # fmt: skip
VALUES = [
    "0", "-1", "1", "2", "7", "1000000000", "1000000001", "9223372036854775808",
    "0xfffffffffffffffff", "1.5", "1e400", "-0.0", "nan", "-inf", "true", '""', '"10"', '"x"',
    '"{points}"', '"{point}"', '"{"', '"}"', '"{{}}"', r'"\n"', r'"\u202e"', '"𠮷𠮷"',
    '"checkin"', '"silver"', '"standard"', '"GMT+8"', '"UTC"', '"../x"', '"/"', "[]", '["a"]',
    '["周一"]', "[31]", '["02-29"]', '["12-25..01-03"]', '["00-30"]', '["06-01..06-1八"]',
    '["中秋"]', '["国庆", "国庆节"]', '["22:00..02:00"]', '["20:00..24:00"]', '["20:00..20:00"]',
    '["checkin"]', '["silver"]', "2026-06-01", "2026-06-18", '"2026-02-30"', "9999-12-31",
    '["wechat_inducement"]', '{ "美妆" = 2 }', '"deed"', "[[1]]",
    "[3, 7, 30]", "[7, 3]", "{}", "{a=1}", "2026-11-01", "2026-11-01T00:00:00Z",
    "00:00:00", "[", '"',
]  # fmt: skip
KEYS = [
    "id", "on", "name", "points", "zone", "extends", "every_streak_days", "cap_times_daily",
    "cap_points_daily", "valid_days", "valid_until", "share_percent", "inactive_days",
    "restore_grace_days",
    "streak_days", "every_total_days", "total_days", "within_days", "times_monthly",
    "from_points", "multiplier", "reply",
    "goal", "tier_multiplies", "enabled", "from_on", "until_on", "weekdays", "month_days",
    "yearly", "lunar", "festivals", "holidays", "hours", "rules", "rooms", "tiers", "bonus",
    "stack", "per", "from_units", "min_pictures", "invitee_points", "wait_days", "cooldown_s",
    "categories", "capped", "points_per_yuan", "accepts", "levels", "expirey_days", "a.b",
    "''", r'"\n"',
]  # fmt: skip
HEADINGS = [
    "[rule]", "[[rule]]", "[[campaign]]", "[[tier]]", "[[programme]]", "[expiry]", "[make_up]",
    "[x]", "[a.b]", "",
]  # fmt: skip

BYTES = st.lists(
    st.tuples(
        st.integers(0, 2 * LONGEST),
        st.integers(0, 30),
        st.sampled_from(PIECES) | st.binary(max_size=4),
    ),
    min_size=1,
    max_size=4,
)
EDITS = st.lists(
    st.tuples(
        st.integers(0, 2 * LONGEST),
        st.builds("{} = {}".format, st.sampled_from(KEYS), st.sampled_from(VALUES))
        | st.sampled_from(VALUES).map("= {}".format)
        | st.sampled_from(HEADINGS)
        | st.sampled_from(LINES),
    ),
    min_size=1,
    max_size=3,
)


def with_bytes(text: str, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Some bytes taken out and others put in."""
    content = text.encode()
    for place, length, piece in edits:
        at = place % (len(content) + 1)
        content = content[:at] + piece + content[at + length :]
    return content


def with_lines(text: str, edits: list[tuple[int, str]]) -> bytes:
    """Some lines replaced; one that begins with = keeps its key."""
    lines = text.split("\n")
    for place, line in edits:
        at = place % len(lines)
        lines[at] = lines[at].split(" = ")[0] + f" {line}" if line.startswith("=") else line
    return "\n".join(lines).encode()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "examples", [500, pytest.param(10_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
@pytest.mark.parametrize(
    "mutants",
    [
        st.builds(with_bytes, st.sampled_from(TEXTS), BYTES),
        st.builds(with_lines, st.sampled_from(TEXTS), EDITS),
    ],
    ids=["bytes", "lines"],
)
def test_a_damaged_programme_is_sound_or_refused(
    tmp_path: Path, mutants: st.SearchStrategy[bytes], examples: int
) -> None:
    @settings(max_examples=examples)
    @given(mutants)
    def sound_or_refused(content: bytes) -> None:
        (tmp_path / "all.toml").write_bytes(content)
        if (refused := refusal(tmp_path)) is None:
            assert_sound(load(tmp_path))
        else:
            assert len(str(refused).encode().splitlines()) == len(refused.errors) > 0

    sound_or_refused()


@pytest.mark.parametrize("text", TEXTS, ids=preset_ids())
def test_the_undamaged_programme_is_sound(tmp_path: Path, text: str) -> None:
    (tmp_path / "all.toml").write_text(text, "utf-8")
    assert_sound(load(tmp_path))


def refusal(folder: Path) -> ConfigErrors | None:
    try:
        load(folder)
    except ConfigErrors as refused:
        return refused
    return None


def assert_sound(programme: Programme) -> None:
    assert programme.rules or any("switched off" in one for one in warnings(programme))
    assert len({rule.id for rule in programme.rules}) == len(programme.rules)
    for rule in programme.rules:
        assert 0 <= rule.points <= MAX_POINTS
        assert rule.cap_points_daily is None or rule.cap_points_daily >= rule.points
        assert rule.name.strip()
        assert rule.name.isprintable()
        assert "{" not in rule.reply.format_map(PLACES) + rule.goal.format_map(PLACES)
    expiring = [programme.valid_days, programme.valid_until]
    if programme.share_percent is not None:
        assert 1 <= programme.share_percent <= 99
        assert expiring.count(None) == 1
    assert (*expiring, programme.inactive_days).count(None) >= 2
    assert_sound_campaigns(programme)
    assert all(tier.multiplier > 0 for tier in programme.tiers)
    assert not programme.tiers or programme.tiers[0].from_points == 0
    assert all(low.from_points < high.from_points for low, high in pairwise(programme.tiers))


def assert_sound_campaigns(programme: Programme) -> None:
    campaigns = programme.campaigns
    assert len({one.id for one in campaigns}) == len(campaigns)
    for one in campaigns:
        assert one.tiers <= {tier.id for tier in programme.tiers}
        assert one.multiplier is None or 1 < one.multiplier <= 100
        assert one.multiplier or one.bonus or one.points
        assert one.name.isprintable()
    shown = preview(campaigns, date(2028, 2, 25), date(2028, 3, 5))
    assert {run.campaign.id for run in shown} <= {one.id for one in campaigns if one.is_on}
    assert all(sentence.isprintable() for sentence in warnings(programme))
