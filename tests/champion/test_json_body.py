"""Whatever a program sends instead of a form, it is told that it is wrong, and nothing breaks."""

from __future__ import annotations

import pytest

from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.json_body import flat_object


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"reason": "\\ud800"}', b'{"reason": "a\\u0000b"}', b"\xff", b"[]", b""],
    ids=["deep", "half a character", "zero", "no text", "a list", "nothing"],
)
def test_what_no_database_could_keep_is_refused(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        flat_object(body)


def test_words_and_numbers_are_words() -> None:
    assert flat_object(b'{"amount": 0.5, "reason": "caf\\u00e9", "until": null}') == {
        "amount": "0.5",
        "reason": "caf\u00e9",
    }
