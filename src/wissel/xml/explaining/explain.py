"""Explain a part that libxml2 found invalid: every fault by name, placed and with what is allowed.

libxml2 decides whether a document is valid; its messages stop at the first wrong child of an element and its error
log slows down by the square of the errors. So what is wrong is found here: the part's tokens are followed through its
SchemaTree in one pass, in time linear in the part and in flat memory. Each element reports on its own name, attributes
and value as it stands, and on its children once it ends, when all of them are known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.xml.explaining.attributes import check_attributes
from wissel.xml.explaining.content import Child, Fault, check_content, is_right
from wissel.xml.explaining.frame import Frame
from wissel.xml.explaining.sieve import Sieve
from wissel.xml.explaining.unknown import Guess, guess, unexpected_child
from wissel.xml.lexer import END, START, TEXT, Lexer, Mark, attributes_of
from wissel.xml.parts.set_aside import SIGNATURE_TAG, XML_SIGNATURE
from wissel.xml.parts.skeleton import too_deep
from wissel.xml.place import Place
from wissel.xml.refusal import Refused
from wissel.xml.xsd.content_plan import Plan, Slot, plan_content
from wissel.xml.xsd.describe import describe
from wissel.xml.xsd.schema_tree import ComplexType, SchemaTree, SimpleType, Type
from wissel.xml.xsd.values import check_value

TEXT_CHARACTERS_MAX = 1_000_000
"""Characters of one value that are kept for checking; far beyond any length a schema allows."""
EXPLAINED_FIRST = 4
"""Transactions followed before it is worth compiling a schema for passing over the valid ones."""
GUESSES_MAX = 10_000
"""Different unknown elements whose meaning is guessed at."""
RUNS_MAX = 10_000
"""Runs of equal tags among the children of one element that are kept for judging their order."""


@dataclass(slots=True)
class Explanation:
    """What was found: faults in the order of the file, how many beyond the cap, and how many transactions."""

    findings: list[Finding] = field(default_factory=list)
    beyond: int = 0
    transactions: int = 0


class Explainer:
    """Follows the tokens of one part through a schema."""

    def __init__(
        self,
        tree: SchemaTree,
        path: str,
        source: str,
        transaction_paths: frozenset[str],
        findings_max: int,
        depth_max: int,
        renamed: Callable[[str], tuple[str, ...]],
        set_aside: bool = False,
    ) -> None:
        """``path`` is the schema's file; ``source`` names the schema in findings; ``transaction_paths`` are paths
        without indices; ``renamed`` gives what a tag is called in other versions; ``set_aside`` says that the part's
        last child is a signature that is not looked at."""
        self.tree = tree
        self.path = path
        self.source = source
        self.findings_max = findings_max
        self.depth_max = depth_max
        self.renamed = renamed
        self.set_aside = set_aside
        self.result = Explanation()
        self.stack: list[Frame] = []
        self.transaction: int | None = None
        self._transaction_tags: dict[str, tuple[str, ...]] = {}
        for full in transaction_paths:
            above, _, tag = full.rpartition("/")
            self._transaction_tags[above] = (*self._transaction_tags.get(above, ()), tag)
        self._transaction_depth = max((path.count("/") - 1 for path in transaction_paths), default=0)
        self._plans: dict[str, Plan] = {}
        self._guesses: dict[tuple[str, ...], Guess | None] = {}
        self._found: list[tuple[int, int, Finding]] = []
        self._sieve: tuple[Frame, Sieve] | None = None
        self._doubted: Frame | None = None
        """A signature in the root that is right as long as nothing comes after it."""

    def explain(self, chunks: Iterable[bytes], place: Place, scope: dict[str, str]) -> Explanation:
        """Follow the part whose bytes are ``chunks``, beginning at ``place`` with the namespaces ``scope`` (prefix to
        name) around it. Raises Refused where elements are nested too deep."""
        self.lexer = lexer = Lexer(place.line, place.column)
        self.scope = scope
        for kind, said, attributes in lexer.tokens(chunks):
            if kind == START:
                self._start(said, attributes)
            elif kind == TEXT:
                self._text(said)
            elif kind == END and self.stack:
                self._end(self.stack.pop())
        self._found.sort(key=lambda found: found[:2])
        self.result.findings = [found[2] for found in self._found]
        return self.result

    def report(self, fault: Fault, path: str) -> None:
        """Keep a fault as a finding, or count it where the cap is reached."""
        if len(self._found) >= self.findings_max:
            self.result.beyond += 1
            return
        place = fault.place or self.lexer.place()
        self._found.append(
            (
                place.line,
                place.column,
                finding(
                    fault.code,
                    fault.message,
                    path=path,
                    transaction=self.transaction,
                    line=place.line,
                    column=place.column,
                    value=fault.value,
                    allowed=fault.allowed,
                    hint=fault.hint,
                    source=self.source,
                    excerpt=place.excerpt,
                    excerpt_column=place.excerpt_column,
                ),
            )
        )

    def _plan(self, of: ComplexType) -> Plan:
        plan = self._plans.get(of.name)
        if plan is None:
            plan = self._plans[of.name] = plan_content(of)
        return plan

    def _start(self, name: str, attributes: bytes) -> None:
        prefix, _, tag = name.rpartition(":")
        parent = self.stack[-1] if self.stack else None
        scope = parent.scope if parent else self.scope
        written = attributes_of(attributes) if attributes else {}
        if b"xmlns" in attributes:
            scope = {**scope, **{k[6:]: v for k, v in written.items() if k == "xmlns" or k.startswith("xmlns:")}}
        mark = self.lexer.mark()
        namespace = scope.get(prefix)
        if parent is None:
            frame = self._frame(None, tag, 1, False, self.tree.type_of(self.tree.root), scope, mark)
        elif self.set_aside and len(self.stack) == 1 and (tag, namespace) == (SIGNATURE_TAG, XML_SIGNATURE):
            self._settle_doubted(parent)
            number = parent.counts[tag] = parent.counts.get(tag, 0) + 1
            frame = self._doubted = Frame(parent, tag, number, False, None, None, scope, mark)
        else:
            if len(self.stack) == 1 and self._doubted is not None:
                self._settle_doubted(parent)
            frame = self._child(parent, tag, namespace, scope, mark)
        self.stack.append(frame)
        if len(self.stack) > self.depth_max:
            raise Refused(too_deep(self.depth_max))
        if frame.type is None:
            return
        if namespace != self.tree.namespace:
            self._wrong_namespace(frame, parent, namespace)
        if written or (isinstance(frame.type, ComplexType) and frame.type.attributes):
            for fault in check_attributes(frame.type, written, scope, tag):
                self.report(fault, frame.path)

    def _frame(
        self,
        parent: Frame | None,
        tag: str,
        number: int,
        many: bool,
        of: Type | None,
        scope: dict[str, str],
        mark: Mark,
    ) -> Frame:
        plan = self._plan(of) if isinstance(of, ComplexType) and of.value is None else None
        frame = Frame(parent, tag, number, many, of, plan, scope, mark)
        if plan is not None and len(self.stack) < self._transaction_depth:
            frame.transaction_tags = self._transaction_tags.get(frame.plain_path, ())
        return frame

    def _child(self, parent: Frame, tag: str, namespace: str | None, scope: dict[str, str], mark: Mark) -> Frame:
        number = parent.counts[tag] = parent.counts.get(tag, 0) + 1
        plan = parent.plan
        slot = plan.slots.get(tag) if plan is not None else None
        if slot is None:
            if parent.type is None:
                return Frame(parent, tag, number, False, None, None, scope, mark)
            return self._unknown(parent, tag, number, namespace, scope, mark)
        last = self._run(parent, slot, mark, number)
        last.count += 1
        occurs_max = slot.element.occurs_max
        if occurs_max is not None and number == occurs_max + 1:
            last.excess = mark
        if parent.transaction_tags and tag in parent.transaction_tags:
            self.result.transactions += 1
            self.transaction = self.result.transactions
            if occurs_max is None and self.result.transactions == EXPLAINED_FIRST:
                self.lexer.skip = self._skip
        return self._frame(parent, tag, number, occurs_max != 1, self.tree.types[slot.element.type_name], scope, mark)

    def _run(self, parent: Frame, slot: Slot, mark: Mark, number: int) -> Child:
        last = parent.children[-1] if parent.children else None
        if last is None or last.tag != slot.element.tag:
            last = Child(slot.element.tag, slot, mark, number)
            if len(parent.children) < RUNS_MAX:
                parent.children.append(last)
        return last

    def _skip(self, data: bytes, at: int) -> int:
        """Pass over transactions that libxml2 finds valid."""
        parent = self.stack[-1] if self.stack else None
        if parent is None or not parent.transaction_tags or parent.plan is None or data[at + 1 : at + 2] == b"/":
            return at
        name = self.lexer.name_at(at)
        tag = name.rpartition(":")[2]
        slot = parent.plan.slots.get(tag)
        if tag not in parent.transaction_tags or slot is None or slot.element.occurs_max is not None:
            return at
        if self._sieve is None or self._sieve[0] is not parent or not self._sieve[1].is_for(name):
            self._sieve = parent, Sieve(self.path, name, slot.element.type_name, parent.scope)
        count, passed = self._sieve[1].skip(data, at)
        if count:
            before = parent.counts.get(tag, 0)
            self._run(parent, slot, self.lexer.mark_at(at), before + 1).count += count
            parent.counts[tag] = before + count
            self.result.transactions += count
        return passed

    def _unknown(
        self, parent: Frame, tag: str, number: int, namespace: str | None, scope: dict[str, str], mark: Mark
    ) -> Frame:
        wildcard = parent.plan.wildcard if parent.plan is not None else None
        if wildcard is not None:
            # foreign content; only a document of our own namespace in it is looked into, as XML Schema has it
            own = tag == self.tree.root.tag and namespace == self.tree.namespace and wildcard.process != "skip"
            of = self.tree.type_of(self.tree.root) if own else None
            if wildcard.namespace not in ("##any", "##other") and (namespace or "") not in wildcard.namespace.split():
                message = f"<{tag}> is not of the namespace that is asked for here."
                allowed = f"an element of the namespace {wildcard.namespace}"
                self.report(
                    Fault("ELEMENT-UNEXPECTED", message, tag, allowed, place=mark.place()), f"{parent.path}/{tag}"
                )
            return self._frame(parent, tag, number, False, of, scope, mark)
        frame = Frame(parent, tag, number, False, None, None, scope, mark)
        self._report_unknown(parent, frame)
        return frame

    def _settle_doubted(self, root: Frame) -> None:
        """Another child of the root begins: a signature before it was not the last one."""
        doubted, self._doubted = self._doubted, None
        if doubted is not None:
            self._report_unknown(root, doubted)

    def _report_unknown(self, parent: Frame, frame: Frame) -> None:
        tag, around = frame.tag, parent.around()
        guessed = self._guess(tag, around)
        if guessed is not None and guessed.meant is not None and guessed.meant not in parent.meant:
            parent.meant = (*parent.meant, guessed.meant)
        self.report(unexpected_child(tag, around, frame.mark.place(), guessed), frame.path)

    def _guess(self, tag: str, around: list[Type]) -> Guess | None:
        """What an unknown child is meant to be; the same one often comes very many times."""
        key = (tag, *(of.name for of in around))
        if key not in self._guesses:
            if len(self._guesses) >= GUESSES_MAX:
                return None  # so many different ones are no slips of the pen
            self._guesses[key] = guess(tag, around, self.tree, self.renamed)
        return self._guesses[key]

    def _wrong_namespace(self, frame: Frame, parent: Frame | None, namespace: str | None) -> None:
        """Report an element outside the message's namespace, but not all those inside it again."""
        frame.foreign = True
        if parent is not None and parent.foreign:
            return
        found = f"the namespace “{namespace}”" if namespace else "no namespace"
        message = f"<{frame.tag}> is in {found}, not in that of its message."
        allowed = f"the namespace {self.tree.namespace}"
        self.report(Fault("NAMESPACE-WRONG", message, value=namespace, allowed=allowed), frame.path)

    def _text(self, text: str) -> None:
        if not self.stack or self.stack[-1].type is None:
            return
        frame = self.stack[-1]
        if frame.plan is None:
            if frame.text_size < TEXT_CHARACTERS_MAX:
                frame.text.append(text)
            frame.text_size += len(text)
        elif not text.isspace():
            said = text.strip()
            hint, meant = _text_hint(frame.plan) if not frame.counts else (None, None)
            if meant is not None and meant not in frame.meant:
                frame.meant = (*frame.meant, meant)
            fault = Fault(
                "TEXT-UNEXPECTED",
                f"Text stands directly in <{frame.tag}>, which holds elements only.",
                value=said,
                allowed=describe(frame.type) if frame.type else None,
                hint=hint,
                place=self.lexer.mark().value_place(),
            )
            self.report(fault, frame.path)

    def _end(self, frame: Frame) -> None:
        if frame.type is None:
            return
        plan = frame.plan
        if plan is None:
            self._check_text(frame)
        elif plan.whole and not is_right(plan, frame.children, frame.counts):
            for fault, step in check_content(
                plan, frame.children, frame.counts, frame.meant, frame.tag, self.lexer.mark()
            ):
                self.report(fault, f"{frame.path}/{step}" if step else frame.path)
        if self.stack and frame.tag in self.stack[-1].transaction_tags:
            self.transaction = None

    def _check_text(self, frame: Frame) -> None:
        value_type = frame.type if isinstance(frame.type, SimpleType) else frame.type.value if frame.type else None
        if value_type is None:
            return
        value = frame.text[0] if len(frame.text) == 1 else "".join(frame.text)
        if frame.counts and not value.strip():
            return  # the value stands in an element that has been reported
        fault = check_value(value, value_type)
        if fault is not None:
            place = frame.mark.value_place()
            self.report(Fault(fault.code, fault.message, value, fault.allowed, fault.hint, place), frame.path)


def _text_hint(plan: Plan) -> tuple[str | None, str | None]:
    """Where stray text belongs, and the child that it stands for, which is then not missing as well."""
    if {"Cd", "Prtry"} <= plan.slots.keys():
        return "put the code into <Cd>, or a free value into <Prtry>", "Cd"
    tags = list(plan.slots)
    if tags and set(tags) <= {"Dt", "DtTm"}:
        return f"put the date into <{tags[0]}>", tags[0]
    needed = [slot.element.tag for slot in plan.required] or tags
    return (f"put it into <{needed[0]}>", needed[0]) if len(needed) == 1 else (None, None)
