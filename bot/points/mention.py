"""What a command says behind the person it mentions."""

import re

from bot.points.text import folded

SPACES = " \u2005\u00a0"
MENTION_END = "\u2005"


def after_name(rest: str, name: str) -> str:
    """What follows the name: the one the bot knows, or what the channel shows up to the U+2005
    that ends a mention, or else one word."""
    rest = rest.strip(SPACES)
    known = "@" + folded(name).strip(SPACES)
    end = rest[len(known) : len(known) + 1]
    if rest.startswith(known) and (not end or end in SPACES):
        return rest[len(known) :].strip(SPACES)
    shown = re.match("@[^\u2005]*\u2005" if MENTION_END in rest else "@[^ ]*", rest)
    return rest[shown.end() :].strip(SPACES) if shown else rest
