"""Reading a programme's files again while they may be being written."""

import time
from collections.abc import Callable, Collection

from bot.points.reload import Fault, Reloaded
from bot.points.types import Programme
from config.advice import warnings
from config.errors import ConfigError, ConfigErrors
from config.schema import TABLES

REST_S = 0.5
"""Between two looks at the files. An editor writes a file in milliseconds; over a network a file
lies empty for a round trip or two."""
LOOKS = 4
"""So many looks at most; files that have changed before each are refused."""

Load = Callable[[], Programme]
"""Reads the files, each once; or raises `ConfigErrors`."""


def read_again(
    load: Load, now: Programme, kinds: Collection[str] = (), rest_s: float = REST_S
) -> Reloaded:
    """What the files hold, against the programme in force `now`; it stays when anything is wrong.
    Takes `rest_s` and more.

    The zone is held against that of `now`, which is the ledger's: it was compared at the start.
    """
    found = _at_rest(load, rest_s)
    if found is None:
        return _refused(now, Fault("the files are being written: try again when they are", ""))
    if isinstance(found, ConfigErrors):
        return _refused(now, *(Fault(str(error), _place(error)) for error in found.errors))
    if found.version == now.version:
        return Reloaded(now, "unchanged")
    if found.zone.key != now.zone.key:
        text = (
            f'[programme]: zone = "{found.zone.key}", must stay "{now.zone.key}", '
            "by which this ledger keeps its days"
        )
        return _refused(now, Fault(text, "zone"))
    return Reloaded(found, "swapped", warnings=warnings(found, kinds))


def _at_rest(load: Load, rest_s: float) -> Programme | ConfigErrors | None:
    """What two looks in a row found: a file that is half written has grown by the second. None
    when no two agree."""
    before = _look(load)
    for _ in range(LOOKS - 1):
        time.sleep(rest_s)
        found = _look(load)
        if _digest(found) == _digest(before):
            return found
        before = found
    return None


def _look(load: Load) -> Programme | ConfigErrors:
    try:
        return load()
    except ConfigErrors as errors:
        return errors


def _digest(found: Programme | ConfigErrors) -> tuple[str, bool]:
    """Of the files' names and bytes; of broken ones, whose bytes nobody takes, what is wrong."""
    if isinstance(found, Programme):
        return found.version, True
    return str(found), False


def _refused(now: Programme, *faults: Fault) -> Reloaded:
    return Reloaded(now, "refused", faults)


def _place(error: ConfigError) -> str:
    """A key that no table knows may be anything that was typed, so it is left out."""
    line = f":{error.line}" if error.line else ""
    known = any(error.key in model.model_fields for model in TABLES.values())
    return f"{error.file}{line}" + (f" {error.key}" if known else "")
