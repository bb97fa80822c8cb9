"""What use costs. A rate is fixed when a session is admitted and does not change under it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from catalyst_hub.core.resources import Resources


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-units of ``currency`` per hour of a server, a CPU, a GiB of memory, a GPU."""

    currency: str
    server_hour: int = 0
    cpu_hour: int = 0
    gib_hour: int = 0
    gpu_hour: int = 0

    def rate(self, resources: Resources) -> int:
        """Micro-units per hour for one server of these sizes, rounded half to even, once."""
        return _rate(self, resources)


@lru_cache(maxsize=4096)
def _rate(price: Price, resources: Resources) -> int:
    """Remembered: a hub has few sizes, and every page and every start asks for their rates."""
    return round(
        price.server_hour
        + Fraction(price.cpu_hour * resources.cpu_milli, 1000)
        + Fraction(price.gib_hour * resources.memory_bytes, 1024**3)
        + price.gpu_hour * resources.gpu
    )
