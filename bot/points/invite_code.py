"""A member's invite code: their number in Crockford's base 32, scrambled, so that a slip seldom
names a neighbour and nobody reads off it how many members there are."""

from bot.points.crockford import DIGITS, as_meant

SHORTEST = 4
"""Characters, enough for the first million members."""
LONGEST = 8
MULTIPLIER = 0x9E3779B1
"""Odd, so that it has an inverse modulo every power of 2: the golden section of 2^32."""


def invite_code(member: int) -> str:
    """The code of a member; of the numbers below 2^20 it has 4 characters, of others more."""
    characters, number = SHORTEST, member
    while number >= 32**characters:
        number -= 32**characters
        characters += 1
    scrambled = number * MULTIPLIER % 32**characters
    return "".join(DIGITS[scrambled >> 5 * place & 31] for place in reversed(range(characters)))


def member_of_code(text: str) -> int | None:
    """The number of the member whose code it is, whether there is such a member or not; None for
    what is no code. Small letters count, and so do O for 0, I and L for 1."""
    code = as_meant(text)
    if not SHORTEST <= len(code) <= LONGEST or not set(code) <= set(DIGITS):
        return None
    scrambled = 0
    for char in code:
        scrambled = scrambled << 5 | DIGITS.index(char)
    all_codes = 1 << 5 * len(code)
    number = scrambled * pow(MULTIPLIER, -1, all_codes) % all_codes
    return number + sum(1 << 5 * shorter for shorter in range(SHORTEST, len(code)))
