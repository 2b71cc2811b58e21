"""OneBot for long: what a week does to a connection, in seconds."""

import asyncio
import gc
import random
import tracemalloc

import pytest

from bot.channels.onebot import channel as channel_module
from bot.extend import Refused, Unreachable
from tests.channels.onebot_bot import Bot, onebot
from tests.channels.onebot_frames import MEMBER, ROOM, group_message, heartbeat, private_message
from tests.channels.onebot_peer import Peer, failed

ROUNDS = 400
HOSTILE = (
    "{",
    "[]",
    '{"post_type": "message"}',
    '{"echo": "1"}',
    '{"post_type": []}',
    "x" * 2_000,
)


class Week:
    """One implementation after the other, and everything that was told and heard."""

    def __init__(self, bot: Bot, chance: random.Random) -> None:
        self.bot, self.chance = bot, chance
        self.told = 0
        self.heard: list[int] = []
        self.said = self.refused = self.unreachable = 0

    async def run(self, peer: Peer) -> Peer:
        """One thing that happens; the implementation that is there then."""
        happening = self.chance.choice([self.talk, self.talk, self.speak, self.speak, self.noise])
        if self.chance.random() < 0.15:
            happening = self.chance.choice([self.cut, self.replaced, self.hang])
        return await happening(peer)

    async def talk(self, peer: Peer) -> Peer:
        """People talk, and all of it is heard, in order."""
        first, self.told = self.told, self.told + self.chance.randint(1, 40)
        said = range(first, self.told)
        await peer.tell(*(group_message(str(one), user_id=MEMBER + one % 50) for one in said))
        for one in said:
            while (heard := await self.bot.next()).is_self:
                pass
            assert heard.text == str(one)
            self.heard.append(one)
        return peer

    async def speak(self, peer: Peer) -> Peer:
        """The bot speaks, and is now and then refused."""
        if self.chance.random() < 0.2:
            peer.answers["send_group_msg"] = lambda _: failed(120, "风控")
            with pytest.raises(Refused):
                await self.bot.say("+5")
            self.refused += 1
        peer.answers["send_group_msg"] = Peer().answers["send_group_msg"]
        await self.bot.say("+5", str(ROOM), str(MEMBER))
        self.said += 1
        return peer

    async def noise(self, peer: Peer) -> Peer:
        """What is no frame, or nobody's business."""
        for _ in range(20):
            await peer.send_raw(self.chance.choice(HOSTILE))
        await peer.tell(heartbeat(60_000))
        return peer

    async def cut(self, peer: Peer) -> Peer:
        """The line is cut while the bot speaks."""
        peer.answers["send_group_msg"] = lambda _: None
        speaking = asyncio.ensure_future(self.bot.say("+5"))
        await asyncio.sleep(0)
        peer.cut()
        return await self.lost(peer, speaking)

    async def hang(self, peer: Peer) -> Peer:
        """The implementation answers no more."""
        peer.answers["send_group_msg"] = lambda _: None
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(channel_module, "SEND_S", 0.05)
            return await self.lost(peer, asyncio.ensure_future(self.bot.say("+5")))

    async def lost(self, peer: Peer, speaking: "asyncio.Future[None]") -> Peer:
        """What was to be said may be said later, and another connection comes."""
        with pytest.raises(Unreachable):
            await speaking
        self.unreachable += 1
        await peer.close()
        return await self.bot.meet()

    async def replaced(self, peer: Peer) -> Peer:
        """The implementation is started anew before its old connection is gone."""
        new = await self.bot.meet()
        await asyncio.wait_for(peer.gone.wait(), 10)
        await peer.close()
        return new


@pytest.mark.slow
async def test_a_week_of_faults_loses_nothing_that_was_heard_and_leaves_nothing_behind() -> None:
    tracemalloc.start()
    async with onebot() as bot:
        week = Week(bot, random.Random(20261101))
        peer = await bot.meet()
        sizes, tasks = [], []
        for round_ in range(ROUNDS):
            peer = await week.run(peer)
            if round_ % 100 == 99:
                bot.heard.clear()
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
                tasks.append(len(asyncio.all_tasks()))
        await peer.tell(private_message("完", user_id=5))
        while (heard := await bot.next()).is_self:
            pass
        assert heard.text == "完"
        await peer.close()
    tracemalloc.stop()
    assert week.heard == list(range(week.told))
    assert min(week.said, week.refused, week.unreachable) > 10
    assert tasks[-1] <= tasks[0] + 2
    assert sizes[-1] - sizes[0] < 2_000_000
