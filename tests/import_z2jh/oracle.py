"""What the old hub does with a selection, by KubeSpawner itself; and what the new one does.

The values reach KubeSpawner here as they do in a cluster: merged and sorted as Helm does it, and
set as z2jh's own configuration sets them. None of the importer's code is used for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import ROUND_CEILING, Decimal
from functools import cmp_to_key
from itertools import product
from pathlib import Path
from typing import Any

import kubespawner.spawner
import yaml
from kubespawner import KubeSpawner

from catalyst_hub import communities_file
from catalyst_hub.cli.import_z2jh import Result
from catalyst_hub.cli.import_z2jh.profile_list import OwnValue
from catalyst_hub.cli.import_z2jh.selections import Selection
from catalyst_hub.core.choice import Choice
from catalyst_hub.hub.kube_spawner import CatalystKubeSpawner

GPU = "nvidia.com/gpu"
OWN_IMAGE = "quay.io/somebody/else:1"
BLANK = "(written in)"

#: z2jh's jupyterhub_config.py: where in the values each trait comes from.
_SINGLEUSER = {
    "start_timeout": "startTimeout",
    "image_pull_policy": "image.pullPolicy",
    "extra_labels": "extraLabels",
    "extra_annotations": "extraAnnotations",
    "uid": "uid",
    "fs_gid": "fsGid",
    "node_selector": "nodeSelector",
    "mem_limit": "memory.limit",
    "mem_guarantee": "memory.guarantee",
    "cpu_limit": "cpu.limit",
    "cpu_guarantee": "cpu.guarantee",
    "extra_resource_limits": "extraResource.limits",
    "extra_resource_guarantees": "extraResource.guarantees",
    "environment": "extraEnv",
    "cmd": "cmd",
    "default_url": "defaultUrl",
}
_CHARTS: Mapping[str, Mapping[str, Any]] = {
    "z2jh": {
        "singleuser": {
            "image": {"name": "quay.io/jupyterhub/k8s-singleuser-sample", "tag": "4.0.0"},
            "memory": {"guarantee": "1G"},
        }
    },
    "basehub": {
        "singleuser": {
            "image": {"name": "quay.io/jupyter/scipy-notebook", "tag": "2024-03-18"},
            "memory": {"guarantee": "256M", "limit": "1G"},
            "cpu": {"guarantee": 0.05},
            "defaultUrl": "/tree",
        },
        "hub": {"config": {"KubeSpawner": {"working_dir": "/home/jovyan"}}},
    },
}
#: Of the Hub as a whole, or what the new hub does another way.
_NOT_COMPARED = {
    "apply_user_options",
    "http_timeout",
    "oauth_client_allowed_scopes",
    "options_form",
    "options_from_form",
    "profile_list",
    "server_token_scopes",
    "poll_interval",
    "homes_dir",
}


class OldHub:
    """A hub as its chart would run it."""

    def __init__(self, files: Sequence[Path], chart: str) -> None:
        values: dict[str, Any] = {}
        for file in files:
            values = _merged(values, yaml.safe_load(file.read_text()) or {})
        for wrapper in (("basehub", "jupyterhub"), ("daskhub", "jupyterhub"), ("jupyterhub",)):
            inner: Any = values
            for key in wrapper:
                inner = inner.get(key) if isinstance(inner, dict) else None
            if isinstance(inner, dict):
                values = inner
                break
        self._values = _sorted(_coalesced(values, _CHARTS[chart]))

    async def traits(self, selection: Selection) -> dict[str, Any]:
        """The traits of a server with this selection."""
        spawner = KubeSpawner(_mock=True)
        self._configure(spawner)
        spawner.profile_list = self._profiles()
        options = dict(selection.options)
        options["profile"] = _slug(spawner, selection)
        for key, one in selection.kind.items():
            if isinstance(one, OwnValue):
                options[f"{key}--unlisted-choice"] = OWN_IMAGE
        spawner.user_options = options if spawner.profile_list else {}
        await spawner.load_user_options()
        return _traits(spawner)

    def every_selection(self) -> set[tuple[tuple[str, str], ...]]:
        """Whatever the form could send: of each profile, every combination of what its options
        offer, a blank to write in among them."""
        spawner = KubeSpawner(_mock=True)
        listed = spawner._sorted_dict_values(self._profiles())
        found = set()
        for profile in spawner._get_initialized_profile_list(listed):
            options = profile.get("profile_options", {})
            for words in product(*(_words_of(option) for option in options.values())):
                picked = dict(zip(options, words, strict=True))
                found.add((("profile", profile["display_name"]), *sorted(picked.items())))
        return found

    def _profiles(self) -> Any:
        """A profile that is null was taken away."""
        profiles = deepcopy(self._at("singleuser.profileList") or [])
        if isinstance(profiles, dict):
            return {key: one for key, one in profiles.items() if one is not None}
        return profiles

    def _configure(self, spawner: Any) -> None:
        name, tag = self._at("singleuser.image.name"), self._at("singleuser.image.tag")
        spawner.image = f"{name}:{tag}" if tag else name
        for trait, path in _SINGLEUSER.items():
            value = self._at(path := f"singleuser.{path}")
            if value is not None or (trait == "cmd" and self._is_null(path)):
                value = _expanded(value) if trait == "environment" else value
                setattr(spawner, trait, deepcopy(value))
        for section in ("Spawner", "KubeSpawner"):
            for trait, value in (self._at(f"hub.config.{section}") or {}).items():
                setattr(spawner, trait, deepcopy(value))

    def _at(self, path: str) -> Any:
        value: Any = self._values
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def _is_null(self, path: str) -> bool:
        parent, _, key = path.rpartition(".")
        return key in (self._at(parent) or {})


def _words_of(option: Mapping[str, Any]) -> list[str]:
    blank = [BLANK] if option["unlisted_choice"]["enabled"] else []
    return [*(option.get("choices") or {}), *blank]


def words_of(selection: Selection) -> tuple[tuple[str, str], ...]:
    """A selection as :meth:`OldHub.every_selection` has it."""
    picked = {**selection.kind, **selection.size}
    words = {key: getattr(one, "key", BLANK) for key, one in picked.items()}
    assert selection.entry.value is not None
    title = selection.entry.value["display_name"].data
    return (("profile", title), *sorted(words.items()))


def _slug(spawner: Any, selection: Selection) -> str:
    """The slug that KubeSpawner knows the profile by, which need not be one of ours."""
    listed = spawner._get_initialized_profile_list(
        spawner._sorted_dict_values(spawner.profile_list)
    )
    if not listed:
        return ""
    path = selection.entry.value.path
    key = path[-1]
    at = key if isinstance(key, int) else list(spawner.profile_list).index(key)
    return str(listed[at]["slug"])


def new_traits(result: Result) -> Iterator[tuple[str, Selection, dict[str, Any]]]:
    """Hub, selection and traits of each server that the imported file offers."""
    policy = communities_file.parse(result.text)
    for imported in result.imported:
        for selection, slug, place in imported.places:
            profile = policy.by_slug[slug].profile(place.profile)
            assert profile is not None, place
            size = profile.size(place.size)
            assert size is not None, place
            spawner = CatalystKubeSpawner(_mock=True)
            spawner.session_id = "0" * 32
            image = OWN_IMAGE if selection.own_image else ""
            choice = Choice(slug, profile.slug, size.slug, profile.interfaces[0], image)
            spawner.apply_choice(choice, profile, size)
            yield imported.hub.name, selection, _traits(spawner)


def _traits(spawner: Any) -> dict[str, Any]:
    names = KubeSpawner.class_traits(config=True).keys() - _NOT_COMPARED
    return _normal({name: getattr(spawner, name) for name in names})


def _normal(traits: dict[str, Any]) -> dict[str, Any]:
    """As Kubernetes sees them: whole milli-CPUs, texts as values of variables, a GPU's limit as
    its request; an address of none is JupyterLab's. Without what sessions are told by."""
    limits, requests = (dict(traits[f"extra_resource_{one}"]) for one in ("limits", "guarantees"))
    if GPU in limits:
        requests[GPU] = limits[GPU]
    own = "CATALYST_"
    return traits | {
        "environment": {
            k: str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v
            for k, v in traits["environment"].items()
            if not k.startswith(own)
        },
        "extra_labels": {
            k: v for k, v in traits["extra_labels"].items() if not k.startswith("catalyst-hub.org")
        },
        "cpu_limit": _milli(traits["cpu_limit"]),
        "cpu_guarantee": _at_most(_milli(traits["cpu_limit"]), _milli(traits["cpu_guarantee"])),
        "mem_guarantee": _at_most(traits["mem_limit"], traits["mem_guarantee"]),
        "extra_resource_limits": {k: str(v) for k, v in limits.items()},
        "extra_resource_guarantees": {k: str(v) for k, v in requests.items()},
        "default_url": traits["default_url"] or "/lab",
        "cmd": list(traits["cmd"] or []),
    }


