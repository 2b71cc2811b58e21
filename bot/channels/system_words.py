"""Why the system could not connect, in its own words."""

import os


def system_words(error: OSError) -> str:
    """`Connection refused`, where asyncio says which call failed with which address instead."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)
