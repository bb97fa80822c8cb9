"""Whether sizes fit the nodes that they ask for, where the file names its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import NodePart
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.words import listed
from catalyst_hub.core.node import NodeKind, requested
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import Size
from catalyst_hub.core.resources import Resources


def node_of(slug: str, part: NodePart) -> NodeKind:
    """The same in canonical units."""
    room = Resources(part.cpu, part.memory, part.gpu)
    return NodeKind(slug, room, dict(part.labels), part.most)


def warn_of_nodes(policy: Policy, findings: Findings) -> None:
    """Sizes that Kubernetes would leave pending for ever, and limits that no node can honour."""
    nodes = policy.nodes
    if not nodes:
        return
    for community in policy.communities:
        for profile in community.profiles:
            path: Path = ("communities", community.slug, "profiles", profile.slug, "sizes")
            for size in profile.sizes:
                _check(size, nodes, (*path, size.slug), findings)


def _check(size: Size, nodes: Iterable[NodeKind], path: Path, findings: Findings) -> None:
    fitting = [node for node in nodes if node.is_asked_for(size)]
    if not fitting:
        what = "no node has all of these labels"
        expected = listed(", ".join(f"{k}: {v}" for k, v in n.labels.items()) for n in nodes)
        do = "correct the labels, or add the nodes to nodes"
        findings.warn((*path, "node_selector"), what, expected or "labels", do)
    elif not any(node.holds(requested(size)) for node in fitting):
        what = f"this does not fit {_names(fitting)}: a server would wait for a node for ever"
        expected, do = _room(fitting), "ask for less, or for larger nodes"
        findings.warn(path, what, expected, do)
    elif not any(node.holds(size.limits) for node in fitting):
        what = f"the limit is more than {_names(fitting)} has, so nobody can ever use it"
        findings.warn(path, what, _room(fitting), "lower the limit, or ask for larger nodes")


def _names(nodes: Iterable[NodeKind]) -> str:
    return listed(node.slug for node in nodes)


def _room(nodes: Iterable[NodeKind]) -> str:
    return "at most " + listed(_written(node) for node in nodes)


def _written(node: NodeKind) -> str:
    return " and ".join(_parts(node.room)) + f" ({node.slug})"


def _parts(room: Resources) -> Iterator[str]:
    yield f"{room.cpu_milli / 1000:g} CPUs"
    yield f"{room.memory_bytes / 1024**3:.4g}G"
    if room.gpu:
        yield f"{room.gpu} GPUs"
