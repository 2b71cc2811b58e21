"""Posts for tests, recognised by their form alone; pictures, recalls and quotes of them."""

import itertools
import re
from decimal import Decimal

from bot.extend import recogniser
from bot.points.seen import Seen
from bot.points.types import Message, Sighting
from tests.chat import CHANNEL, ROOM, Chat

POST = re.compile(
    r"写(?P<kind>[a-z_]+)(?: (?P<score>\d+)分)?(?P<picture> 配图)?(?: order (?P<order>\d+))?"
    r":(?P<text>.+)",
    re.DOTALL,
)
_numbers = itertools.count(1)


@recogniser
def written_post(seen: Seen) -> Sighting | None:
    """`写review:好用`, `写review 52分:好用` with a score, `写share 配图:截图` which needs a
    picture, `写review order 123:好用`."""
    found = POST.fullmatch(seen.line)
    if found is None:
        return None
    return Sighting(
        found["kind"],
        subject=found["order"],
        units=Decimal(len(found["text"])),
        facts={"score": found["score"]} if found["score"] else {},
        is_post=True,
        needs_picture=bool(found["picture"]),
    )


def picture(chat: Chat, who: str, content: str, *, room: str = ROOM, id: str = "") -> list[str]:
    """What the bot says to a picture with this content."""
    message = Message(
        CHANNEL, id or f"p{next(_numbers)}", room, who, chat.clock.now(), who, "image",
        facts={"image": content},
    )  # fmt: skip
    return [reply.text for reply in chat.deliver(message)]


def recall(
    chat: Chat, who: str, id: str, *, admin: bool = False, room: str = ROOM, as_id: str = ""
) -> list[str]:
    """What the bot says when somebody takes a message back."""
    message = Message(
        CHANNEL, as_id or f"r{next(_numbers)}", room, who, chat.clock.now(), who, "recall",
        role="admin" if admin else "member", facts={"message": id},
    )  # fmt: skip
    return [reply.text for reply in chat.deliver(message)]


def posted(chat: Chat) -> list[tuple[str, str]]:
    """(room, text) of what was said in rooms of its own accord, by the last message."""
    notices = [reply for result in chat.results for _, reply in result.notices]
    return [(reply.room, reply.text) for reply in notices if reply.room is not None]
