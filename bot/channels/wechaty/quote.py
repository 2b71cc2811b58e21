"""Quotes: WeChat hands them over as text, which says who wrote what but not which message."""

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from hashlib import blake2b

from bot.points.text import TRIMMED
from bot.points.types import Message

TEXTS = 300
"""Of one room, kept to be found when they are quoted."""
ROOMS = 1_000
KEPT_CHARS = 100
"""Of a text; whoever writes long ones must not fill the memory."""
STANDS_FOR = {"image": "[图片]", "video": "[视频]", "sticker": "[动画表情]"}
"""What stands in a quote for what is no text."""
QUOTABLE = frozenset({"text", *STANDS_FOR})

_LINE = re.compile(r"」\n(?:- ){4,40}-[ ]?\n")
_SPACES = re.compile(r"[\s\u2005]+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a message quotes."""

    said: str
    """Name, colon and text as they stand there: a name may hold colons too."""

    @property
    def splits(self) -> list[tuple[str, str]]:
        """All ways to tell the name from the text."""
        marks = [at for at, char in enumerate(self.said[:80]) if char in ":："]
        return [(self.said[:at], self.said[at + 1 :]) for at in marks]


def split(text: str) -> tuple[Quoted | None, str]:
    """What a text quotes, and what it says itself.

    The last line of dashes parts the two: what stands above it may be written by anybody, so a
    line of dashes in there must not pass for the sender's own words.
    """
    if not text.startswith("「"):
        return None, text
    lines = list(_LINE.finditer(text))
    if not lines:
        return None, text
    last = lines[-1]
    return Quoted(text[1 : last.start()]), text[last.end() :].strip(TRIMMED)


class Recent:
    """The last things said in each room, by which quotes are traced."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, deque[tuple[str, str, str, str]]] = OrderedDict()

    def __len__(self) -> int:
        """Rooms."""
        return len(self._rooms)

    def traced(self, message: Message) -> Message:
        """The message with the id of what it quotes, and noted for who quotes it. To be asked in
        the order in which they were said."""
        quoted, text = split(message.text)
        if quoted is not None:
            quote = self._find(message.room, quoted) if message.room is not None else None
            message = replace(message, text=text, quote=quote)
        shown = text or STANDS_FOR.get(message.kind, "")
        if message.room is not None and message.kind in QUOTABLE and shown:
            self._add(message.room, message, shown)
        return message

    def _add(self, room: str, message: Message, shown: str) -> None:
        said = self._rooms.setdefault(room, deque(maxlen=TEXTS))
        self._rooms.move_to_end(room)
        said.append((_plain(message.sender_name), _plain(shown), message.sender, message.id))
        if len(self._rooms) > ROOMS:
            self._rooms.popitem(last=False)

    def _find(self, room: str, quoted: Quoted) -> str | None:
        """Id of the message that is quoted, the newest of one who said the same twice. None where
        it is not known, or two people under one name said it: an approval must not meet a
        stranger."""
        wanted = {(_plain(name), _plain(text)) for name, text in quoted.splits}
        found = [one for one in self._rooms.get(room, ()) if one[:2] in wanted]
        if not found or len({sender for _, _, sender, _ in found}) > 1:
            return None
        is_text = found[-1][1] not in STANDS_FOR.values()
        if not is_text and len({message for *_, message in found}) > 1:
            return None
        return found[-1][3]


def _plain(text: str) -> str:
    """As it is compared; of a long one its beginning and a hash stand for it."""
    plain = _SPACES.sub(" ", text).strip(TRIMMED)
    if len(plain) <= KEPT_CHARS:
        return plain
    digest = blake2b(plain.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{plain[:KEPT_CHARS]}{digest}"
