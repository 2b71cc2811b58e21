"""What the stock Wechaty client makes of a burst: a number of check-ins in, a line out when
`on_message` has had so many more.

    python -m benchmarks.gateway_stock ENDPOINT TOKEN
"""

import asyncio
import sys

import bot.channels.wechaty.compat  # noqa: F401

# isort: split
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from wechaty import Message, Wechaty, WechatyOptions
from wechaty_puppet import PuppetOptions

from benchmarks.counted import CHECKIN, Counted, answer


async def main(endpoint: str, token: str) -> None:
    """Counts what comes until its standard input ends."""
    counted = Counted()

    async def on_message(message: Message) -> None:
        if message.text() == CHECKIN:
            counted.add(1)

    options = PuppetOptions(token=token, end_point=endpoint)
    client = Wechaty(WechatyOptions(puppet_options=options, scheduler=AsyncIOScheduler()))
    client.on_message = on_message
    await client.init_puppet()
    await client.init_puppet_event_bridge(client.puppet)
    listening = asyncio.create_task(client.puppet.start())
    await answer(counted)
    listening.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
