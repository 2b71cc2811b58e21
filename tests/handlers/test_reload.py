"""重载: old prices before it, new ones after it, and nothing at all from files that are wrong."""

from functools import partial
from pathlib import Path

import pytest

from bot.dispatch import NOT_ADMIN
from bot.points.summary import read_summary
from bot.points.types import Programme
from config.loader import load
from config.reload import read_again
from tests.chat import SUPERUSER, Chat
from tests.config.folder import CAMPAIGN, EXPIRY, PROGRAMME, TIER, write

RULE = '[[rule]]\nid = "checkin"\non = "checkin"\nname = "每日签到"\npoints = 5\n'
RULE += 'reply = "+{total} 积分"\n'
OVER = CAMPAIGN + "until_on = 2026-10-01\n"
"""A campaign that is over."""
KINDS = frozenset({"checkin", "order"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The programme's files, where an operator edits them."""
    found = tmp_path / "rules"
    found.mkdir()
    files = {"programme": PROGRAMME, "rule": RULE, "campaign": OVER, "tier": TIER}
    write(found, {**files, "expiry": EXPIRY})
    return found


@pytest.fixture
def programme(folder: Path) -> Programme:
    return load(folder)


@pytest.fixture(autouse=True)
def _looks_at_the_folder(chat: Chat, folder: Path) -> None:
    load_again = partial(load, folder, "rules")
    chat.read_again = partial(read_again, load_again, kinds=KINDS, rest_s=0)


def change(folder: Path, was: str, now: str) -> None:
    """Saves the rule's file with one line changed."""
    file = folder / "rule.toml"
    assert was in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(was, now), "utf-8")


def versions(chat: Chat) -> list[object]:
    """By which version each activity was judged."""
    return [version for (version,) in chat.rows("SELECT programme FROM activity ORDER BY id")]


def test_old_prices_before_and_new_ones_after(
    chat: Chat, folder: Path, programme: Programme
) -> None:
    write(folder, {"campaign": ""})
    change(folder, "points = 5", "points = 8")
    assert chat("小美", "签到") == ["+5 积分"]
    new = load(folder).version
    assert chat("店长", "重载", admin=True) == [f"已重载:测试,版本 {new},规则 1 条,活动 0 个"]
    assert chat("阿强", "签到") == ["+8 积分"]
    assert versions(chat) == [programme.version, new]
    assert chat("店长", "重载", admin=True) == [f"规则文件没有变化,还是版本 {new}"]
    assert chat("店长", "规则")[0].split("\n")[1].startswith("每日签到:+8")


def test_the_ledger_notes_the_new_programme_at_once(chat: Chat, folder: Path) -> None:
    chat("小美", "签到")
    write(folder, {"tier": TIER.replace("普通", "新人")})
    chat("店长", "重载", admin=True)
    [(noted,)] = chat.rows("SELECT programme FROM community")
    assert [tier.name for tier in read_summary(str(noted)).tiers] == ["新人"]
    assert load(folder).version in str(noted)


def test_all_faults_are_counted_and_the_first_are_shown(
    chat: Chat, folder: Path, programme: Programme
) -> None:
    chat("小美", "签到")
    change(folder, "points = 5", "points = -1\nwhat = 1\nvalid_days = 0\ngoal = 3")
    write(folder, {"tier": TIER.replace("0\n", "1\n"), "expiry": "[expiry]\nvalid_day = 365\n"})
    write(folder, {"campaign": CAMPAIGN.replace("multiplier = 2", "multiplier = -2")})
    [said] = chat("店长", "重载", admin=True)
    first, *shown, left = said.split("\n")
    assert first == f"没有重载,还用版本 {programme.version},规则文件有 7 处要改:"
    assert shown[2] == (
        'rules/rule.toml [[rule]] "checkin": points = -1, must be 0 or more (line 5)'
    )
    assert len(shown) == 5
    assert left == "还有 2 处"
    assert chat("阿强", "签到") == ["+5 积分"]
    assert versions(chat) == [programme.version] * 2


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("rule", "", "has no [[rule]] table"),
        ("rule", RULE[: len(RULE) // 2], "rules/rule.toml"),
        ("rule", b"\xff\xfe", "UTF-8"),
        ("rule", RULE.replace("points = 5", 'points = "5"'), 'points = "5"'),
        ("programme", PROGRAMME.replace('zone = "Asia/Shanghai"\n', ""), "zone"),
    ],
)
def test_a_broken_folder_keeps_the_old_programme(
    chat: Chat, folder: Path, file: str, content: bytes | str, fault: str
) -> None:
    write(folder, {file: content})
    [said] = chat("店长", "重载", admin=True)
    assert said.startswith("没有重载,")
    assert fault in said
    assert str(folder.parent) not in said
    assert chat("小美", "签到") == ["+5 积分"]


def test_a_folder_that_is_gone_keeps_the_old_programme(chat: Chat, folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    [said] = chat("店长", "重载", admin=True)
    assert said.split("\n")[1:] == ["rules: no such folder"]
    assert chat("小美", "签到") == ["+5 积分"]


def test_another_zone_than_the_ledger_s_is_refused(chat: Chat, folder: Path) -> None:
    chat("小美", "签到")
    write(folder, {"programme": PROGRAMME.replace("Asia/Shanghai", "Asia/Tokyo")})
    [said] = chat("店长", "重载", admin=True)
    assert said.split("\n")[1:] == [
        '[programme]: zone = "Asia/Tokyo", must stay "Asia/Shanghai", '
        "by which this ledger keeps its days"
    ]
    assert chat.bot.posting.programme.zone.key == "Asia/Shanghai"


def test_what_is_allowed_and_hardly_meant_is_told(chat: Chat, folder: Path) -> None:
    more = "".join(RULE.replace("checkin", kind) for kind in ("chekin", "a", "b", "c"))
    write(folder, {"rule": RULE + more})
    [said] = chat("店长", "重载", admin=True)
    lines = said.split("\n")
    assert lines[0].startswith("已重载:测试,")
    assert lines[1] == '提醒:5 rules are called "每日签到", members cannot tell them apart'
    assert [line[:3] for line in lines[1:4]] == ["提醒:"] * 3
    assert lines[4] == "还有 2 条提醒"
    assert len(lines) == 5


def test_members_cannot_and_superusers_can_from_anywhere(chat: Chat, folder: Path) -> None:
    change(folder, "points = 5", "points = 8")
    assert chat("小美", "重载") == [NOT_ADMIN]
    assert chat("小美", "重载", role="admin", private=True) == [NOT_ADMIN]
    assert chat("小美", "签到") == ["+5 积分"]
    assert chat(SUPERUSER, "重载", private=True)[0].startswith("已重载:")
    assert chat("阿强", "签到") == ["+8 积分"]


def test_the_message_again_reads_nothing(chat: Chat, folder: Path) -> None:
    assert len(chat("店长", "重载", admin=True, id="same")) == 1
    change(folder, "points = 5", "points = 8")
    assert chat("店长", "重载", admin=True, id="same") == []
    assert chat("小美", "签到") == ["+5 积分"]


def test_what_a_rule_paid_is_explained_after_the_rule_is_gone(chat: Chat, folder: Path) -> None:
    chat("小美", "签到")
    write(folder, {"rule": RULE.replace("checkin", "order")})
    chat("店长", "重载", admin=True)
    assert chat("小美", "明细")[0].startswith("+5 ")
    assert "5" in chat("小美", "为什么")[0]
    assert chat("阿强", "签到") == []
