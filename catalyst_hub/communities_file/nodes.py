"""Whether sizes fit the nodes that they ask for, where the file names its nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import NodePart
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.words import listed
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import Size
from catalyst_hub.core.resources import Resources


def warn_of_nodes(nodes: Mapping[str, NodePart], policy: Policy, findings: Findings) -> None:
    """Sizes that Kubernetes would leave pending for ever, and limits that no node can honour."""
    if not nodes:
        return
    for community in policy.communities:
        for profile in community.profiles:
            path: Path = ("communities", community.slug, "profiles", profile.slug, "sizes")
            for size in profile.sizes:
                _check(size, nodes, (*path, size.slug), findings)


def _check(size: Size, nodes: Mapping[str, NodePart], path: Path, findings: Findings) -> None:
    fitting = {name: node for name, node in nodes.items() if _is_asked_for(node, size)}
    if not fitting:
        what = "no node has all of these labels"
        expected = listed(
            ", ".join(f"{k}: {v}" for k, v in n.labels.items()) for n in nodes.values()
        )
        do = "correct the labels, or add the nodes to nodes"
        findings.warn((*path, "node_selector"), what, expected or "labels", do)
    elif not any(_holds(node, _requested(size)) for node in fitting.values()):
        names = listed(fitting)
        what = f"this does not fit {names}: a server would wait for a node for ever"
        expected, do = _room(fitting), "ask for less, or for larger nodes"
        findings.warn(path, what, expected, do)
    elif not any(_holds(node, size.limits) for node in fitting.values()):
        what = f"the limit is more than {listed(fitting)} has, so nobody can ever use it"
        findings.warn(path, what, _room(fitting), "lower the limit, or ask for larger nodes")


def _is_asked_for(node: NodePart, size: Size) -> bool:
    return all(node.labels.get(key) == label for key, label in size.node_selector.items())


def _requested(size: Size) -> Resources:
    """What is set aside on a node: the guarantee, or else, as Kubernetes does, the limit."""
    limits, guarantees = size.limits, size.guarantees
    return Resources(
        guarantees.cpu_milli or limits.cpu_milli,
        guarantees.memory_bytes or limits.memory_bytes,
        limits.gpu,
    )


def _holds(node: NodePart, wanted: Resources) -> bool:
    return (
        wanted.cpu_milli <= node.cpu
        and wanted.memory_bytes <= node.memory
        and wanted.gpu <= node.gpu
    )


def _room(nodes: Mapping[str, NodePart]) -> str:
    return "at most " + listed(_written(name, node) for name, node in nodes.items())


def _written(name: str, node: NodePart) -> str:
    return " and ".join(_parts(node)) + f" ({name})"


def _parts(node: NodePart) -> Iterator[str]:
    yield f"{node.cpu / 1000:g} CPUs"
    yield f"{node.memory / 1024**3:.4g}G"
    if node.gpu:
        yield f"{node.gpu} GPUs"
