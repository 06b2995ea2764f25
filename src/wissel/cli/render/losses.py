"""The record of losses as a file: JSON lines, or CSV where the file's name ends so."""

import csv
import json
from collections.abc import Callable
from functools import lru_cache
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
    write = stream.write
    return lambda file, result, loss: write(
        f'{{"file": {_often(file)}, "result": {_often(result)}, "transaction": {_often(loss.transaction)}, '
        f'"category": "{loss.category.value}", "original_path": {_text(loss.original_path)}, '
        f'"target_path": {_text(loss.target_path)}, "before": {_text(loss.before)}, "after": {_text(loss.after)}, '
        f'"why": {_often(loss.why)}}}\n'
    )


_encode = json.JSONEncoder(ensure_ascii=False).encode
_often = lru_cache(maxsize=256)(_encode)


def _text(text: str | None) -> str:
    return "null" if text is None else _encode(text)


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
