"""`run` as a process whose programme is edited: SIGHUP, 重载, broken and half-written files."""

import os
import pty
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.dispatch import NOT_ADMIN
from config.loader import load
from tests.config.folder import PROGRAMME, TIER, write
from tests.started import Started, started, until

RULE = '[[rule]]\nid = "checkin"\non = "checkin"\nname = "签到"\npoints = 5\nreply = "+{total}"\n'
SECOND = RULE.replace("checkin", "profile").replace("签到", "绑定")
OLD = RULE + SECOND + 'per = "deed"\n'
NEW = OLD.replace("5", "8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "rules"
    found.mkdir()
    write(found, {"programme": PROGRAMME, "rule": OLD, "tier": TIER})
    return found


@pytest.fixture
def bot(tmp_path: Path, folder: Path) -> Iterator[Started]:
    with started(tmp_path / "bot", JIFEN_CONFIG_DIR="../rules") as one:
        yield one.serving()


def answer(bot: Started, speaker: str, text: str) -> str:
    """What the bot says to it."""
    said = bot.say(speaker, text)
    until(lambda: said in bot.replies())
    return bot.replies()[said]


def reloads(bot: Started) -> list[dict[str, Any]]:
    """What the log tells of them."""
    return [line for line in bot.lines if "reloaded" in line["event"]]


def versions(bot: Started) -> list[str]:
    """In force after each."""
    return [line["version"] for line in reloads(bot)]


def reloaded(bot: Started) -> dict[str, Any]:
    """Has it read the files, by the signal; what the log says of it."""
    before = len(reloads(bot))
    bot.signal(signal.SIGHUP)
    until(lambda: len(reloads(bot)) > before)
    return reloads(bot)[-1]


def test_sighup_swaps_the_programme_and_a_broken_one_keeps_it(bot: Started, folder: Path) -> None:
    old = load(folder).version
    assert answer(bot, "xiaomei", "签到") == "+5"
    write(folder, {"rule": NEW})
    new = load(folder).version
    line = reloaded(bot)
    assert (line["level"], line["event"], line["result"]) == ("info", "reloaded", "swapped")
    assert (line["version"], line["was"], line["warnings"]) == (new, old, 1)
    assert answer(bot, "aqiang", "签到") == "+8"
    assert reloaded(bot)["result"] == "unchanged"

    write(folder, {"rule": NEW + 'points = "机密"\n', "tier": TIER.replace("= 0", "= -1")})
    line = reloaded(bot)
    assert (line["level"], line["event"], line["version"]) == ("error", "not reloaded", new)
    assert (line["faults"], line["places"]) == (
        2,
        ["rules/rule.toml:14", "rules/tier.toml:4 from_points"],
    )
    assert "机密" not in bot.log
    assert answer(bot, "mumu", "签到") == "+8"

    folder.rename(folder.with_name("away"))
    assert reloaded(bot)["places"] == ["rules"]
    folder.with_name("away").rename(folder)
    write(folder, {"rule": OLD, "tier": TIER})
    assert reloaded(bot)["version"] == old
    assert answer(bot, "laozhou", "签到") == "+5"
    metrics = bot.get("/metrics")[1]
    for result, times in (("swapped", 2), ("unchanged", 1), ("refused", 2)):
        assert f'jifen_reloads_total{{result="{result}"}} {times}.0' in metrics
    assert bot.get("/healthz")[0] == 200
    assert bot.stopped() == 0


def test_the_owner_types_it_and_nobody_else(bot: Started, folder: Path) -> None:
    write(folder, {"rule": NEW})
    assert answer(bot, "xiaomei", "重载") == NOT_ADMIN
    assert answer(bot, "xiaomei", "签到") == "+5"
    assert answer(bot, "laozhou", "重载").startswith("已重载:测试,版本 ")
    assert answer(bot, "aqiang", "签到") == "+8"
    write(folder, {"rule": RULE[:40]})
    said = answer(bot, "laozhou", "重载")
    assert said.startswith("没有重载,还用版本 ")
    assert str(folder.parent) not in said
    assert answer(bot, "mumu", "签到") == "+8"


def test_while_files_are_written_every_message_is_answered_by_a_whole_programme(
    bot: Started, folder: Path
) -> None:
    answers: list[str] = []
    failed: list[BaseException] = []
    is_over = threading.Event()

    def talk(speaker: str) -> None:
        try:
            while not is_over.is_set():
                answers.append(answer(bot, speaker, "规则"))
        except BaseException as error:
            failed.append(error)

    wholes = [answer(bot, "xiaomei", "规则")]
    talkers = [threading.Thread(target=talk, args=(one,)) for one in ("xiaomei", "aqiang")]
    for talker in talkers:
        talker.start()
    file = folder / "rule.toml"
    for whole in (NEW, OLD, NEW, OLD, NEW):
        told = len(answers)
        with file.open("wb", buffering=0) as saved:  # empty from here on
            bot.signal(signal.SIGHUP)
            saved.write(whole[: len(RULE)].encode())  # a programme by itself, that nobody meant
            bot.signal(signal.SIGHUP)
            saved.write(whole[len(RULE) :].encode())
        until(lambda: versions(bot)[-1:] == [load(folder).version])
        until(lambda told=told: len(answers) > told)  # type: ignore[misc]
    is_over.set()
    for talker in talkers:
        talker.join()
    assert not failed
    wholes.append(answer(bot, "xiaomei", "规则"))
    assert ("+5" in wholes[0], "+8" in wholes[1]) == (True, True)
    assert set(answers) <= set(wholes)
    assert len(answers) > 20
    assert {line["result"] for line in reloads(bot)} <= {"swapped", "unchanged"}
    assert bot.stopped() == 0


def test_a_terminal_that_is_closed_takes_the_bot_with_it(tmp_path: Path, folder: Path) -> None:
    terminal, theirs = pty.openpty()
    with ExitStack() as stack:
        stack.callback(os.close, theirs)
        bot = stack.enter_context(
            started(tmp_path / "bot", JIFEN_CONFIG_DIR="../rules", stdin=theirs)
        ).serving()
        assert reloaded(bot)["result"] == "unchanged"
        os.close(terminal)
        bot.signal(signal.SIGHUP)
        assert bot.ended() == 0
        assert [line["event"] for line in bot.lines][-1] == "stopped"
