"""Numbers by which an argument names a row of the store."""

from __future__ import annotations

import argparse
from collections.abc import Callable

#: No database has more rows, nor counts further.
_LAST_NUMBER = 10**18


def number_of(noun: str) -> Callable[[str], int]:
    """The type of an argument that is the number of a ``noun``. One that no database keeps is
    refused as that of nothing: asking for it would end in an error of the database."""

    def number(text: str) -> int:
        found = int(text)
        if not 0 < found < _LAST_NUMBER:
            raise argparse.ArgumentTypeError(f"{text}: there is no such {noun}")
        return found

    return number
