"""Changing what may not be changed, as somebody with the database in their hands would."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlmodel import SQLModel

import store.tables  # noqa: F401
from store.database import Database

Row = dict[str, Any]


class Tampering:
    """A database whose triggers are asleep for as long as it is tampered with."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def rows(self, table: str) -> list[Row]:
        """Every row of a table, in the order of its key."""
        columns = columns_of(table)
        connection = self.database.connect_to_read()
        try:
            found = connection.rows(
                f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(keys_of(table))}"
            )
        finally:
            connection.close()
        return [dict(zip(columns, row, strict=True)) for row in found]

    @contextmanager
    def changed(self, table: str, row: Row, column: str, value: object) -> Iterator[bool]:
        """Holds the row with another value, and puts it back; False: the database refused it."""
        new = {**row, column: value}
        done = self.update(table, row, new)
        try:
            yield done
        finally:
            if done:
                assert self.update(table, new, row)

    def update(self, table: str, old: Row, new: Row) -> bool:
        """Makes one row of another; False when the database refuses."""
        sets = ", ".join(f"{column} = ?" for column in new)
        where = " AND ".join(f"{column} = ?" for column in keys_of(table))
        keys = [old[column] for column in keys_of(table)]
        return self.execute(f"UPDATE {table} SET {sets} WHERE {where}", [*new.values(), *keys])

    def execute(self, sql: str, values: list[Any] | None = None) -> bool:
        """Runs one statement with no trigger awake; False when a constraint refuses."""
        try:
            if self.database.path is not None:
                _on_sqlite(str(self.database.path), sql, values or [])
            else:
                _on_postgres(self.database.url, sql, values or [])
        except (sqlite3.IntegrityError, psycopg.IntegrityError):
            return False
        return True


def columns_of(table: str) -> list[str]:
    """The names of a table's columns, in order."""
    return [column.name for column in SQLModel.metadata.tables[table].columns]


def keys_of(table: str) -> list[str]:
    """The names of the columns of a table's key."""
    return [column.name for column in SQLModel.metadata.tables[table].primary_key]


def flipped(value: object, table: str, column: str) -> object:
    """The value with one bit changed; where there is none, the smallest there can be."""
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"
    if isinstance(value, str):
        return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
    is_text = SQLModel.metadata.tables[table].columns[column].type.python_type is str
    return "x" if is_text else 1


def _on_sqlite(path: str, sql: str, values: list[Any]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        triggers = driver.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        driver.execute("BEGIN IMMEDIATE")
        for name, _ in triggers:
            driver.execute(f"DROP TRIGGER {name}")
        driver.execute(sql, values)
        for _, made in triggers:
            driver.execute(made)
        driver.execute("COMMIT")


def _on_postgres(url: str, sql: str, values: list[Any]) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as driver:
        driver.execute("SET session_replication_role = replica")
        driver.execute(sql.replace("?", "%s").encode(), values)
