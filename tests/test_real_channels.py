"""`run` with a real channel: what it opens and shows, and that points are earned there."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

from bot.clock import system_now
from tests.channels.onebot_frames import ADMIN, MEMBER, ROOM, Frame, group_message, invited
from tests.channels.onebot_peer import Peer
from tests.started import Started, started, until

TOKEN = "0d1c2b3a4f5e6978"
LISTED = {
    "ONEBOT_ACCESS_TOKEN": TOKEN,
    "JIFEN_ROOMS": f"onebot:{ROOM}",
    "SUPERUSERS": f"onebot:{ADMIN}",
}


@pytest.fixture
def bot(tmp_path: Path, unused_tcp_port: int) -> Iterator[Started]:
    with started(tmp_path / "bot", PORT=str(unused_tcp_port), **LISTED) as one:
        yield one.serving()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    yield peer
    await peer.close()


def door(bot: Started) -> str:
    return f"ws://{bot.address}/onebot/v11/ws"


def said(text: str, **more: object) -> Frame:
    return group_message(text, time=int(system_now().timestamp()), **more)


def parts(bot: Started) -> dict[str, str]:
    status, text = bot.get("/healthz")
    assert status == 200
    found: dict[str, str] = json.loads(text)["parts"]
    return found


def examined(bot: Started) -> tuple[int, list[str]]:
    """What `doctor` says beside the bot."""
    port = bot.address.rpartition(":")[2]
    one = Started(bot.folder, "doctor", PORT=port, **LISTED)
    out, _ = one.process.communicate(timeout=60)
    assert one.log == ""
    return one.process.returncode, out.decode().splitlines()


async def test_an_implementation_comes_in_and_a_check_in_is_answered(
    bot: Started, peer: Peer
) -> None:
    assert bot.said.startswith("打开状态页: ")
    assert parts(bot)["onebot"] == "waiting: no implementation has connected yet"
    for token in ("", "another-token"):
        with pytest.raises(WSServerHandshakeError):
            await peer.connect(door(bot), token)
    await peer.connect(door(bot), TOKEN)
    await peer.meets()
    await peer.tell(said("签到"), said("签到", group_id=ROOM + 1, user_id=2))
    action, told = await peer.next_call()
    assert (action, told["group_id"]) == ("send_group_msg", ROOM)
    assert "+5 积分" in json.dumps(told["message"], ensure_ascii=False)
    await peer.tell(invited(MEMBER, "a stranger's"), invited(ADMIN, "a superuser's"))
    action, told = await peer.next_call()
    assert (action, told["flag"]) == ("set_group_add_request", "a superuser's")
    assert parts(bot)["onebot"] == "ok"
    metrics = bot.get("/metrics")[1]
    assert 'jifen_channel_up{channel="onebot"} 1.0' in metrics
    assert 'jifen_channel_reconnects{channel="onebot"} 0.0' in metrics
    state = json.loads(bot.get("/overview/state")[1])
    assert state["channels"] == [{"name": "onebot", "trouble": "", "reconnects": 0}]
    assert [room["id"] for room in state["rooms"]] == [str(ROOM)]
    data = bot.folder / "data"
    assert {path.name for path in data.glob("*.db")} == {"jifenbot.db"}
    assert bot.stopped() == 0


@pytest.mark.slow
async def test_an_implementation_that_goes_away_is_waited_for(bot: Started, peer: Peer) -> None:
    """A new start of the bot would not bring it back, so /healthz asks for none."""
    await peer.connect(door(bot), TOKEN)
    await peer.meets()
    code, lines = examined(bot)
    assert (code, "✓ OneBot 已经连进来了（反向 WebSocket）" in lines) == (0, True)
    assert f"✓ 机器人正在运行，网页在 http://{bot.address}" in lines
    assert "✓ 开通的群 1 个" in lines
    peer.cut()
    until(lambda: parts(bot)["onebot"] != "ok")
    assert parts(bot)["onebot"].startswith("waiting: ")
    assert 'jifen_channel_up{channel="onebot"} 0.0' in bot.get("/metrics")[1]
    code, lines = examined(bot)
    assert code == 1
    [wrong] = [line for line in lines if line.startswith("✗")]
    assert wrong.startswith("✗ OneBot 接通过，现在不行（账号 10001 没有连上）")
    assert "看 OneBot 那边是不是还开着" in wrong


async def test_the_page_of_the_sandbox_is_not_there(bot: Started) -> None:
    assert "运行状态" in bot.get("/")[1]
    assert bot.get("/sandbox/state")[0] == 404
