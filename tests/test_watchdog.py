"""What hangs is shown and ended, for whoever restarts the bot; what is only slow is not."""

import signal
import time
from contextlib import suppress
from pathlib import Path

from bot.watchdog import FROZEN, HUNG
from tests.started import Started, started, until
from tests.test_serving import LEAVES_S, messages

HANGING = """
    import re, time
    import handlers.commands.balance
    from bot.__main__ import main
    from bot.channels.sandbox import Sandbox
    from bot.extend import command

    @command("转圈")
    def spin(context):
        while True:
            pass

    @command("死磕")
    def backtrack(context):
        re.match("(a+)+$", "a" * 60 + "b")

    handlers.commands.balance.spin = spin
    handlers.commands.balance.backtrack = backtrack
    send = Sandbox.send

    async def block(self, said):
        if said.reply.text.startswith("今天已经"):
            time.sleep(600)
        await send(self, said)

    Sandbox.send = block
    main()
"""


def hung(bot: Started) -> list[object]:
    """What the log says of the part that hung."""
    [line] = [line for line in bot.log.splitlines() if '"event":"hung"' in line]
    return [word for word in ("writer", "event loop") if f'"part":"{word}"' in line]


def test_a_handler_that_never_ends_is_shown_and_ended(tmp_path: Path) -> None:
    with started(tmp_path, script=HANGING, JIFEN_WATCHDOG_S="1") as bot:
        fine = bot.serving().say("xiaomei", "签到")
        until(lambda: fine in bot.replies())
        began = time.monotonic()
        bot.say("xiaomei", "转圈")
        assert bot.ended() == HUNG
        assert time.monotonic() - began > 1
        assert hung(bot) == ["writer"]
        assert "in spin" in bot.log
        assert "in _run_batch" in bot.log
    assert fine in messages(tmp_path)


def test_a_blocked_event_loop_is_shown_and_ended(tmp_path: Path) -> None:
    with started(tmp_path, script=HANGING, JIFEN_WATCHDOG_S="1") as bot:
        bot.serving()
        for _ in range(2):  # the second answer is the one that blocks
            bot.say("xiaomei", "签到")
        assert bot.ended() == HUNG
        assert hung(bot) == ["event loop"]
        assert "in block" in bot.log


def test_even_what_never_lets_go_of_the_interpreter_is_ended(tmp_path: Path) -> None:
    with started(tmp_path, script=HANGING, JIFEN_WATCHDOG_S="1") as bot:
        bot.serving()
        began = time.monotonic()
        with suppress(OSError):  # it may freeze before it has answered
            bot.say("xiaomei", "死磕")
        assert bot.ended() == 1
        assert time.monotonic() - began > FROZEN
        assert "Timeout (0:00:04.250000)!" in bot.log
        assert "in backtrack" in bot.log


def test_a_process_that_was_stopped_and_goes_on_is_not_taken_for_hung(tmp_path: Path) -> None:
    with started(tmp_path, JIFEN_WATCHDOG_S="1") as bot:
        bot.serving().signal(signal.SIGSTOP)
        end = time.monotonic() + 2
        until(lambda: time.monotonic() > end)
        bot.signal(signal.SIGCONT)
        said = bot.say("xiaomei", "签到")
        until(lambda: said in bot.replies())
        assert bot.stopped() == 0


def test_a_hanging_handler_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    with started(tmp_path, script=HANGING) as bot:
        fine = bot.serving().say("xiaomei", "签到")
        until(lambda: fine in bot.replies())
        bot.say("xiaomei", "转圈")
        began = time.monotonic()
        assert bot.stopped() == 1
        assert time.monotonic() - began < LEAVES_S + 0.5
        assert '"event":"left too early","operations":1' in bot.log
    assert messages(tmp_path) == {fine}
