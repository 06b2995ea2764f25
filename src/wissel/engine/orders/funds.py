"""What accounts can still pay by the ledger, less what the message at hand has spent of it so far."""

from collections.abc import Mapping

from wissel.engine.database import Connection
from wissel.ledger.books import balance
from wissel.routing.bank import Account


class LedgerFunds:
    """Keeps the protocol :class:`wissel.routing.funds.Funds`. Asks the ledger once for each account: what is moved
    while one message is worked on has to be told."""

    __slots__ = ("_accounts", "_connection", "_left")

    def __init__(self, connection: Connection, accounts: Mapping[str, Account]) -> None:
        self._connection = connection
        self._accounts = accounts
        self._left: dict[str, int] = {}

    def available(self, account: str) -> int:
        """Balance and limit, in minor units; 0 for an account that is not known."""
        left = self._left.get(account)
        if left is None:
            known = self._accounts.get(account)
            left = 0 if known is None else balance(self._connection, account).amount + known.limit
            self._left[account] = left
        return left

    def move(self, account: str, amount: int) -> None:
        """Tell that an account gets some minor units, or (below zero) spends them."""
        self._left[account] = self.available(account) + amount
