"""A bot of nonebot's that answers whatever is said: `python nonebot_app.py ws://… token`."""

import sys

import nonebot
from nonebot.adapters.onebot.v11 import Adapter, Bot, MessageEvent


async def answer(bot: Bot, event: MessageEvent) -> None:
    """Says it back, with a mention."""
    await bot.send(event, event.get_plaintext(), at_sender=True)


if __name__ == "__main__":
    nonebot.init(
        driver="~none+~aiohttp",
        onebot_ws_urls=[sys.argv[1]],
        onebot_access_token=sys.argv[2],
        log_level="ERROR",
    )
    nonebot.get_driver().register_adapter(Adapter)
    nonebot.on_message(handlers=[answer])
    nonebot.run()
