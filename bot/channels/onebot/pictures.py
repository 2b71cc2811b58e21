"""What a picture shows, as a hash of its content, where its name does not say it."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import replace

from aiohttp import ClientError, ClientSession

from bot.channels.onebot.segments import Picture

LONGEST = 20 * 1024 * 1024
"""Bytes of a picture that are read."""
FETCH_S = 5.0
"""What fetching all pictures of a message may take; the room's other messages wait for it."""
AT_ONCE = 8


class Pictures:
    """Fetches pictures from where the implementation says they are."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self._places = asyncio.Semaphore(AT_ONCE)

    async def named(self, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
        """The same with a hash each: the SHA-256 of the content where the name is none. Those
        that cannot be had in time stay without."""
        return tuple(await asyncio.gather(*(self._named(picture) for picture in pictures)))

    async def _named(self, picture: Picture) -> Picture:
        if picture.digest or not picture.url:
            return picture
        try:
            async with asyncio.timeout(FETCH_S), self._places:
                return replace(picture, digest=await self._digest(picture.url))
        except (ClientError, OSError, ValueError):
            return picture

    async def _digest(self, url: str) -> str:
        """ "" for what is too large, or is not there."""
        digest, size = hashlib.sha256(), 0
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status != 200:
                return ""
            async for chunk in response.content.iter_chunked(64 * 1024):
                size += len(chunk)
                if size > LONGEST:
                    return ""
                digest.update(chunk)
        return digest.hexdigest() if size else ""
