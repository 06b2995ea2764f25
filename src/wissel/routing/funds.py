"""What an account can still pay: asked before routing, reserved after it."""

from collections.abc import Mapping
from typing import Protocol

from wissel.routing.bank import Account


class Funds(Protocol):
    """Who knows what accounts can still pay: the ledger, or a value in memory for one run."""

    def available(self, account: str) -> int:
        """Balance and limit less what is reserved, in minor units of the account's currency."""
        ...


class FundsInMemory:
    """Opening balances and limits of accounts, and what one run has reserved of them."""

    __slots__ = ("_accounts", "_reserved")

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts
        self._reserved: dict[str, int] = {}

    def available(self, account: str) -> int:
        """As the protocol has it; 0 for an account that is not known."""
        known = self._accounts.get(account)
        return 0 if known is None else known.opening + known.limit - self._reserved.get(account, 0)

    def reserve(self, account: str, amount: int) -> None:
        """Set minor units aside for a payment that has been decided."""
        self._reserved[account] = self._reserved.get(account, 0) + amount
