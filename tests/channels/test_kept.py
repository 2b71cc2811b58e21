"""What was asked for once is kept for a while, and asked for once however many want it."""

import asyncio

import pytest

from bot.channels.kept import Kept


class Source:
    """Answers a key with it and how often it was asked, when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Exception | None = None
        self.now = 0.0

    async def ask(self, key: str) -> str:
        self.asked.append(key)
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return f"{key}{self.asked.count(key)}"

    def kept(self, most: int = 10) -> Kept[str, str]:
        return Kept(self.ask, fresh_s=60, most=most, clock=lambda: self.now)


@pytest.fixture
async def source() -> Source:
    return Source()


async def test_an_answer_is_kept_as_long_as_it_is_fresh(source: Source) -> None:
    kept = source.kept()
    assert kept.known("a") is None
    assert await kept.get("a") == "a1"
    source.now = 59
    assert await kept.get("a") == kept.known("a") == "a1"
    assert await kept.get("a", fresh_s=30) == "a2"
    source.now = 120
    assert kept.known("a") is None
    assert kept.last("a") == "a2"
    assert await kept.get("a") == "a3"


async def test_an_empty_answer_is_one(source: Source) -> None:
    kept = source.kept()
    kept.put("a", "")
    assert await kept.get("a") == ""
    assert source.asked == []


async def test_many_who_want_it_ask_once(source: Source) -> None:
    kept = source.kept()
    source.gate.clear()
    wanting = [asyncio.create_task(kept.get("a")) for _ in range(50)]
    await asyncio.sleep(0)
    wanting[0].cancel()
    source.gate.set()
    found = await asyncio.gather(*wanting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == ["a1"] * 49
    assert source.asked == ["a"]


async def test_what_went_wrong_is_told_to_all_and_not_kept(source: Source) -> None:
    kept = source.kept()
    source.gate.clear()
    source.fault = LookupError("away")
    wanting = [asyncio.create_task(kept.get("a")) for _ in range(3)]
    await asyncio.sleep(0)
    source.gate.set()
    found = await asyncio.gather(*wanting, return_exceptions=True)
    assert [type(one) for one in found] == [LookupError] * 3
    source.fault = None
    assert await kept.get("a") == "a2"


async def test_what_changed_while_it_was_asked_for_is_asked_for_again(source: Source) -> None:
    kept = source.kept()
    source.gate.clear()
    early = asyncio.create_task(kept.get("a"))
    await asyncio.sleep(0)
    kept.drop("a")
    late = asyncio.create_task(kept.get("a"))
    await asyncio.sleep(0)
    source.gate.set()
    await early
    assert await late == kept.known("a") == "a2"


async def test_a_dropped_answer_is_still_the_last_one(source: Source) -> None:
    kept = source.kept()
    await kept.get("a")
    kept.drop("a")
    kept.drop("never heard of")
    assert kept.known("a") is None
    assert kept.last("a") == "a1"


async def test_the_oldest_goes_where_there_are_too_many(source: Source) -> None:
    kept = source.kept(most=2)
    for key in ("a", "b", "c"):
        await kept.get(key)
    assert len(kept) == 2
    assert kept.last("a") is None
    assert kept.last("c") == "c1"
