"""What the parts are told of each other when they are put together."""

import asyncio
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.app import build
from bot.settings import Settings
from config.loader import load_preset
from store.database import Database
from store.overview import rooms
from store.schema import ensure
from tests.channels.onebot_peer import Peer, ok


async def test_the_admins_own_room_is_open_to_the_channels_too(tmp_path: Path) -> None:
    """Without anybody's word: what is quoted and shown there is told, and what it is called."""
    peer = Peer()
    peer.answers["get_group_list"] = lambda _: ok(
        [{"group_id": 7, "group_name": "管理群"}, {"group_id": 8, "group_name": "别的群"}]
    )
    settings = Settings(
        data_dir=tmp_path,
        onebot_access_token=SecretStr("a-token-of-16-letters"),
        onebot_urls=(await peer.listen(),),
    )
    database = Database(settings.database_url)
    ensure(database)
    app = await build(database, replace(load_preset("standard"), admin_room="7"), settings)
    noted = asyncio.Event()
    app.on_commit.append(noted.set)
    await app.start()
    await asyncio.wait_for(noted.wait(), 10)
    assert [(room.external_id, room.name) for room in await app.read(rooms)] == [("7", "管理群")]
    await app.stop()
    await peer.close()
