"""What the extension inside a server says of its use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: After such a silence nobody knows what a server does: the extension speaks every few minutes.
FRESH = timedelta(minutes=15)
#: What can be busy. The extension in an image may be older than the hub, or newer.
KINDS = ("kernel", "terminal", "process", "download")


@dataclass(frozen=True, slots=True)
class Said:
    """How long ago a server says that it worked, was touched, and had a page open. None: not since
    it started.

    ``kinds`` are those that worked last, ``unseen`` those that it cannot look at.
    """

    worked: timedelta | None = None
    touched: timedelta | None = None
    open: timedelta | None = None
    kinds: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerReport:
    """The last word of the extension in one run of a server.

    ``worked_at`` is when it last computed: a kernel, terminal, download and so on was busy;
    ``touched_at`` when somebody last did something in it; ``open_at`` when a page of it was last
    open in a browser, touched or not. None: not since it started. ``kinds`` are those of
    :data:`KINDS` that were busy when it was said, ``unseen`` those that it cannot look at.
    """

    session_id: str
    reported_at: datetime
    worked_at: datetime | None = None
    touched_at: datetime | None = None
    open_at: datetime | None = None
    kinds: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    def is_fresh(self, now: datetime) -> bool:
        """Whether it still tells what the server does."""
        return now - self.reported_at <= FRESH
