"""What is written in one turn of the loop arrives as one piece, in order, and nothing is left."""

import asyncio

import pytest

from bot.channels.wechaty.gathering import _Gathered


class Pieces(asyncio.Transport):
    """A transport that keeps what is written to it, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self._is_closing = False

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._is_closing = True


@pytest.fixture
async def under() -> Pieces:
    return Pieces()


async def turn() -> None:
    """One turn of the loop, and what it left to be called soon."""
    await asyncio.sleep(0)


async def test_what_is_written_in_one_turn_goes_out_in_one_piece(under: Pieces) -> None:
    gathered = _Gathered(under)
    for piece in (b"headers ", b"body ", b"end"):
        gathered.write(piece)
    assert under.pieces == []
    await turn()
    assert under.pieces == [b"headers body end"]


async def test_what_comes_a_turn_later_goes_out_by_itself(under: Pieces) -> None:
    gathered = _Gathered(under)
    for piece in (b"one", b"two"):
        gathered.write(piece)
        await turn()
    await turn()
    assert under.pieces == [b"one", b"two"]


async def test_what_waits_goes_out_before_it_is_closed(under: Pieces) -> None:
    gathered = _Gathered(under)
    gathered.write(b"last")
    gathered.close()
    await turn()
    assert (under.pieces, under.is_closing()) == ([b"last"], True)


async def test_nothing_is_written_to_what_was_closed_from_the_other_side(under: Pieces) -> None:
    gathered = _Gathered(under)
    gathered.write(b"late")
    under.close()
    await turn()
    assert (under.pieces, gathered.is_closing()) == ([], True)
