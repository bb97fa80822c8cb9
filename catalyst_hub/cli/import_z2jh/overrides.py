"""What a selection sets of KubeSpawner: the hub's own settings, then the overrides, in order.

The rules are KubeSpawner's and Helm's, so that what comes out is what the old hub would do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from decimal import ROUND_CEILING, Decimal
from typing import Any

from catalyst_hub.cli.import_z2jh.values import Value
from catalyst_hub.communities_file.traits import GPU
from catalyst_hub.core.quantity import QuantityError, parse_count, parse_cpu, parse_memory

Traits = dict[str, Any]

MEMORY = ("mem_guarantee", "mem_limit")
CPU = ("cpu_guarantee", "cpu_limit")
#: What makes a size rather than an environment.
OF_A_SIZE = frozenset(
    {*MEMORY, *CPU, "node_selector", "extra_resource_limits", "extra_resource_guarantees"}
)
#: Traits that are maps even before anybody sets them: overrides merge into them.
MAPS = (
    "environment",
    "extra_annotations",
    "extra_container_config",
    "extra_labels",
    "extra_pod_config",
    "extra_resource_guarantees",
    "extra_resource_limits",
    "node_selector",
    "storage_extra_annotations",
    "storage_extra_labels",
    "storage_selector",
)
#: Keys of a choice that were written one level too deep; they never had an effect.
_MISPLACED = ("default", "display_name", "description", "slug", "allowed_groups")
_PIECES = re.compile(r"[0-9]+|.", re.DOTALL)


def read_overrides(value: Value) -> Traits:
    """A ``kubespawner_override``, its amounts checked."""
    overrides: Traits = {}
    for name, one in value.map().items():
        if name in _MISPLACED:
            one.drop(f"{name} has no effect within kubespawner_override")
        elif name == "profile_list":
            one.drop("profiles do not contain profiles")
        else:
            # An old name for it that KubeSpawner still takes.
            trait = "image" if name == "image_spec" else name
            overrides[trait] = _read(trait, one)
    return overrides


def _read(trait: str, value: Value) -> Any:
    if trait in MEMORY:
        return read_amount(value, parse_memory)
    if trait in CPU:
        return read_amount(value, parse_cpu)
    return read_map(value) if trait in MAPS and value.is_there else value.plain()


def read_map(value: Value) -> dict[str, Any]:
    """A map of whatever; its GPUs, if any, are a whole number."""
    value.map()
    plain = value.plain()
    entries = plain if isinstance(plain, dict) else {}
    if read_amount(value[GPU], parse_count) is None and entries.get(GPU) is not None:
        del entries[GPU]
    return entries


def read_amount(value: Value, parse: Any) -> Any:
    """An amount as it is written, once it is known to be one; None for null."""
    plain = value.plain()
    if plain is None:
        return None
    try:
        parse(plain)
    except QuantityError as error:
        expected = str(error).removeprefix("expected ")
        value.refuse("this is no such amount", expected, "correct it")
        return None
    return plain


def overridden(traits: Mapping[str, Any], overrides: Iterable[Traits]) -> Traits:
    """Traits after overrides, as KubeSpawner applies them: maps merge and null removes an entry
    of one; everything else replaces."""
    result = deepcopy(dict(traits))
    for override in overrides:
        for name, value in override.items():
            if isinstance(value, dict) and isinstance(result.get(name, _before(name)), dict):
                result[name] = _updated(result.get(name, {}), value)
            else:
                result[name] = deepcopy(value)
    return result


def _before(name: str) -> dict[str, Any] | None:
    return {} if name in MAPS else None


def _updated(target: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(target)
    for key, value in new.items():
        if isinstance(value, dict):
            below = result.get(key)
            result[key] = _updated(below if isinstance(below, dict) else {}, value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = deepcopy(value)
    return result


def memory_bytes(amount: Any) -> int:
    """Bytes, as the hub counts them."""
    return parse_memory(amount)


def cpu_milli(amount: Any) -> int:
    """Thousandths of a CPU, rounded up: what Kubernetes makes of finer numbers."""
    text = str(amount).strip()
    number = Decimal(text.removesuffix("m")) * (1 if text.endswith("m") else 1000)
    return int(number.quantize(Decimal(1), rounding=ROUND_CEILING))


def helm_order(key: str) -> tuple[tuple[int, int, int], ...]:
    """Sorts keys as Helm hands them to the hub: the order decides which choice is the default, and
    which option comes last. Numbers count as numbers, signs come before them, letters after."""
    return tuple(
        (1, int(piece), len(piece))
        if piece.isdigit()
        else (2 if piece.isalpha() else 0, ord(piece), 0)
        for piece in _PIECES.findall(key)
    )
