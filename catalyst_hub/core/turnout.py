"""How a workshop that is over was attended: what the next ones are estimated from."""

from __future__ import annotations

from dataclasses import dataclass

from catalyst_hub.core.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Turnout:
    """Of the people who were expected, so many ``came``, and had servers for so long, all
    together."""

    workshop: Workshop
    came: int
    server_ms: int
