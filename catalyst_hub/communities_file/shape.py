"""Holds the values against the models, and says every mismatch in plain words."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from catalyst_hub.communities_file.fields import quoted
from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import FilePart
from catalyst_hub.communities_file.part import Part
from catalyst_hub.communities_file.problem import Path, is_token
from catalyst_hub.communities_file.providers import PROVIDER_MODELS
from catalyst_hub.communities_file.words import listed, meant, nearest

#: Each round leaves out what the round before found; three levels can depend on each other.
_MOST_ROUNDS = 5
_PLACEHOLDERS: Mapping[str, object] = {
    "version": "1",
    "hub": {"name": "hub"},
    "providers": {},
    "communities": {},
}
_SECRET = re.compile(r"secret|passw|token|api_?key|private_?key|credential", re.I)

#: What pydantic calls it -> what is wrong, what was expected, what to do.
_SENTENCES: Mapping[str, tuple[str, str, str]] = {
    "model_type": ("this is no map", "lines of 'key: value'", "indent them below the key"),
    "dict_type": ("this is no map", "lines of 'key: value'", "indent them below the key"),
    "list_type": ("this is no list", "a list", "write [one, two], or lines that begin with '- '"),
    "too_short": ("this list is empty", "at least one entry", "add one, or remove the key"),
}


def looks_secret(key: str) -> bool:
    """Whether a key's name says that its value is nobody else's business."""
    return _SECRET.search(key) is not None


def read_shape(data: object, findings: Findings) -> FilePart | None:
    """The file as models; every mismatch goes into ``findings``.

    What does not fit is left out and the rest read again, so that what is wrong with the rest
    can be told in the same run. None: nothing of use is left.
    """
    _refuse_secrets(data, findings)
    for _ in range(_MOST_ROUNDS):
        try:
            return FilePart.model_validate(data)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=True)
        for one in details:
            _explain(one, findings)
        if any(one["loc"] == () for one in details):
            return None
        data = _without(data, details)
    return None


def _refuse_secrets(data: object, findings: Findings) -> None:
    """Secrets of a provider, also of one that this version cannot read."""
    public = {key for model in PROVIDER_MODELS.values() for key in model.model_fields}
    providers = data.get("providers") if isinstance(data, dict) else None
    for slug, part in providers.items() if isinstance(providers, dict) else ():
        keys = part if isinstance(part, dict) else ()
        for key in keys:
            if key not in public and looks_secret(key):
                path = ("providers", slug, key)
                findings.refuse_shape(path, *_unknown_key(key, ()), at_key=True)


def _explain(details: ErrorDetails, findings: Findings) -> None:
    path, is_key = _path(details)
    at_key = is_key or details["type"] in ("extra_forbidden", "missing")
    context = details.get("ctx", {})
    if details["type"] != "refused":
        findings.refuse_shape(path, *_sentence(details, path), at_key=at_key)
        return
    at = (context["at"],) if context["at"] else ()
    sentence = context["what"], context["expected"], context["do"]
    findings.refuse_shape((*path, *at), *sentence, at_key=at_key)


def _path(details: ErrorDetails) -> tuple[Path, bool]:
    """Where an error is, and whether it is the key that was refused.

    The last step can be pydantic's own word for a key, or our ``""`` for a text in all languages,
    which need not have been written as a map. Within a provider, its type is a step as well.
    """
    loc = details["loc"]
    loc = loc[:2] + loc[3:] if loc[:1] == ("providers",) else loc
    is_refused = details["type"] == "refused"
    has_own_step = is_refused and loc[-1:] in (("[key]",), ("",))
    return loc[:-1] if has_own_step else loc, is_refused and loc[-1:] == ("[key]",)


def _sentence(details: ErrorDetails, path: Path) -> tuple[str, str, str]:
    kind = details["type"]
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), _known_keys(details["loc"][:-1]))
    if kind == "missing":
        return f"{path[-1]} is missing", f"the key {path[-1]}", "add it"
    if kind == "literal_error":
        expected = str(details["ctx"]["expected"]).replace("'", "")
        return f"{quoted(details['input'])} cannot stand here", expected, "write one of these"
    return _SENTENCES.get(kind) or (details["msg"], "something else", "see the reference")


def _unknown_key(key: str, known: Iterable[str]) -> tuple[str, str, str]:
    if looks_secret(key) or is_token(key):
        do = "remove it, and change the secret, as it was written down"
        return "this file is no place for secrets", "secrets in the hub's environment", do
    do = meant(nearest(key, known), "remove it, or move it to where it belongs")
    return "there is no such key here", listed(known, 20), do


def _known_keys(path: Path) -> Iterable[str]:
    """The keys that may stand in the map at a path, as pydantic spells it."""
    kind: Any = FilePart
    if path[:1] == ("providers",):
        kind, path = PROVIDER_MODELS[str(path[2])], path[3:]
    for step in path:
        is_part = isinstance(kind, type) and issubclass(kind, Part)
        kind = _plain(kind.model_fields[str(step)].annotation if is_part else get_args(kind)[-1])
    fields: Mapping[str, object] = kind.model_fields
    return fields


def _plain(annotation: Any) -> Any:
    """The type behind ``Annotated`` and ``| None``."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return _plain(get_args(annotation)[0])
    return annotation


def _without(data: object, details: Iterable[ErrorDetails]) -> object:
    """A copy of the data without what does not fit."""
    rest = copy.deepcopy(data)
    for one in details:
        path, _ = _path(one)
        is_missing = one["type"] == "missing"
        _remove(rest, path[:-1] if is_missing else path)
        if is_missing and len(path) == 1 and isinstance(rest, dict):
            rest.setdefault(path[0], _PLACEHOLDERS[str(path[0])])
    return rest


def _remove(data: object, path: Path) -> None:
    """Remove a value; of a list, all of it, so that the places of its items stay true."""
    keys = list(takewhile(lambda step: isinstance(step, str), path))
    for key in keys[:-1]:
        data = data.get(key) if isinstance(data, dict) else None
    if keys and isinstance(data, dict):
        data.pop(keys[-1], None)
