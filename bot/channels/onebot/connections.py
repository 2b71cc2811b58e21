"""The connections that are open, by the account they serve."""

import logging
from collections.abc import Collection

from bot.channels.onebot.accounts import Accounts
from bot.channels.onebot.connection import Connection, Role

log = logging.getLogger(__name__)


class Connections:
    """One for each account; or two where an implementation keeps calls and events apart."""

    def __init__(self) -> None:
        self.accounts = Accounts()
        self.reconnects = 0
        """How often an account that had been here before has connected."""
        self._open: dict[tuple[str, Role], Connection] = {}
        self._known: set[tuple[str, Role]] = set()
        self._anonymous: set[Connection] = set()
        """Open, and their account is not known yet."""

    def open(self, connection: Connection) -> None:
        """It is there, and has not said yet whose it is."""
        self._anonymous.add(connection)

    def admit(self, connection: Connection) -> None:
        """Its account is known. A second connection of one account takes the place of the
        first."""
        self._anonymous.discard(connection)
        key = connection.account, connection.role
        before = self._open.get(key)
        self._open[key] = connection
        if before is not None:
            before.close()
        self.reconnects += key in self._known
        self._known.add(key)
        self.accounts.own.add(connection.account)
        log.info("account %s connected", connection.account)

    def dismiss(self, connection: Connection) -> None:
        """It has ended."""
        self._anonymous.discard(connection)
        account = connection.account
        if self._open.get((account, connection.role)) is not connection:
            return
        del self._open[account, connection.role]
        log.info("account %s disconnected", account)
        if not any((account, role) in self._open for role in ("Universal", "Event")):
            self.accounts.gone(account)

    def ready(self) -> dict[str, Connection]:
        """What can be spoken through, by account."""
        return {
            account: connection
            for (account, role), connection in self._open.items()
            if role != "Event" and connection.is_online
        }

    def missing(self) -> Collection[str]:
        """Accounts that were here, and cannot speak now."""
        return sorted(self.accounts.own - self.ready().keys())

    def close(self) -> None:
        """Ends all of them."""
        for connection in (*self._open.values(), *self._anonymous):
            connection.close()
