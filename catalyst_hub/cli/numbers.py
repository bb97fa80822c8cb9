"""Numbers as arguments: plain ones, and those by which one names a row of the store."""

from __future__ import annotations

import argparse
from collections.abc import Callable

#: No database has more rows, nor counts further.
_LAST_NUMBER = 10**18


def whole_number(text: str) -> int:
    """The type of an argument that is a whole number."""
    try:
        return int(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text[:40]!r}: expected a whole number such as 30")


def number_of(noun: str) -> Callable[[str], int]:
    """The type of an argument that is the number of a ``noun``. One that no database keeps is
    refused as that of nothing: asking for it would end in an error of the database."""

    def number(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            expected = f"expected the {noun}'s number"
            raise argparse.ArgumentTypeError(f"{text[:40]!r}: {expected}") from None
        if not 0 < found < _LAST_NUMBER:
            raise argparse.ArgumentTypeError(f"{text}: there is no such {noun}")
        return found

    return number
