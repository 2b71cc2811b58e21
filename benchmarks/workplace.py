"""Where benchmark databases lie while they are measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder on the project's disk; the system's own may be in memory, not durable."""
    parent = ROOT / ".benchmarks"
    parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)
