"""One entry as the XML of a statement: by templates, one for each set of elements that entries have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from wissel.ledger.details import Placed, detail_fields, detail_places
from wissel.ledger.entry_codes import EntryCode, code_of, is_return, original_code
from wissel.ledger.posting import PENDING, Detail, Entry
from wissel.xml.writing.element_template import Template, element_template
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

DETAILS = "NtryDtls/TxDtls"
_SHAPES_MAX = 800
"""Templates kept by one form; beyond, they come from the store of the writer."""


def amount_text(units: int, decimals: int) -> str:
    """Minor units as an amount without sign: 1234 with two decimals is 12.34."""
    if decimals == 0:
        return str(abs(units))
    whole, part = divmod(abs(units), 10**decimals)
    return f"{whole}.{part:0{decimals}}"


@dataclass(frozen=True, slots=True)
class EntryForm:
    """Writes entries of one account in one version; :func:`entry_form` makes it."""

    tree: SchemaTree
    below: str
    """The statement's element below the root: ``BkToCstmrStmt/Stmt``."""
    currency: str
    decimals: int
    market: str
    status: str
    """``Sts``, or ``Sts/Cd`` from version 07 on."""
    has_amount: bool
    """Whether TxDtls has an amount of its own (from version 03 on)."""
    places: Mapping[str, Placed | None]
    currencies: Mapping[str, str]
    """Name of an amount -> name of its currency."""
    templates: dict[tuple[str, ...], Template]
    codes: dict[tuple[object, ...], EntryCode]
    unplaced: dict[str, int] = field(default_factory=dict)
    """Names of values that this version has no place for, and how often they came."""

    def __call__(self, entry: Entry) -> bytes:
        """The element Ntry, with layout."""
        paths, texts = self._head(entry)
        if len(entry.details) > 1:
            return self._batch(entry, paths, texts)
        if entry.details:
            for path, text in zip(*self._detail(entry, entry.details[0]), strict=True):
                paths.append(f"{DETAILS}/{path}")
                texts.append(text)
        return self._template("Ntry", tuple(paths)).fill(texts)

    def _head(self, entry: Entry) -> tuple[list[str], list[str]]:
        code = self._code(entry)
        paths = ["Amt", "Amt/@Ccy", "CdtDbtInd", self.status, "ValDt/Dt", "AcctSvcrRef", *_CODE]
        texts = [
            amount_text(entry.amount, self.decimals),
            self.currency,
            "CRDT" if entry.amount > 0 else "DBIT",
            entry.status,
            entry.value_date.isoformat(),
            entry.reference,
            code.domain,
            code.family,
            code.subfamily,
        ]
        if code.reversal:
            paths.append("RvslInd")
            texts.append("true")
        if entry.status != PENDING:
            paths.append("BookgDt/Dt")
            texts.append(entry.booking_date.isoformat())
        if entry.information:
            paths.append("AddtlNtryInf")
            texts.append(entry.information)
        return paths, texts

    def _code(self, entry: Entry) -> EntryCode:
        key = (entry.case, entry.amount > 0, entry.reversal, entry.code, is_return(entry))
        found = self.codes.get(key)
        if found is None:
            found = self.codes[key] = code_of(entry, self.market)
        return found

    def _detail(self, entry: Entry, detail: Detail) -> tuple[list[str], list[str]]:
        """Paths below TxDtls and their texts."""
        amount, side = amount_text(detail.amount, self.decimals), "CRDT" if detail.amount > 0 else "DBIT"
        paths, texts = ["Refs/AcctSvcrRef"], [entry.reference]
        if self.has_amount:
            paths += ["Amt", "Amt/@Ccy", "CdtDbtInd"]
            texts += [amount, self.currency, side]
        paths += ["AmtDtls/TxAmt/Amt", "AmtDtls/TxAmt/Amt/@Ccy"]
        texts += [amount, self.currency]
        for name, value in detail.values.items():
            placed = self.places.get(name, _no_place)
            if placed is None:
                self.unplaced[name] = self.unplaced.get(name, 0) + 1
                continue
            more, values = placed(value)
            paths += more
            texts += values
            if (currency := self.currencies.get(name)) is not None:
                paths.append(f"{more[0]}/@Ccy")
                texts.append(detail.values.get(currency, self.currency))
        if "exchange_rate" in detail.values and "counter_value" not in detail.values:
            paths += _COUNTER_VALUE
            texts += [amount, self.currency]
        if "return_reason" in detail.values and (code := original_code(entry.case, entry.amount > 0)) is not None:
            paths += _ORIGINAL_CODE
            texts += [code.domain, code.family, code.subfamily]
        return paths, texts

    def _batch(self, entry: Entry, paths: list[str], texts: list[str]) -> bytes:
        """An entry with several transactions: its batch, and each of them."""
        pieces: list[bytes] = []
        writer = _open_at(self.tree, self.below, pieces.append)
        pieces.clear()
        writer.start("Ntry")
        heads = [(path, text) for path, text in zip(paths, texts, strict=True) if path != "AddtlNtryInf"]
        writer.values(heads)
        writer.start("NtryDtls")
        batch = {"NbOfTxs": str(len(entry.details)), "TtlAmt": texts[0], "TtlAmt/@Ccy": texts[1], "CdtDbtInd": texts[2]}
        for name, tag in (("message_id", "MsgId"), ("payment_information_id", "PmtInfId")):
            found = {detail.values.get(name) for detail in entry.details}
            if len(found) == 1 and (common := found.pop()) is not None:
                batch[tag] = common
        writer.block("Btch", tuple(batch), tuple(batch.values()))
        for detail in entry.details:
            own, values = self._detail(entry, detail)
            pieces.append(self._template(f"Ntry/{DETAILS}", tuple(own)).fill(values))
        writer.end()
        if entry.information:
            writer.block("AddtlNtryInf", ("",), (entry.information,))
        writer.end()
        return b"".join(pieces)

    def _template(self, below: str, paths: tuple[str, ...]) -> Template:
        key = (below, *paths)
        found = self.templates.get(key)
        if found is None:
            path = f"{self.below}/{below}"
            found = element_template(self.tree, path, paths, path.count("/") + 1)
            if len(self.templates) < _SHAPES_MAX:
                self.templates[key] = found
        return found


