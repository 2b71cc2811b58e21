"""A database whose connections and statements a test can see."""

from collections.abc import Callable

from store.database import Connection, Database


class Watched(Database):
    """Keeps the connections that it has opened, and calls `seen` before each statement of
    SQLite."""

    def __init__(
        self, url: str, seen: Callable[[str], None] | None = None, *, busy_timeout_s: float = 0.05
    ) -> None:
        super().__init__(url, busy_timeout_s=busy_timeout_s)
        self._seen = seen
        self.connections: list[Connection] = []

    def connect(self) -> Connection:
        """See Database."""
        connection = super().connect()
        if self._seen is not None and self.is_sqlite:
            connection.driver.set_trace_callback(self._seen)
        self.connections.append(connection)
        return connection
