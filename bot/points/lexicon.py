"""The words and places that recognisers go by: what an operator says of the shop and the group."""

from bot.points.value import value


@value
class Lexicon:
    """What decides, beside a message itself, which deeds are seen in it."""

    hosts: frozenset[str] = frozenset()
    """Hosts of the shop in lower case, without scheme, port or path: `shop.example.com` is that
    host alone, `*.example.com` every host below `example.com`."""
    appids: frozenset[str] = frozenset()
    """Mini-programs of the shop."""
    products: tuple[str, ...] = ()
    """What the shop sells, as members call it."""
    checkin_words: frozenset[str] = frozenset()
    """What checks in beside 签到 and 打卡, as a whole message: 早安打卡."""
    topics: tuple[str, ...] = ()
    """What posts may be about beside the usual topics, without #."""
    bots: frozenset[str] = frozenset()
    """`channel:external id` of accounts that are bots: nothing of theirs is a deed."""
    admin_room: str | None = None
    """The platform's id of the room where admins are asked; they are heard there always."""
    kinds: frozenset[str] = frozenset()
    """Kinds of activity that some rule judges."""


PLAIN = Lexicon()
