"""Databases that hold the sample, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.databases import PostgresServer
from tests.store.sample import fill
from tests.store.tampering import Tampering

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample on SQLite."""
    file = tmp_path_factory.mktemp("sample") / "bot.db"
    fill(Database(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def sample_name(postgres_server: PostgresServer) -> str:
    """The name of the database that holds the sample on PostgreSQL."""
    name = postgres_server.create()
    fill(Database(postgres_server.url(name)))
    return name


@pytest.fixture
def sqlite_sample(sample_file: Path, tmp_path: Path) -> Database:
    """A copy of this test's own."""
    return _copied(sample_file, tmp_path)


@pytest.fixture
def postgres_sample(postgres_server: PostgresServer, sample_name: str) -> Iterator[Database]:
    """A copy of this test's own."""
    name = postgres_server.create(sample_name)
    yield Database(postgres_server.url(name))
    postgres_server.drop(name)


@pytest.fixture(params=KINDS)
def sample(request: pytest.FixtureRequest) -> Database:
    """The sample in a database of this test's own; the test runs once on each kind."""
    kind = {"sqlite": "sqlite_sample", "postgresql": "postgres_sample"}[request.param]
    found: Database = request.getfixturevalue(kind)
    return found


@pytest.fixture(params=KINDS, scope="module")
def tampering(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tampering]:
    """A sample for all tests of a module: each undoes what it has changed."""
    if request.param == "sqlite":
        file = request.getfixturevalue("sample_file")
        yield Tampering(_copied(file, tmp_path_factory.mktemp("tampering")))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(request.getfixturevalue("sample_name"))
    yield Tampering(Database(server.url(name)))
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Database:
    """An empty database of this test's own, without tables."""
    return Database(database_url)


def _copied(file: Path, folder: Path) -> Database:
    shutil.copyfile(file, folder / "bot.db")
    return Database(f"sqlite:///{folder / 'bot.db'}")
