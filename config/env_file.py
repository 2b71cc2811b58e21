"""One `.env` to its variables and their lines; what python-dotenv passes over is a fault here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from config.errors import ConfigError
from config.syntax import unreadable


@dataclass(frozen=True, slots=True)
class Written:
    """What a `.env` holds."""

    file: str
    values: Mapping[str, str] = field(default_factory=dict)
    """Without the empty ones."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Of all variables, the empty ones too."""
    errors: tuple[ConfigError, ...] = ()


def read(path: Path) -> Written:
    """The variables of a file, none when there is no file."""
    file = path.as_posix()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Written(file)
    except OSError as fault:
        message, line = f"cannot be read: {fault.strerror}", None
    else:
        message, line = unreadable(content)
    if message:
        return Written(file, errors=(ConfigError(file, "", "", line, message),))
    return _parsed(file, content.decode())


def _parsed(file: str, text: str) -> Written:
    lines: dict[str, int] = {}
    errors: list[ConfigError] = []
    for binding in parse_stream(StringIO(text)):
        line = _line(binding)
        if binding.error or (binding.key and binding.value is None):
            errors.append(ConfigError(file, "", binding.key or "", line, "must be KEY=value"))
        elif binding.key in lines:
            fault = f"{binding.key} stands twice, first in line {lines[binding.key]}"
            errors.append(ConfigError(file, "", binding.key, line, fault))
        elif binding.key:
            lines[binding.key] = line
    values = {} if errors else dotenv_values(stream=StringIO(text))
    filled = {key: value for key, value in values.items() if value}
    return Written(file, filled, lines, tuple(errors))


def _line(binding: Binding) -> int:
    """Where the variable itself stands, below the empty lines before it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
