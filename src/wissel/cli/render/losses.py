"""The record of losses as a file: JSON lines, or CSV where the file's name ends so."""

import csv
import json
from collections.abc import Callable
from typing import TextIO

from wissel.mapping.loss import Loss

COLUMNS = ("file", "result", "transaction", "category", "original_path", "target_path", "before", "after", "why")
"""Names of the values of one loss, in the order in which they are written."""


def loss_writer(stream: TextIO, as_csv: bool) -> Callable[[str, str | None, Loss], object]:
    """What writes one loss: the input's name, the result's (None where it belongs to none), and the loss itself."""
    if as_csv:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(COLUMNS)
        return lambda file, result, loss: rows.writerow(_values(file, result, loss))
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return lambda file, result, loss: stream.write(
        encode(dict(zip(COLUMNS, _values(file, result, loss), strict=True))) + "\n"
    )


def _values(file: str, result: str | None, loss: Loss) -> tuple[str | int | None, ...]:
    return (
        file,
        result,
        loss.transaction,
        loss.category.value,
        loss.original_path,
        loss.target_path,
        loss.before,
        loss.after,
        loss.why,
    )
