"""What the store keeps of what happened: the audit, accepted files, signs of life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.unit_of_work.people import Person


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

    def latest(
        self, community: str, actions: Sequence[str], limit: int, *, of_others: Sequence[str] = ()
    ) -> Sequence[AuditLine]:
        """The last lines about a community, the newest first: all of ``actions``, and those of
        ``of_others`` that somebody did for somebody else."""


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

    def all(self) -> Mapping[str, datetime]:
        """When each of this hub's processes last was, by its name."""


class Mails(Protocol):
    """The outbox: what people are told by mail, and whether it could be sent."""

    def queue(self, person: Person, kind: MailKind, now: datetime, **facts: object) -> None:
        """Send her this, unless nobody knows an address of hers."""

    def due(self, now: datetime, limit: int) -> Sequence[Mail]:
        """What is to be sent by now, that which waits longest first."""

    def try_until(self, mail: Mail, due_at: datetime) -> None:
        """It is being sent; if nothing more is heard, it is due again then."""

    def sent(self, mail_id: int, now: datetime) -> None:
        """The mail server has taken it."""

    def failed(self, mail_id: int, problem: str) -> None:
        """It could not be sent this time."""

    def give_up(self, mail_id: int, problem: str) -> None:
        """It will not be sent."""

    def backlog(self, since: datetime) -> tuple[int, int]:
        """How many wait to be sent, and how many of those queued since then were given up."""

    def unsent(self, since: datetime) -> Sequence[Mail]:
        """What could not be sent, or not yet, of the mail queued since then."""
