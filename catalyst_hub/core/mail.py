"""Mail to people: what there is to tell, and when to try again to send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

#: A mail that could not be sent for so long is given up.
PATIENCE = timedelta(days=1)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)


class MailKind(StrEnum):
    """The fixed set of mails. The store keeps facts, and the words are made when it is sent."""

    REQUEST_RECEIVED = "request-received"
    REQUEST_APPROVED = "request-approved"
    REQUEST_DECLINED = "request-declined"
    MEMBER_ADDED = "member-added"
    MEMBER_REMOVED = "member-removed"
    SERVER_NOTICE = "server-notice"
    BUDGET_STEP = "budget-step"
    APPEAL_RECEIVED = "appeal-received"
    APPEAL_DECLINED = "appeal-declined"
    APPEAL_PAID = "appeal-paid"
    EXCEPTION_MADE = "exception-made"
    EXCEPTION_REVOKED = "exception-revoked"
    STORAGE_WARNING = "storage-warning"
    WORKSHOP_ASKED = "workshop-asked"
    WORKSHOP_GRANTED = "workshop-granted"
    WORKSHOP_DECLINED = "workshop-declined"
    FAREWELL = "farewell"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail on its way to the person called ``name``.

    ``facts`` have the ``community`` by its slug and other people by their hub names, never what
    may change until it is sent; instants among them are ISO texts.
    """

    mail_id: int
    name: str
    display_name: str
    language: str | None
    email: str | None
    kind: str
    facts: Mapping[str, object]
    queued_at: datetime
    tries: int = 0
    problem: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def is_late(self, now: datetime) -> bool:
        """Whether it is too old to be of use."""
        return now - self.queued_at >= PATIENCE


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries that failed (1: the first)."""
    # Beyond this many the longest pause is reached anyhow, and powers of two grow fast.
    factor: int = 2 ** min(tries - 1, 10)
    return min(_FIRST_PAUSE * factor, _LONGEST_PAUSE)
