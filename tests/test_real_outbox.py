"""A grant in a real group: the bot is killed while the platform has not answered yet, and the next
one tells the group when it is there again."""

import json
import signal
from pathlib import Path

from bot.clock import system_now
from store.database import Database
from tests.channels.onebot_frames import ADMIN, MEMBER, ROOM, group_message, segment, sender
from tests.channels.onebot_peer import Peer
from tests.started import Started, started, until
from tests.test_real_channels import LISTED, TOKEN, door


async def test_the_group_hears_of_a_grant_whose_answer_a_kill_has_cut_off(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    folder, port = tmp_path / "bot", str(unused_tcp_port)
    with started(folder, PORT=port, **LISTED) as bot:
        first = await met(bot)
        first.answers["send_group_msg"] = lambda _: None
        boss = sender(user_id=ADMIN, role="owner")
        words = ("加分 ", segment("at", qq=str(MEMBER)), " 30 帮忙")
        at = int(system_now().timestamp())
        await first.tell(group_message(*words, time=at, user_id=ADMIN, sender=boss))
        told = await heard(first)
        bot.signal(signal.SIGKILL)
        assert bot.ended() == -signal.SIGKILL
        await first.close()
    assert states(folder) == ["waiting"]
    with started(folder, PORT=port, **LISTED) as bot:
        second = await met(bot)
        assert await heard(second) == told
        until(lambda: states(folder) == ["sent"])
        await second.close()
        assert bot.stopped() == 0


async def met(bot: Started) -> Peer:
    """An implementation that has come in."""
    bot.serving()
    peer = Peer()
    await peer.connect(door(bot), TOKEN)
    await peer.meets()
    return peer


async def heard(peer: Peer) -> str:
    """What the group is told next, of the points given."""
    action, told = await peer.next_call()
    assert (action, told["group_id"]) == ("send_group_msg", ROOM)
    text = json.dumps(told["message"], ensure_ascii=False)
    assert "+30 积分" in text
    return text


def states(folder: Path) -> list[object]:
    """Of what is kept."""
    database = Database(f"sqlite:///{folder / 'data' / 'jifenbot.db'}")
    connection = database.connect_to_read()
    try:
        return [state for (state,) in connection.rows("SELECT state FROM outbox ORDER BY id")]
    finally:
        connection.close()
