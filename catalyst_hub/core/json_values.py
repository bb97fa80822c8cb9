"""What programs write, read value by value: a ValueError names the field, for programmers."""

from __future__ import annotations

import re
from datetime import date

#: What JSON can say and no database keep.
_NOT_KEPT = re.compile("[\0\ud800-\udfff]")


def text_said(name: str, value: object) -> str:
    """A string."""
    if not isinstance(value, str) or _NOT_KEPT.search(value):
        raise ValueError(f"{name} is a string of characters")
    return value


def day_said(name: str, value: object) -> date:
    """A day, as ``2026-12-01``."""
    try:
        return date.fromisoformat(text_said(name, value))
    except ValueError:
        raise ValueError(f"{name} is a day such as 2026-12-01") from None


def number_said(name: str, value: object) -> int | None:
    """A whole number; None: null."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f"{name} is a whole number or null")
    return value


def list_said(name: str, value: object) -> list[object]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError(f"{name} is a list")
    return value


def object_said(name: str, value: object, *fields: str) -> dict[str, object]:
    """An object that has no other than these fields."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is an object")
    unknown = sorted(value.keys() - set(fields))
    if unknown:
        raise ValueError(f"there is no {unknown[0]!r} in {name}, which has {', '.join(fields)}")
    return value
