"""Databases with the schema in them, made once."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import Database
from store.schema import ensure
from tests.databases import PostgresServer

pytest.register_assert_rewrite(
    "tests.ledger.books", "tests.ledger.machine", "tests.ledger.talkers"
)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A database that holds the schema and nothing else."""
    name = postgres_server.create()
    ensure(Database(postgres_server.url(name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    file = tmp_path_factory.mktemp("template") / "bot.db"
    ensure(Database(f"sqlite:///{file}"))
    return file


@pytest.fixture
def tell() -> Callable[[str], None]:
    """Says a figure or a seed: pytest shows it beside a failure, and with -rP always."""
    return lambda line: print(line, file=sys.stdout)  # noqa: T201


@pytest.fixture
def database(database_url: str) -> Database:
    """One of this test's own; the test runs once on each kind."""
    return Database(database_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Database:
    """A file of this test's own."""
    return Database(sqlite_url)


@pytest.fixture
def postgres(postgres_url: str) -> Database:
    """A PostgreSQL database of this test's own."""
    return Database(postgres_url)
