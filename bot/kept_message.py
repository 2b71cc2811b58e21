"""A message as it is kept: with ids and names that both databases can hold, and by a digest of
what it says."""

import dataclasses
from hashlib import blake2b

from bot.points.text import LONGEST_ID, identifier, storable
from bot.points.types import Message, Person

LONGEST_NAME = 200
"""Characters of a name that are kept."""


def clean(message: Message) -> Message:
    """The message with ids and names that both databases can keep; nearly always the same one:
    what is printable holds neither a NUL nor a lone surrogate."""
    texts = f"{message.id}{message.sender}{message.sender_name}{message.room or ''}"
    if message.mentions:
        texts += "".join(message.mentions)
    if not message.people and len(texts) <= LONGEST_ID and texts.isprintable():
        return message
    return dataclasses.replace(
        message,
        id=identifier(message.id),
        sender=identifier(message.sender),
        sender_name=storable(message.sender_name)[:LONGEST_NAME],
        room=None if message.room is None else identifier(message.room),
        mentions=tuple(map(identifier, message.mentions)),
        people=tuple(
            Person(identifier(person.id), storable(person.name)[:LONGEST_NAME])
            for person in message.people
        ),
    )


def digest_of(message: Message) -> bytes:
    """Sixteen bytes of what the message says: the same id with another digest is another
    message."""
    people = [person.id for person in message.people] if message.people else []
    facts = sorted(message.facts.items()) if message.facts else []
    # As `ascii` writes a tuple of these, in a third of its time.
    said = (
        f"({message.kind!a}, {message.room!a}, {message.sender!a}, {message.text!a},"
        f" {message.quote!a}, {message.mentions!a}, {people!a}, {facts!a})"
    )
    return blake2b(said.encode("ascii"), digest_size=16).digest()
