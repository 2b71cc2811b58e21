"""分享: a link or a mini-program of the shop, or a picture of one's 朋友圈 for an admin to see."""

from bot.extend import recogniser
from bot.points.link import Link, is_listed, link, links, page
from bot.points.moments import is_claim
from bot.points.seen import Seen
from bot.points.text import identifier
from bot.points.types import NOTHING, Sighting

MOMENTS = Sighting("share", is_post=True, needs_picture=True, facts={"doubt": "朋友圈截图"})


@recogniser
def share(seen: Seen) -> Sighting | None:
    """What leads to the shop; the same target counts once a day."""
    match seen.message.kind:
        case "link":
            return _shared(seen, link(seen.message.facts.get("url", "")))
        case "miniprogram":
            return _mini_program(seen)
        case _:
            return _written(seen)


def _written(seen: Seen) -> Sighting | None:
    if "." in seen.text and seen.lexicon.hosts:
        for found in links(seen.text, seen.message.text):
            if (sighting := _shared(seen, found)) is not None:
                return sighting
    return MOMENTS if is_claim(seen.text) else None


def _shared(seen: Seen, found: Link | None) -> Sighting | None:
    if found is None or not is_listed(found.host, seen.lexicon.hosts):
        return None
    return _sighting(found.target, found.code)


def _mini_program(seen: Seen) -> Sighting | None:
    facts = seen.message.facts
    appid = facts.get("appid", "")
    if appid not in seen.lexicon.appids:
        return None
    target, code = page(facts.get("url", ""))
    return _sighting(f"{appid}/{target}", code)


def _sighting(target: str, code: str | None) -> Sighting:
    facts = {"ref": code} if code else NOTHING
    subject = identifier(target)
    return Sighting("share", once="subject_day", subject=subject, facts=facts, is_post=True)
