"""A placement from the order alone, where no bank's configuration says where payments go.

InstgAgt is the debtor agent, InstdAgt the creditor agent, the date the one asked for; each is recorded as a default.
"""

from dataclasses import dataclass
from functools import lru_cache

from wissel.mapping.correspondence import NoPlace, pair
from wissel.mapping.placement import Placement, Values
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape
from wissel.xml.xsd.schema_tree import SchemaTree

METHODS = ("CLRG", "INDA", "INGA")
"""Those that need nothing that only a bank's configuration knows: COVE needs the reimbursement agents."""
_DATES = ("ReqdExctnDt/Dt", "ReqdExctnDt/DtTm", "ReqdExctnDt")


@dataclass(frozen=True, slots=True, eq=False)
class _Agents:
    """How the agents of an order become those of the group header."""

    source: SchemaTree
    target: SchemaTree

    def values(self, block: Block, tag: str, holder: str, to: str) -> Values:
        """The values of an agent below ``block``, as they stand below the target's element."""
        number_of = [n for n, plain in enumerate(block.shape.plain) if plain.startswith(f"{tag}/")]
        if not number_of:
            return ()
        both = pair(self.source, f"{holder}/{tag}", self.target, f"{self.target.message_element.tag}/GrpHdr/{to}")
        found = []
        for number in number_of:
            place = both.place(block.shape.paths[number][len(tag) + 1 :])
            if not isinstance(place, NoPlace):
                found.append((place.path, block.texts[number]))
        return tuple(found)


class DefaultPlacements:
    """Gives the placement of each transaction of one order; the same object for those that go the same way."""

    __slots__ = ("_agents", "_chosen", "_group", "_guideline", "_known", "_method", "_target")

    def __init__(
        self, source: SchemaTree, target: SchemaTree, method: str | None = None, guideline: str = "iso"
    ) -> None:
        """``method`` is one of ``METHODS``; None for the first of them. ``guideline`` checks the result."""
        self._agents = _Agents(source, target)
        self._target = target.definition
        self._method = method or METHODS[0]
        self._chosen = method is not None
        self._guideline = guideline
        self._known: dict[tuple[object, ...], Placement] = {}
        self._group: tuple[Block, Values, str] | None = None

    def place(self, block: Block) -> Placement:
        """The placement of a transaction."""
        group = block.parent
        debtor_agent, date = self._of_group(group) if group is not None else ((), "")
        key = (group.number if group else 0, *_agent_texts(block))
        placement = self._known.get(key)
        if placement is None:
            base = self._agents.source.message_element.tag
            creditor_agent = self._agents.values(block, "CdtrAgt", f"{base}/PmtInf/CdtTrfTxInf", "InstdAgt")
            made = self._made(debtor_agent, creditor_agent, date)
            placement = self._known[key] = self._known.setdefault((made,), made)
        return placement

    def _of_group(self, group: Block) -> tuple[Values, str]:
        if self._group is None or self._group[0] is not group:
            base = self._agents.source.message_element.tag
            agent = self._agents.values(group, "DbtrAgt", f"{base}/PmtInf", "InstgAgt")
            date = next((text[:10] for path in _DATES if (text := group.text(path))), "")
            self._known = {key: value for key, value in self._known.items() if len(key) == 1}
            self._group = (group, agent, date)
        return self._group[1], self._group[2]

    def _made(self, instructing: Values, instructed: Values, date: str) -> Placement:
        why = "No routing: the method was asked for." if self._chosen else "No routing: a clearing system is assumed."
        return Placement(
            definition=self._target,
            date=date,
            method=self._method,
            settlement=(("SttlmMtd", self._method),),
            instructing=instructing,
            instructed=instructed,
            guideline=self._guideline,
            defaulted=(
                ("SttlmInf/SttlmMtd", why),
                ("InstgAgt", "No routing: the debtor agent instructs."),
                ("InstdAgt", "No routing: the creditor agent is instructed."),
                ("IntrBkSttlmDt", "No routing: settlement is on the day asked for."),
            ),
        )


def _agent_texts(block: Block) -> tuple[object, ...]:
    """What tells the creditor agents of transactions apart."""
    texts = block.texts
    numbers = _agent_numbers(block.shape)
    return (block.shape, *[texts[number] for number in numbers])


@lru_cache(maxsize=1024)
def _agent_numbers(shape: Shape) -> tuple[int, ...]:
    return tuple(number for number, path in enumerate(shape.paths) if path.startswith("CdtrAgt/"))
