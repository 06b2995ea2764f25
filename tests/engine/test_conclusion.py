"""What a conclusion keeps of its answers."""

import base64

import pytest

from wissel.engine.conclusion import packed, unpacked


def test_an_answer_is_kept_whole_however_large() -> None:
    # an answer that names each of very many transactions was given again cut off in the middle
    answer = b"<TxInfAndSts/>" * 5_000_000
    assert unpacked(packed(answer)) == answer


@pytest.mark.parametrize("text", ["", base64.b64encode(b"no zlib").decode(), packed(b"x" * 999)[:8]])
def test_what_is_damaged_is_not_given_again(text: str) -> None:
    with pytest.raises(ValueError, match=r"Error -[35] while decompressing"):
        unpacked(text)
