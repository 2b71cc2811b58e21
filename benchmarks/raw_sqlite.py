"""The floor under a durable check-in: raw `sqlite3` that writes given rows and decides nothing.

`raw` writes into the database it is handed, so that it can be given a copy of the bot's own and
exactly the rows that the bot wrote. `wal_kept` and `wal_pages` count the pages that a piece of
work wrote, which no noise of the machine touches.
"""

import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter

Rows = Mapping[str, tuple[str, Sequence[tuple[object, ...]]]]
"""For each table the statement and its parameters, in the order in which the check-ins came."""

PAGE_SIZE = 4096
WAL_HEADER = struct.Struct(">8I")
"""Magic, format version, page size, checkpoint number, two salts, two checksums."""
WAL_FRAME = struct.Struct(">6I")
"""Page number, database size after a commit (else 0), two salts, two checksums; then the page."""
WAL_MAGIC = (0x377F0682, 0x377F0683)


def raw(path: Path, rows: Rows, per_commit: int, *, checkins: int | None = None) -> float:
    """Seconds to write the rows, `per_commit` check-ins in each transaction, every commit durable.

    The database at `path` has its tables already. There are as many check-ins as the first table
    has rows unless `checkins` says otherwise; the rows of every table are spread evenly over the
    commits. Nothing is checkpointed until the clock has stopped.
    """
    return sum(commit_times(path, rows, per_commit, checkins=checkins))


def commit_times(
    path: Path, rows: Rows, per_commit: int, *, checkins: int | None = None
) -> list[float]:
    """As `raw`, but the seconds of each transaction, from its BEGIN to the end of its COMMIT."""
    tables = list(rows.values())
    commits = -(-(checkins or len(tables[0][1])) // per_commit)
    batches = [
        [(sql, lines[n * len(lines) // commits : (n + 1) * len(lines) // commits])
         for sql, lines in tables]
        for n in range(commits)
    ]  # fmt: skip
    with closing(durable(path)) as connection:
        return [_commit(connection, batch) for batch in batches]


def durable(path: Path) -> sqlite3.Connection:
    """A connection as durable as the bot's: WAL and FULL, with no checkpoint of its own accord."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


@contextmanager
def wal_kept(path: Path) -> Iterator[None]:
    """Empty the WAL, then keep every page that is written to it until the block ends.

    A reader that saw the empty WAL holds off checkpoints, also those of others and the one of the
    last connection to close. It keeps a checkpointer idle, so pages are counted in a run of their
    own where there is one.
    """
    with closing(durable(path)) as reader:
        busy, _, _ = reader.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise RuntimeError(f"{path} is in use, so its WAL cannot be emptied")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
        reader.execute("ROLLBACK")


def wal_pages(path: Path) -> int:
    """Pages in the WAL of the database at `path` up to its last commit; 0 when there is no WAL.

    Frames left from before the WAL was last started anew have other salts and do not count, nor do
    those of a transaction that did not commit.
    """
    wal = Path(f"{path}-wal")
    if not wal.exists() or wal.stat().st_size < WAL_HEADER.size:
        return 0
    with wal.open("rb") as file:
        magic, _, page_size, _, *salts, _, _ = WAL_HEADER.unpack(file.read(WAL_HEADER.size))
        if magic not in WAL_MAGIC:
            raise ValueError(f"{wal} is not a WAL")
        if page_size != PAGE_SIZE:
            raise ValueError(f"{wal} has pages of {page_size} bytes, must be {PAGE_SIZE}")
        frames = committed = 0
        while len(head := file.read(WAL_FRAME.size)) == WAL_FRAME.size:
            _, commit_size, *frame_salts, _, _ = WAL_FRAME.unpack(head)
            if frame_salts != salts or len(file.read(page_size)) < page_size:
                break
            frames += 1
            if commit_size:
                committed = frames
        return committed


def _commit(
    connection: sqlite3.Connection, batch: Sequence[tuple[str, Sequence[tuple[object, ...]]]]
) -> float:
    started = perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for sql, lines in batch:
        connection.executemany(sql, lines)
    connection.execute("COMMIT")
    return perf_counter() - started
