"""What one server may use at most, and what servers have used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

HOUR_MS = 3_600_000
MIB = 1024**2


class Unit(StrEnum):
    """What a limit counts. The first four are counted at once, the others over a window."""

    SERVERS = "servers"
    CPU = "cpu"
    MEMORY = "memory"
    GPU = "gpu"
    SERVER_HOURS = "server_hours"
    CPU_HOURS = "cpu_hours"
    GIB_HOURS = "gib_hours"
    GPU_HOURS = "gpu_hours"
    MONEY = "money"


AT_ONCE = (Unit.SERVERS, Unit.CPU, Unit.MEMORY, Unit.GPU)
OVER_TIME = (Unit.SERVER_HOURS, Unit.CPU_HOURS, Unit.GIB_HOURS, Unit.GPU_HOURS, Unit.MONEY)


@dataclass(frozen=True, slots=True)
class Resources:
    """The limits of one server: milli-CPU, bytes of memory, whole GPUs."""

    cpu_milli: int
    memory_bytes: int
    gpu: int = 0

    def at_once(self, unit: Unit) -> int:
        """How much of a counted-at-once unit one such server takes."""
        return {
            Unit.SERVERS: 1,
            Unit.CPU: self.cpu_milli,
            Unit.MEMORY: self.memory_bytes,
            Unit.GPU: self.gpu,
        }[unit]


@dataclass(frozen=True, slots=True)
class Usage:
    """Use over time, in whole units that add up exactly.

    ``server_ms``, ``cpu_ms`` (one CPU for one millisecond), ``mib_ms`` (one MiB for one
    millisecond), ``gpu_ms`` and ``micros`` (millionths of the community's currency).
    """

    server_ms: int = 0
    cpu_ms: int = 0
    mib_ms: int = 0
    gpu_ms: int = 0
    micros: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.server_ms + other.server_ms,
            self.cpu_ms + other.cpu_ms,
            self.mib_ms + other.mib_ms,
            self.gpu_ms + other.gpu_ms,
            self.micros + other.micros,
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            self.server_ms - other.server_ms,
            self.cpu_ms - other.cpu_ms,
            self.mib_ms - other.mib_ms,
            self.gpu_ms - other.gpu_ms,
            self.micros - other.micros,
        )

    def __mul__(self, times: int) -> Usage:
        return Usage(
            self.server_ms * times,
            self.cpu_ms * times,
            self.mib_ms * times,
            self.gpu_ms * times,
            self.micros * times,
        )

    def over_time(self, unit: Unit) -> int:
        """The amount of a counted-over-a-window unit, in that unit's canonical integer."""
        return {
            Unit.SERVER_HOURS: self.server_ms,
            Unit.CPU_HOURS: self.cpu_ms,
            Unit.GIB_HOURS: self.mib_ms,
            Unit.GPU_HOURS: self.gpu_ms,
            Unit.MONEY: self.micros,
        }[unit]


def usage_after(resources: Resources, rate_micros: int, elapsed_ms: int) -> Usage:
    """What a server has used ``elapsed_ms`` after it began; ``rate_micros`` is per hour.

    Use between two instants is the difference of two such values, so the parts of a session
    always add up to the whole.
    """
    return usage_of_all(resources, rate_micros, [max(0, elapsed_ms)])


def usage_of_all(resources: Resources, rate_micros: int, elapsed: Sequence[int]) -> Usage:
    """What servers of one size have used together; ``elapsed`` has the milliseconds of each.

    Rounded down here and nowhere else, for each server by itself, as when it is charged.
    """
    return Usage(
        sum(elapsed),
        _rounded_down(resources.cpu_milli, 1000, elapsed),
        _rounded_down(resources.memory_bytes, MIB, elapsed),
        resources.gpu * sum(elapsed),
        _rounded_down(rate_micros, HOUR_MS, elapsed),
    )


def _rounded_down(amount: int, per: int, elapsed: Sequence[int]) -> int:
    """``amount / per`` of each, without what is left over. Starts wait for it, and most sizes are
    whole: nothing is left over then, of however many servers."""
    if amount % per == 0:
        return amount // per * sum(elapsed)
    return sum([amount * elapsed_ms // per for elapsed_ms in elapsed])
