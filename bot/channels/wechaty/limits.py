"""How long the Wechaty channel waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """All in seconds."""

    call_s: float = 5.0
    """For the answer to a question."""
    send_s: float = 15.0
    """For what is said: with the names of those mentioned it stays below the 30 seconds that a
    channel may take."""
    picture_s: float = 10.0
    """For a picture that somebody sent, of which the hash is wanted."""
    start_s: float = 20.0
    """For the gateway to start its side; it gives itself 15."""
    ding_s: float = 15.0
    """After so much silence the gateway is asked whether it is alive."""
    first_wait_s: float = 0.5
    """Before the first attempt to connect again; doubled each time."""
    longest_wait_s: float = 30.0
    steady_s: float = 10.0
    """A connection that lasted so long was a good one: the next wait is the first again."""
    room_s: float = 60.0
    """How long a room's owner and admins are taken for what they were."""
    name_s: float = 3_600.0
    """The same of names; the gateway tells when one changes."""
    mention_s: float = 60.0
    """The same of the name by which somebody is mentioned: a wrong one is no mention."""
    linger_s: float = 5.0
    """After the stop, for what is still to be said."""


LIMITS = Limits()
