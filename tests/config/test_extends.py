"""A folder that extends a preset states its differences, and everything else is the preset's."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.points.pacing import Pacing
from bot.points.types import MakeUp
from config import extends
from config.extends import PRESETS
from config.loader import load, load_preset
from tests.config.folder import RULE, faults, write

OWN = RULE.replace("share", "knitting")

EXTENDS = '[programme]\nextends = "standard"\n'


def test_a_folder_that_only_extends_is_the_preset_under_another_version(tmp_path: Path) -> None:
    write(tmp_path, {"programme": EXTENDS})
    standard, own = load_preset("standard"), load(tmp_path)
    assert replace(own, version=standard.version) == standard
    assert own.version != standard.version


def test_a_rule_of_the_same_id_replaces_single_keys_in_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"programme": EXTENDS, "rules": '[[rule]]\nid = "checkin"\npoints = 8\n'})
    checkin, *others = load_preset("standard").rules
    assert load(tmp_path).rules == (replace(checkin, points=8), *others)


def test_the_days_that_a_rule_pays_for_replace_those_of_the_preset(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "checkin_streak"\nstreak_days = [3, 7, 30]\n'
    write(tmp_path, {"programme": EXTENDS, "rules": rule})
    checkin, streak, *others = load_preset("standard").rules
    changed = replace(streak, every_streak_days=None, streak_days=(3, 7, 30))
    assert load(tmp_path).rules == (checkin, changed, *others)


def test_what_points_wait_for_replaces_what_they_wait_for_in_the_preset(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "order"\nwait_for = "completed"\n'
    write(tmp_path, {"programme": EXTENDS, "rules": rule})
    [order] = [rule for rule in load(tmp_path).rules if rule.id == "order"]
    assert (order.wait_days, order.wait_for) == (None, "completed")


def test_where_no_admin_decides_any_more_the_choices_go(tmp_path: Path) -> None:
    programme = '[programme]\nextends = "home"\nname = "测试"\n'
    write(tmp_path, {"programme": programme, "rules": '[[rule]]\nid = "review"\nwait_days = 3\n'})
    [review] = [rule for rule in load(tmp_path).rules if rule.id == "review"]
    assert (review.wait_days, review.wait_for, review.choices) == (3, None, ())
    write(tmp_path, {"rules": '[[rule]]\nid = "review"\ncap_times_daily = 1\n'})
    [review] = [rule for rule in load(tmp_path).rules if rule.id == "review"]
    assert review.choices == (50, 100, 200, 300)


def test_making_up_replaces_single_keys_or_is_switched_off(tmp_path: Path) -> None:
    write(tmp_path, {"programme": EXTENDS, "make_up": "[make_up]\npoints = 10\n"})
    assert load(tmp_path).make_up == MakeUp(10, 7, times_monthly=2)
    write(tmp_path, {"make_up": "[make_up]\nenabled = false\n"})
    assert load(tmp_path).make_up is None


def test_a_rule_of_another_id_comes_after_those_of_the_preset(tmp_path: Path) -> None:
    write(tmp_path, {"programme": EXTENDS, "rules": OWN})
    below = [rule.id for rule in load_preset("standard").rules]
    assert [rule.id for rule in load(tmp_path).rules] == [*below, "knitting"]


def test_a_rule_of_the_preset_is_switched_off_and_a_campaign_may_still_name_it(
    tmp_path: Path,
) -> None:
    off = '[[rule]]\nid = "share"\nenabled = false\n'
    on = '[[campaign]]\nid = "wednesday_share"\nenabled = true\nrules = ["share", "post"]\n'
    write(tmp_path, {"programme": EXTENDS, "rules": off + on})
    programme, below = load(tmp_path), load_preset("standard").rules
    assert programme.rules == tuple(rule for rule in below if rule.id != "share")
    [wednesday] = (one for one in programme.campaigns if one.is_on and not one.birthday)
    affected = [rule.id for rule in programme.rules if wednesday in programme.campaigns_on(rule)]
    assert (wednesday.rules, affected) == ({"share", "post"}, ["post"])


@pytest.mark.parametrize(
    ("id", "key"), [("invite_first_order", "invitee_points"), ("review", "min_pictures")]
)
def test_a_zero_takes_back_what_the_preset_gives_or_asks_for(
    tmp_path: Path, id: str, key: str
) -> None:
    rule = f'[[rule]]\nid = "{id}"\n{key} = 0\n'
    write(tmp_path, {"programme": EXTENDS, "rules": rule})
    [changed] = (rule for rule in load(tmp_path).rules if rule.id == id)
    [below] = (rule for rule in load_preset("standard").rules if rule.id == id)
    assert below == replace(changed, **{key: getattr(below, key)})
    assert getattr(changed, key) is None


def test_an_expiry_table_replaces_that_of_the_preset(tmp_path: Path) -> None:
    write(tmp_path, {"programme": EXTENDS + "[expiry]\nrestore_grace_days = 3\n"})
    programme = load(tmp_path)
    assert (programme.valid_days, programme.restore_grace_days) == (None, 3)


def test_a_pacing_table_replaces_that_of_the_preset(tmp_path: Path) -> None:
    write(tmp_path, {"a": EXTENDS + "[pacing]\ngap_ms = 2000\n"})
    assert load(tmp_path).pacing == Pacing(gap_ms=2_000)


def test_tiers_replace_those_of_the_preset_together(tmp_path: Path) -> None:
    tier = '[[tier]]\nid = "silver"\nname = "新人"\nfrom_points = 0\n'
    write(tmp_path, {"programme": EXTENDS, "tiers": tier})
    assert [(tier.id, tier.multiplier) for tier in load(tmp_path).tiers] == [("silver", 1)]


def test_a_fault_is_laid_to_the_folder_that_differs(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "checkin"\ncap_points_daily = 3\n'
    write(tmp_path, {"programme": EXTENDS, "rules": rule})
    assert faults(tmp_path) == [
        'config/rules.toml [[rule]] "checkin": cap_points_daily = 3, '
        "must not be less than points = 5 (line 3)"
    ]


def test_a_misspelt_preset_is_the_only_fault_that_is_told(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "checkin"\npoints = 8\n'
    write(tmp_path, {"programme": EXTENDS.replace("standard", "standrd"), "rules": rule})
    assert faults(tmp_path) == [
        'config/programme.toml [programme]: extends = "standrd", is no preset, '
        'did you mean "standard"? (line 2)'
    ]


def test_the_version_covers_the_preset_below(tmp_path: Path, shelf: Path) -> None:
    write(tmp_path, {"programme": EXTENDS})
    before = load(tmp_path).version
    with (shelf / "standard/rules.toml").open("a") as stream:
        stream.write("# 改过\n")
    assert load(tmp_path).version != before


def test_a_preset_may_extend_another(tmp_path: Path, shelf: Path) -> None:
    (shelf / "bakery").mkdir()
    write(shelf / "bakery", {"programme": EXTENDS, "rules": OWN})
    write(tmp_path, {"programme": '[programme]\nextends = "bakery"\nname = "零食铺"\n'})
    programme = load(tmp_path)
    assert programme.name == "零食铺"
    below = [rule.id for rule in load_preset("standard").rules]
    assert [rule.id for rule in programme.rules] == [*below, "knitting"]


def test_a_preset_that_extends_itself_is_refused(tmp_path: Path, shelf: Path) -> None:
    with_itself = (shelf / "standard/programme.toml").read_text("utf-8") + 'extends = "standard"\n'
    (shelf / "standard/programme.toml").write_text(with_itself, "utf-8")
    write(tmp_path, {"programme": EXTENDS})
    (fault,) = faults(tmp_path)
    assert 'extends = "standard", must not come back to itself' in fault


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped presets, where a test may change them."""
    shelf = tmp_path_factory.mktemp("presets")
    shutil.copytree(PRESETS, shelf, dirs_exist_ok=True)
    monkeypatch.setattr(extends, "PRESETS", shelf)
    return shelf
