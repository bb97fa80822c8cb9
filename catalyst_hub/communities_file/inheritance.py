"""What a community has: its own words over the defaults."""

from __future__ import annotations

from typing import Any, TypeVar

from catalyst_hub.communities_file.part import Part

_Part = TypeVar("_Part", bound=Part)


def inherited(base: Part, own: _Part) -> _Part:
    """``own`` with what it does not say taken from ``base``.

    Maps merge by key, everything else replaces, an explicit null removes. What ``own`` says
    nothing about is the very object of ``base``, so whoever builds on it can do so once.
    """
    said = own.model_fields_set
    update = {name: _merged(base, own, name, name in said) for name in base.model_fields_set}
    return own.model_copy(update=update)


def _merged(base: Part, own: Part, name: str, is_said: bool) -> object:
    theirs = getattr(base, name)
    return _value(theirs, getattr(own, name)) if is_said else theirs


def _value(base: Any, own: Any) -> object:
    if isinstance(base, Part) and isinstance(own, Part):
        return inherited(base, own)
    if isinstance(base, dict) and isinstance(own, dict):
        return base | {key: _value(base.get(key), value) for key, value in own.items()}
    return own
