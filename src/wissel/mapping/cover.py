"""The cover of customer transfers: a pacs.009 with the transfer it pays for, by the same UETR (``data/cover.toml``)."""

from collections.abc import Callable

from wissel.mapping.customer_transfer import BLOCK as TRANSFER_BLOCK
from wissel.mapping.customer_transfer import MESSAGE as TRANSFER_MESSAGE
from wissel.mapping.customer_transfer import Mapped
from wissel.mapping.fitting import fit
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.placement import Cover, below
from wissel.mapping.practice import practice_of
from wissel.mapping.table import Plan, TableMapping, plan, table
from wissel.xml.blocks.shape import shape_of
from wissel.xml.xsd.schema_tree import SchemaTree

TABLE = "cover"
MESSAGE, BLOCK = "FICdtTrf", "CdtTrfTxInf"
_INSTRUCTION, _END_TO_END, _TRANSACTION, _DATE, _AMOUNT, _CURRENCY, _FIRST = range(7)


class Covers:
    """Makes the covers of the customer transfers of one conversion."""

    __slots__ = ("_identifiers", "_kept", "_plans", "_trees")

    def __init__(self, trees: Callable[[str], SchemaTree], identifiers: Identifiers) -> None:
        """``trees`` gives the schema of a definition."""
        self._trees = trees
        self._identifiers = identifiers
        self._plans: dict[tuple[object, ...], tuple[Plan, tuple[str, ...]]] = {}
        self._kept: list[Cover] = []  # their ids are keys: they must not pass to another

    def covering(self, transfer: Mapped, definition: str, cover: Cover, date: str, position: int) -> Mapped | str:
        """The cover of a transfer of ``definition``; a plain sentence where a value does not fit it.

        Its EndToEndId is the InstrId of the transfer, by which the two are told to belong together beside the UETR.
        """
        key = (transfer.paths, definition, id(cover))
        found = self._plans.get(key)
        if found is None:
            self._kept.append(cover)
            found = self._plans[key] = self._made(transfer.paths, definition, cover)
        made, constants = found
        at = {path: number for number, path in enumerate(transfer.paths)}
        values = [
            *transfer.texts,
            self._identifiers.instruction(position, "cover"),
            transfer.texts[at["PmtId/InstrId"]],
            self._identifiers.transaction(position, "cover"),
            date,
            transfer.texts[at["IntrBkSttlmAmt"]],
            transfer.texts[at["IntrBkSttlmAmt/@Ccy"]],
            *constants,
        ]
        texts = list(made.pick(values))
        for check in made.checks:
            fitted = fit(values[check.slot], check.type, may_be_cut=False)
            if fitted.text is None:
                return f"The cover cannot carry {check.path}: {fitted.why}"
            texts[check.place] = fitted.text
        return Mapped(made.paths, tuple(texts))

    def _made(self, paths: tuple[str, ...], definition: str, cover: Cover) -> tuple[Plan, tuple[str, ...]]:
        source, target = self._trees(definition), self._trees(cover.definition)
        mapping = TableMapping(
            table(TABLE), source, target, f"{MESSAGE}/{BLOCK}", f"{TRANSFER_MESSAGE}/{TRANSFER_BLOCK}"
        )
        constants: list[str] = []

        def given(filled: frozenset[str], _replaced: frozenset[str]) -> tuple[tuple[str, int], ...]:
            more = [("PmtId/InstrId", _INSTRUCTION), ("PmtId/EndToEndId", _END_TO_END), ("PmtId/TxId", _TRANSACTION)]
            practice = practice_of(cover.guideline)
            if practice.date == "transaction":
                more.append(("IntrBkSttlmDt", _DATE))
            if "UndrlygCstmrCdtTrf/InstdAmt" not in filled:
                more.append(("UndrlygCstmrCdtTrf/InstdAmt", _AMOUNT))
                more.append(("UndrlygCstmrCdtTrf/InstdAmt/@Ccy", _CURRENCY))
            agents = [("Dbtr", cover.sender), ("CdtrAgt", cover.creditor_agent), ("Cdtr", cover.creditor)]
            agents += [(f"IntrmyAgt{number}", agent) for number, agent in enumerate(cover.intermediaries, 1)]
            if practice.agents == "transaction":
                agents += [("InstgAgt", cover.sender), ("InstdAgt", cover.receiver)]
            for element, values in agents:
                for path, text in below(element, values):
                    more.append((path, _FIRST + len(constants)))
                    constants.append(text)
            return tuple(more)

        made = plan(mapping, (shape_of(paths), None, None), given)
        return made, tuple(constants)
