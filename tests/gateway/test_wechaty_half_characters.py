"""Half a character, which is what a platform leaves that cuts a text in the middle of an emoji."""

import pytest

from tests.gateway.gateway import Gateway
from tests.gateway.listening import listening
from tests.gateway.test_wechaty import ROOM, furnish

pytestmark = pytest.mark.gateway

HALF = "\ud83d"
"""Of 😀, in the text of a program that counts in halves."""


async def test_it_stands_in_texts_and_names_as_what_cannot_be_read(gateway: Gateway) -> None:
    await furnish(gateway)
    await gateway.contacts({"mei": f"小美{HALF}"})
    await gateway.room(ROOM, ["bot", "mei"], topic=f"早起群{HALF}", owner="mei")
    async with listening(gateway.endpoint, gateway.token) as bot:
        await bot.ready()
        await gateway.say("mei", ROOM, f"签到{HALF}")
        heard = await bot.next()
        assert heard.text.rstrip("\ufffd") == "签到"
        assert heard.sender_name.rstrip("\ufffd") == "小美"
        assert heard.role == "owner"
        assert bot.channel.reconnects == 0
