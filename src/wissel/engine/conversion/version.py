"""Another version of a message: the document by the version steps, the header around it made to fit."""

from wissel.core.errors import InstallationError
from wissel.engine.conversion.run import Result, Run
from wissel.mapping.header import ENVELOPE
from wissel.mapping.loss import Category, Loss
from wissel.mapping.version import convert_version
from wissel.message.business_message import BusinessMessage
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import DECLARATION, MessageWriter, Sink

_NAMED = "MsgDefIdr"


def convert_to_version(run: Run, message: BusinessMessage) -> None:
    """Write one message as the version asked for; findings go to the run."""
    definition = run.wish.definition
    path = run.path(definition)
    transactions = sum(1 for block in message.blocks() if block.kind == "transaction")
    try:
        with path.open("wb") as file:
            header = message.header()
            if header is not None and message.header_definition is not None:
                _around(run, message, header, file.write, path.name)
                sink = _Inner(file.write)
            else:
                sink = _Inner(file.write, keeps=True)
            done = convert_version(
                message, definition, run.catalog, sink.take, record=lambda loss: run.note(loss, path.name)
            )
            if header is not None and not sink.keeps:
                file.write(f"</{_envelope(message)}>\n".encode())
    except OSError as error:
        raise InstallationError(f"cannot write {path.name}: {error.strerror or error}") from None
    for one in done.findings:
        run.find(one)
    run.counts["converted"] += transactions
    run.keep(Result(path, definition, transactions or None, None), run.wish.guideline)


class _Inner:
    """Takes a document as it is written, without its XML declaration where it stands in an envelope."""

    __slots__ = ("_sink", "_started", "keeps")

    def __init__(self, sink: Sink, keeps: bool = False) -> None:
        self._sink = sink
        self._started = keeps
        self.keeps = keeps

    def take(self, data: bytes) -> object:
        if not self._started:
            self._started = True
            data = data.removeprefix(DECLARATION)
        return self._sink(data)


def _envelope(message: BusinessMessage) -> str:
    return message.envelope[0].rpartition(":")[2] if message.envelope else ENVELOPE


def _around(run: Run, message: BusinessMessage, header: Block, sink: Sink, result: str) -> None:
    """Begin the envelope and write the header, which names the new definition. A signature over the old message would
    not hold for the new one."""
    tree = run.catalog.tree(message.header_definition or "")
    values = []
    for path, text in zip(header.shape.paths, header.texts, strict=True):
        original = f"/AppHdr/{path}"
        if path.startswith("Sgntr"):
            why = "A signature over the original does not hold for what it was turned into."
            run.note(Loss(Category.DROPPED, original, None, text, None, why), result)
        elif path == _NAMED:
            values.append((path, run.wish.definition))
            why = "The header names the definition that was written."
            run.note(Loss(Category.CONSUMED, original, original, text, run.wish.definition, why), result)
        else:
            values.append((path, text))
    sink(DECLARATION + f"\n<{_envelope(message)}>".encode())
    writer = MessageWriter(tree, sink, declared=False, depth=1)
    writer.values(values)
    writer.close()
