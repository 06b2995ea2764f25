"""A key that came before: the same file again is answered as before, another one under the same name is refused."""

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.conclusion import Made, unpacked
from wissel.engine.context import Context, Effects, Received
from wissel.engine.refusals import refused
from wissel.journal.journal import Seen, outputs_of
from wissel.journal.values import Key


def repeated(context: Context, received: Received, key: Key, before: Seen) -> Effects:
    """What comes of a message whose key was claimed before. Nothing is booked or sent a second time."""
    if not before.same:
        return refused(context, received, reused(key))
    said = f"The same file came before and has record {before.record}; its answers are given again."
    again = tuple(
        Made(output.addressee, f"{context.record.number}-{output.name}", unpacked(output.content), "given again")
        for output in outputs_of(context.connection, before.record)
        if output.content is not None and all(one.repeats is None for one in context.earlier)
    )
    return Effects(True, (finding("MESSAGE-REPEATED", said),), again, counts={"repeated": 1}, repeats=before.record)


def reused(key: Key) -> Finding:
    """That an identifier was used before, for another message: of an earlier file, or of the same one."""
    said = f"{key.sender} used the identifier {key.message_id} before, for another {key.definition}."
    return finding("MESSAGE-IDENTIFIER-REUSED", said, value=key.message_id)
