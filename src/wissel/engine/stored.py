"""What the journal keeps of a payment for later answers: ``Payment.content``, written and read in one place.

Of an order's transaction (in, pain.001) nothing but its references is needed; its message has a row of its own with
position 0, whose content says ``created``, ``count`` and ``control_sum``. Of a payment that was sent (out) the booking
is needed, so that a rejection or return can take it back. Of one that was received between banks (in) all of its values
are kept: a return, a report or a resolution names them long after the file is gone. So they are of a recall.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from wissel.journal.values import Payment, canonical

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """The content of one payment. What is not known, or not needed, is None or empty."""

    network: str | None = None
    """The network that it was sent over, or came from."""
    account: str | None = None
    """Our account on the side of the customer (or of the bank it is passed on for): debited for what was sent, credited
    for what was received."""
    settlement: str | None = None
    """The account over which banks settle it: of a network, a nostro or a vostro."""
    amount: int | None = None
    """Minor units that were booked between the two."""
    posting: str | None = None
    """Key of that posting; None where nothing is booked yet."""
    case: str | None = None
    """Of the posting's legs."""
    peer: str | None = None
    """BIC of the bank that it was sent to, or that sent it."""
    created: str | None = None
    """CreDtTm of its message."""
    count: str | None = None
    """NbOfTxs of its message, as it stands there."""
    control_sum: str | None = None
    """CtrlSum of its message, as it stands there."""
    values: Texts = field(default_factory=dict)
    """Path -> text of the transaction."""
    message: Texts = field(default_factory=dict)
    """Path -> text of what stands around the transactions."""
    header: Texts = field(default_factory=dict)
    """Path -> text of the header; none without one."""
    header_definition: str | None = None
    envelope: tuple[str, ...] = ()
    guideline: str | None = None
    """By which the message was judged."""

    @property
    def text(self) -> str:
        """As the journal keeps it."""
        plain = {name: value for name in _PLAIN if (value := getattr(self, name)) is not None}
        return canonical(plain | {name: value for name in _SEVERAL if (value := getattr(self, name))})


_NAMES = frozenset(one.name for one in fields(Stored))
_SEVERAL = ("values", "message", "header", "envelope")
_PLAIN = tuple(one.name for one in fields(Stored) if one.name not in _SEVERAL)


def stored(payment: Payment) -> Stored:
    """The content of a payment; all of it empty where it has none."""
    if payment.content is None:
        return Stored()
    told = {name: value for name, value in json.loads(payment.content).items() if name in _NAMES}
    if "envelope" in told:
        told["envelope"] = tuple(told["envelope"])
    return Stored(**told)
