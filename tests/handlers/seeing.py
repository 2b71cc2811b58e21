"""What recognisers are shown, without a bot around them."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.points.lexicon import PLAIN, Lexicon
from bot.points.seen import Seen
from bot.points.seen import seen as looked_at
from bot.points.text import bare
from bot.points.types import Message

MESSAGE = Message(
    "test", "m1", "r1", "u1", datetime(2026, 11, 1, 4, tzinfo=UTC), sender_name="小美"
)


def seen(text: str, lexicon: Lexicon = PLAIN, **changes: object) -> Seen:
    """A message of 小美 in a room, as the dispatch shows it."""
    message = replace(MESSAGE, text=text, **changes)  # type: ignore[arg-type]
    is_text = message.kind == "text"
    line = (bare(text, "bot" in message.mentions) if is_text else None) or ""
    return looked_at(message, line, lexicon)
