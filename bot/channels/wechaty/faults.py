"""What may go wrong with a Wechaty gateway, beyond being away or refusing."""

from bot.extend import Unreachable


class TooLate(Unreachable):
    """No answer came in time: the gateway may have done it all the same, or do it yet."""


class Taken(Unreachable):
    """The gateway sends its events to somebody else, or to a connection that is long gone."""
