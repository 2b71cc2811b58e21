"""The databases that the store's tests run on are real, fresh and apart from each other."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.databases import PostgresServer


def engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def answer(url: str, question: str) -> object:
    with engine(url).connect() as connection:
        return connection.execute(text(question)).scalar()


def test_the_server_is_a_postgresql_of_18_that_speaks_utf8(postgres_url: str) -> None:
    assert str(answer(postgres_url, "SHOW server_version")).startswith("18.")
    assert answer(postgres_url, "SHOW server_encoding") == "UTF8"
    assert answer(postgres_url, "SELECT '积分'") == "积分"


def test_what_one_database_holds_another_does_not(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    other = postgres_server.create()
    with engine(postgres_url).begin() as connection:
        connection.execute(text("CREATE TABLE entry (points bigint)"))

    exists = "SELECT to_regclass('entry') IS NOT NULL"
    assert answer(postgres_url, exists) is True
    assert answer(postgres_server.url(other), exists) is False
    postgres_server.drop(other)


def test_a_database_begins_as_a_copy_of_its_template(postgres_server: PostgresServer) -> None:
    template = postgres_server.create()
    with engine(postgres_server.url(template)).begin() as connection:
        connection.execute(text("CREATE TABLE entry AS SELECT 5 AS points"))

    copy = postgres_server.create(template)
    assert answer(postgres_server.url(copy), "SELECT points FROM entry") == 5
    for name in (copy, template):
        postgres_server.drop(name)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_url_begins_empty_every_time(database_url: str, turn: int) -> None:
    with engine(database_url).begin() as connection:
        connection.execute(text("CREATE TABLE entry (points integer)"))
        connection.execute(text("INSERT INTO entry VALUES (5)"))
    assert answer(database_url, "SELECT sum(points) FROM entry") == 5


def test_a_sqlite_database_is_a_file_that_is_not_there_yet(sqlite_url: str) -> None:
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


def test_a_dropped_database_is_dropped_under_whoever_is_connected(
    postgres_server: PostgresServer,
) -> None:
    name = postgres_server.create()
    connection = engine(postgres_server.url(name)).connect()
    connection.execute(text("SELECT 1"))
    postgres_server.drop(name)
    connection.invalidate()
    connection.close()
    names = answer(
        postgres_server.url("postgres"), "SELECT string_agg(datname, ' ') FROM pg_database"
    )
    assert name not in str(names).split()
