"""Crockford's base 32: codes that people read, say and type."""

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U: nothing in it looks like another."""
_ALIKE = str.maketrans("OIL", "011")


def as_meant(typed: str) -> str:
    """A code as it was given: small letters count, and so do O for 0, I and L for 1."""
    return typed.upper().translate(_ALIKE)
