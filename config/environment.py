"""`.env` and the environment to `Settings`, or to all of their faults at once."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.settings import Settings, secrets, variable, variables
from config.env_file import Written, read
from config.errors import ConfigError, ConfigErrors, hint, nearest, shown
from config.extends import preset_ids
from config.validate import expected


def read_settings(env_file: Path = Path(".env")) -> Settings:
    """What the file says, if there is one, and above it the environment; or `ConfigErrors`.

    An empty variable counts as absent.
    """
    written = read(env_file)
    found = _Found(written, {key: value for key, value in os.environ.items() if value})
    errors = [*written.errors, *_unknown(found), *_no_preset(found)]
    errors += _readable(found, env_file)
    try:
        settings = Settings.model_validate(found.values)
    except ValidationError as faults:
        errors += [_error(found, fault) for fault in faults.errors(include_url=False)]
    if errors:
        raise ConfigErrors(errors)
    return settings


@dataclass(frozen=True, slots=True)
class _Found:
    """The variables of both, the environment's above the file's."""

    written: Written
    environment: Mapping[str, str]

    @property
    def values(self) -> dict[str, str]:
        """Only ours."""
        every = {**self.written.values, **self.environment}
        return {key: every[key] for key in every.keys() & variables()}

    def error(self, key: str, message: str) -> ConfigError:
        if key in self.environment:
            return ConfigError("environment", "", key, None, message)
        return ConfigError(self.written.file, "", key, self.written.lines.get(key), message)


def _unknown(found: _Found) -> Iterator[ConfigError]:
    """Misspelt ones: all that begin with JIFEN_, and in the file what looks like one of ours."""
    known = variables()
    for key in sorted({*found.written.lines, *found.environment} - known):
        close = nearest(key.upper(), known, least=0.85)
        if key.startswith("JIFEN_") or (close and key in found.written.lines):
            end = hint(key.upper(), known, least=0.7)
            yield found.error(key, f"unknown variable {shown(key)}, {end}")


def _no_preset(found: _Found) -> Iterator[ConfigError]:
    preset = found.values.get("JIFEN_PRESET")
    if preset and preset not in preset_ids():
        fault = f"JIFEN_PRESET = {shown(preset)}, is no preset, {hint(preset, preset_ids())}"
        yield found.error("JIFEN_PRESET", fault)


def _readable(found: _Found, env_file: Path) -> Iterator[ConfigError]:
    """Secrets in a file that others can read. A database's URL need not hold one."""
    kept = [key for key in found.written.values if key in secrets() - {"DATABASE_URL"}]
    if kept and _is_open(env_file):
        for key in kept:
            fault = f"{key} can be read by everybody here, chmod 600 {found.written.file}"
            yield found.error(key, fault)


def _is_open(file: Path) -> bool:
    """Whether everybody on this machine may read it; Windows does not say so by mode."""
    return os.name == "posix" and bool(file.stat().st_mode & 0o004)


def _error(found: _Found, fault: ErrorDetails) -> ConfigError:
    """What was found is not repeated where it may be a secret."""
    where = str(fault["loc"][0])  # the field's name where the variable was left out
    key = where if where in variables() else variable(where)
    value = key if key in secrets() else f"{key} = {shown(fault['input'])}"
    return found.error(key, f"{value}, {expected(fault)}")
