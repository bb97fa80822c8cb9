"""How thin the line between somebody and the hub is."""

from __future__ import annotations

from dataclasses import dataclass

#: What JupyterLab's first load takes where its server compresses: measured, and rounded up.
_LAB_BYTES, _LAB_ROUND_TRIPS = 1_600_000, 10
#: Seconds before an empty screen that people take for a broken one.
_PATIENCE_S = 15.0
#: Nobody's clock is better than this over a network.
_SHORTEST_S = 0.001


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured: seconds there and back, and bytes per second after that."""

    round_trip_s: float
    bytes_per_s: float

    @property
    def lab_s(self) -> float:
        """Seconds that JupyterLab would take to be there for the first time, about."""
        return _LAB_BYTES / self.bytes_per_s + _LAB_ROUND_TRIPS * self.round_trip_s

    @property
    def is_thin(self) -> bool:
        """Whether somebody should be offered something lighter than JupyterLab."""
        return self.lab_s > _PATIENCE_S


def line_of(round_trip_s: float, transfer_s: float, sent_bytes: int) -> Line:
    """From a round trip with nothing, and one that brought ``sent_bytes``."""
    return Line(round_trip_s, sent_bytes / max(transfer_s - round_trip_s, _SHORTEST_S))
