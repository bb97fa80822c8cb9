"""What the Hub saw happen to a server, as it is told to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.session import EndReason, ServerKey


class Happened(StrEnum):
    """What there is to tell of a server."""

    UP = "up"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """A server came up, or is gone, ``at`` that instant.

    ``alive_at`` and ``cause`` are of one that is gone, and mean what they do in
    :func:`~catalyst_hub.usecases.close_session.close_session`.
    """

    key: ServerKey
    happened: Happened
    at: datetime
    alive_at: datetime | None = None
    cause: EndReason | None = None