_CODE = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
_COUNTER_VALUE = ("AmtDtls/CntrValAmt/Amt", "AmtDtls/CntrValAmt/Amt/@Ccy")
_ORIGINAL_CODE = tuple(f"RtrInf/Orgnl{path}" for path in _CODE)


def _no_place(_text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (), ()


def _open_at(tree: SchemaTree, below: str, sink: Callable[[bytes], object]) -> MessageWriter:
    writer = MessageWriter(tree, sink, declared=False)
    for tag in below.split("/"):
        writer.start(tag)
    return writer


def entry_form(tree: SchemaTree, below: str, currency: str, decimals: int, market: str) -> EntryForm:
    """The form of an account's entries in a version, ``below`` being the statement's element below the root."""

    def has(path: str) -> bool:
        try:
            tree.find(f"{below}/Ntry/{path}")
        except KeyError:
            return False
        return True

    return EntryForm(
        tree=tree,
        below=below,
        currency=currency,
        decimals=decimals,
        market=market,
        status="Sts/Cd" if has("Sts/Cd") else "Sts",
        has_amount=has(f"{DETAILS}/Amt"),
        places=detail_places(tree, f"{below}/Ntry/{DETAILS}"),
        currencies={name: one.currency for name, one in detail_fields().items() if one.currency is not None},
        templates={},
        codes={},
    )


def signed_text(units: int, decimals: int) -> str:
    """Minor units as an amount with its sign, for sentences."""
    return f"{Decimal(units).scaleb(-decimals):f}"
