"""The hash chain: each entry carries a SHA-256 over the entry before it on its account and its own
fields."""

from collections.abc import Iterable
from hashlib import sha256

GENESIS = bytes(32)
"""What the first entry of an account links to."""

Field = str | int | bytes | None


def canonical(fields: Iterable[Field]) -> bytes:
    """An injective form of a row: the fields as a Python tuple in ASCII, which `ast.literal_eval`
    reads back to the very same fields. So two unequal rows never give the same bytes, however
    quotes, commas or NULs move between their fields, and no release of Unicode changes it."""
    return ascii(tuple(fields)).encode("ascii")


def link(previous: bytes, fields: Iterable[Field]) -> bytes:
    """The hash of an entry: SHA-256 over the hash before it and its own canonical form."""
    return sha256(previous + canonical(fields)).digest()
