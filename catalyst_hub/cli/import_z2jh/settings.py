"""What a hub sets of KubeSpawner for all its servers, before any profile does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from catalyst_hub.cli.import_z2jh.overrides import MAPS, Traits, read_amount, read_map
from catalyst_hub.cli.import_z2jh.sources import Hub
from catalyst_hub.cli.import_z2jh.values import Value
from catalyst_hub.core.quantity import parse_cpu, parse_memory

#: What the charts set themselves where the values say nothing.
CHART_DEFAULTS: Mapping[str, Traits] = MappingProxyType(
    {
        "z2jh": {
            "image": "quay.io/jupyterhub/k8s-singleuser-sample:4.0.0",
            "mem_guarantee": "1G",
        },
        "basehub": {
            "image": "quay.io/jupyter/scipy-notebook:2024-03-18",
            "default_url": "/tree",
            "working_dir": "/home/jovyan",
            "mem_guarantee": "256M",
            "mem_limit": "1G",
            "cpu_guarantee": 0.05,
        },
    }
)
#: z2jh's name for what it hands to KubeSpawner as it is.
_CARRIED = (
    ("cmd", "cmd"),
    ("defaultUrl", "default_url"),
    ("image.pullPolicy", "image_pull_policy"),
    ("nodeSelector", "node_selector"),
    ("extraEnv", "environment"),
    ("extraResource.limits", "extra_resource_limits"),
    ("extraResource.guarantees", "extra_resource_guarantees"),
    ("extraLabels", "extra_labels"),
    ("extraAnnotations", "extra_annotations"),
    ("startTimeout", "start_timeout"),
    ("uid", "uid"),
    ("fsGid", "fs_gid"),
)
_AMOUNTS = (
    ("memory.guarantee", "mem_guarantee", parse_memory),
    ("memory.limit", "mem_limit", parse_memory),
    ("cpu.guarantee", "cpu_guarantee", parse_cpu),
    ("cpu.limit", "cpu_limit", parse_cpu),
)
#: Traits whose values are Python, or that profiles replace.
_NOT_CARRIED = ("profile_list", "modify_pod_hook", "pre_spawn_hook", "post_stop_hook")


def server_settings(hub: Hub) -> Traits:
    """The traits of a server that is started without any profile."""
    traits = dict(CHART_DEFAULTS[hub.chart])
    singleuser = hub.z2jh["singleuser"]
    traits["image"] = _image(singleuser["image"], traits["image"])
    for path, trait in _CARRIED:
        value = singleuser.at(path)
        if value.is_written:
            _set(traits, trait, _checked(trait, value))
    for path, trait, parse in _AMOUNTS:
        value = singleuser.at(path)
        if value.is_written:
            _set(traits, trait, read_amount(value, parse))
    return traits | _configured(hub)


def _image(image: Value, default: str) -> str:
    """Name and tag are two values, and each has its default."""
    name, _, tag = default.rpartition(":")
    name = image["name"].text() or name
    tag = image["tag"].text() if image["tag"].is_written else tag
    return f"{name}:{tag}" if tag else name


def _checked(trait: str, value: Value) -> Any:
    if trait not in MAPS or not value.is_there:
        return value.plain()
    plain = read_map(value)
    if trait == "environment":
        return {name: _variable(one) for name, one in plain.items() if one is not None}
    return plain


def _variable(value: Any) -> Any:
    """z2jh takes a whole entry of a pod's env as well: then its value is meant."""
    is_entry = isinstance(value, dict) and value.keys() == {"name", "value"}
    return value["value"] if is_entry else value


def _set(traits: Traits, trait: str, value: Any) -> None:
    """A null takes the chart's default away."""
    if value is None and trait != "cmd":
        traits.pop(trait, None)
    else:
        traits[trait] = value


def _configured(hub: Hub) -> Traits:
    """``hub.config.KubeSpawner`` goes straight to the hub's configuration."""
    found: Traits = {}
    for section in ("Spawner", "KubeSpawner"):
        for trait, value in hub.z2jh["hub"]["config"][section].map().items():
            if trait in _NOT_CARRIED or trait in _OF_THE_HUB:
                value.drop(_OF_THE_HUB.get(trait, "profiles and hooks are the new hub's own"))
            else:
                found[trait] = _checked(trait, value)
    return found


#: Settings of servers that are no matter of a profile.
_OF_THE_HUB: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("http_timeout", "oauth_client_allowed_scopes", "server_token_scopes", "poll_interval"),
        "stays in the hub's own configuration, for all its servers",
    )
)
