"""Settings of KubeSpawner's own in the file: a map of its traits, with values of any shape.

They are the operator's word alone: nobody who starts a server can choose or change one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from catalyst_hub.communities_file.fields import quoted, refusal
from catalyst_hub.communities_file.tree import Number

GPU = "nvidia.com/gpu"

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.A)
#: What is counted, or decided by us: where the file says it instead.
_SAID_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "cpu_limit": "cpu of a size",
        "mem_limit": "memory of a size",
        "cpu_guarantee": "guarantees of a size",
        "mem_guarantee": "guarantees of a size",
        "profile_list": "profiles",
    }
)


def _read(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        expected, do = "lines of 'trait: value'", "indent them below the key"
        raise refusal(f"this is {quoted(value)}", expected, do)
    for name in value:
        _check_name(name)
    _check_gpu(value)
    return {name: _typed(one) for name, one in value.items()}


def _check_name(name: str) -> None:
    elsewhere = _SAID_ELSEWHERE.get(name)
    if elsewhere:
        what = f"{name} is not KubeSpawner's business here"
        raise refusal(what, elsewhere, "move it there", at=name)
    if not _NAME.fullmatch(name):
        expected = "the name of a trait, such as image_pull_policy"
        raise refusal(f"{quoted(name)} cannot stand here", expected, "correct it", at=name)


def _check_gpu(value: dict[str, object]) -> None:
    """GPUs are counted, too, and would be taken away again."""
    for name in ("extra_resource_limits", "extra_resource_guarantees"):
        extra = value.get(name)
        if isinstance(extra, dict) and GPU in extra:
            what, expected = f"{GPU} is not KubeSpawner's business here", "gpu of a size"
            raise refusal(what, expected, "move it there", at=name)


def _typed(value: object) -> object:
    """Numbers as numbers: a trait, unlike our own fields, does not read text."""
    if isinstance(value, dict):
        return {key: _typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_typed(one) for one in value]
    return value.as_number() if isinstance(value, Number) else value


Traits = Annotated[
    dict[str, object],
    PlainValidator(_read),
    WithJsonSchema({"type": "object", "propertyNames": {"pattern": f"^{_NAME.pattern}$"}}),
]
