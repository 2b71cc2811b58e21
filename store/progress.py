"""A progress bar for long work: on a terminal, and never into a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]
"""Takes how many steps were done since it was last called."""


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """Shows on stderr how much of `total` is done; shows nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _say_nothing
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda steps: bar.advance(task, steps)


def _say_nothing(_steps: int) -> None:
    """Nobody is looking."""
