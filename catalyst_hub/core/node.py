"""The kinds of nodes of a cluster, and how many servers fit on one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalyst_hub.core.profile import Size
from catalyst_hub.core.resources import Resources

#: Kubernetes puts no more pods on a node unless it is told to.
MOST_PODS = 110


@dataclass(frozen=True, slots=True)
class NodeKind:
    """Nodes that are alike: their Kubernetes labels, the room for servers on an empty one, and how
    many of them there can be at most (None: as many as needed)."""

    slug: str
    room: Resources
    labels: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None

    def is_asked_for(self, size: Size) -> bool:
        """Whether servers of this size may run here."""
        return all(self.labels.get(key) == label for key, label in size.node_selector.items())

    def holds(self, wanted: Resources) -> int:
        """How many times this fits on an empty one."""
        parts = (
            (self.room.cpu_milli, wanted.cpu_milli),
            (self.room.memory_bytes, wanted.memory_bytes),
            (self.room.gpu, wanted.gpu),
        )
        return min([MOST_PODS, *(there // asked for there, asked in parts if asked)])


def requested(size: Size) -> Resources:
    """What is set aside on a node: the guarantee, or else, as Kubernetes does, the limit."""
    limits, guarantees = size.limits, size.guarantees
    return Resources(
        guarantees.cpu_milli or limits.cpu_milli,
        guarantees.memory_bytes or limits.memory_bytes,
        limits.gpu,
    )


def roomiest(kinds: Iterable[NodeKind], size: Size) -> NodeKind | None:
    """Of the nodes where servers of this size may run, those that hold most of them; None: there is
    none that holds any."""
    wanted = requested(size)
    fitting = [kind for kind in kinds if kind.is_asked_for(size) and kind.holds(wanted)]
    return max(fitting, key=lambda kind: kind.holds(wanted), default=None)
