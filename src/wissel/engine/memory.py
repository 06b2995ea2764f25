"""What is worked out once and holds for all orders of a bank: answers of the routing, placements, plans of mappings.

Nothing in it changes what comes of an order; it is only quicker than working it out again.
"""

from wissel.catalog.naming import family_of
from wissel.engine.conversion.placing import Placer
from wissel.mapping.customer_transfer import Plans
from wissel.routing.bank import Bank
from wissel.routing.decide import Router

NOTIFICATION = "camt.054"
_PLACEMENTS_MAX = 4_096


class Memory:
    """The memory of one bank, for one process."""

    __slots__ = ("_plans", "notified", "placer", "router")

    def __init__(self, bank: Bank) -> None:
        self.router = Router(bank)
        self.placer = Placer(bank)
        self.notified = {
            account.id: definition
            for account in bank.accounts.values()
            for definition in account.statements
            if family_of(definition) == NOTIFICATION
        }
        """Accounts whose owners want to know at once what is credited, and the definition of the notification."""
        self._plans: dict[str, Plans] = {}

    def plans(self, definition: str) -> Plans:
        """The plans for orders of a definition; to be asked for once for each order."""
        found = self._plans.get(definition, Plans()).bounded()
        self._plans[definition] = found
        return found

    def tidy(self) -> None:
        """Forget placements where they have become many; to be called between orders."""
        if self.placer.known > _PLACEMENTS_MAX:
            self.placer = Placer(self.placer.bank)
            self._plans.clear()  # they know placements by their ids