def _at_most(limit: int | None, guarantee: int | None) -> int | None:
    """Kubernetes refuses a pod that is guaranteed more than it may use."""
    if not guarantee:
        return None
    return guarantee if limit is None else min(limit, guarantee) or None


def _milli(cpus: Any) -> int | None:
    if cpus is None:
        return None
    return int((Decimal(str(cpus)) * 1000).quantize(Decimal(1), rounding=ROUND_CEILING))


def _merged(base: Any, over: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return base | {key: _merged(base.get(key), value) for key, value in over.items()}


def _coalesced(values: Mapping[str, Any], chart: Mapping[str, Any]) -> dict[str, Any]:
    """Values over the chart's own: a null in them takes the chart's away."""
    result = dict(chart) | dict(values)
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(chart.get(key), dict):
            result[key] = _coalesced(value, chart[key])
    return result


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=cmp_to_key(_less))
        return {key: _sorted(value[key]) for key in keys}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _less(a: Any, b: Any) -> int:
    """go-yaml's order of keys, as its source has it."""
    a, b = str(a), str(b)
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x == y:
            continue
        if x.isalpha() and y.isalpha():
            return -1 if x < y else 1
        if x.isalpha() or y.isalpha():
            return -1 if y.isalpha() else 1
        return _by_numbers(a, b, i)
    return len(a) - len(b)


def _by_numbers(a: str, b: str, i: int) -> int:
    start = 0
    if "0" in (a[i], b[i]):
        before = a[:i][::-1]
        for digit in before:
            if not digit.isdigit():
                break
            if digit != "0":
                start = 1
                break
    (n, left), (m, right) = _number(a, i, start), _number(b, i, start)
    if n != m:
        return -1 if n < m else 1
    if left != right:
        return -1 if left < right else 1
    return -1 if a[i] < b[i] else 1


def _number(text: str, at: int, number: int) -> tuple[int, int]:
    while at < len(text) and text[at].isdigit():
        number = number * 10 + int(text[at])
        at += 1
    return number, at


def _expanded(environment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: one["value"] if isinstance(one, dict) and one.keys() == {"name", "value"} else one
        for key, one in environment.items()
        if one is not None
    }


def without_a_cluster(monkeypatch: Any) -> None:
    """KubeSpawner looks for the cluster it runs in."""
    monkeypatch.setattr(kubespawner.spawner, "load_config", lambda **_: None)
