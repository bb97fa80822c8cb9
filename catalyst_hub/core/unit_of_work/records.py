"""What the store keeps of what happened: the audit, accepted files, signs of life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What somebody did."""

    at: datetime
    actor: str
    action: str
    subject: str | None
    facts: Mapping[str, object]


class Audit(Protocol):
    """Who did what; only ever added to."""

    def add(
        self,
        now: datetime,
        actor: str,
        action: str,
        *,
        community: str | None = None,
        subject: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        """``action`` is ``noun:verb`` (``session:reserved``); ``actor`` a hub name or a service."""

    def latest(self, community: str, actions: Sequence[str], limit: int) -> Sequence[AuditLine]:
        """The last lines about a community, the newest first."""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One accepted communities file."""

    version: str
    text: str
    accepted_at: datetime


class Policies(Protocol):
    """Accepted versions of the communities file; the newest is in force."""

    def active(self) -> PolicyVersion | None:
        """The version in force."""

    def accept(self, version: str, text: str, now: datetime) -> None:
        """Put a version into force (again)."""


class Heartbeats(Protocol):
    """Signs of life of the processes beside the Hub."""

    def beat(self, process: str, now: datetime) -> None:
        """This process is alive and has done its round."""

    def last(self, process: str) -> datetime | None:
        """When it last was."""
