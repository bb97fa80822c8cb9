"""What use cases need from the store: one transaction, seen as the nouns it holds.

The store implements these; use cases know nothing else of it. A unit of work belongs to one hub
and one thread, commits when its ``with`` block ends and rolls back when that raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Grounds
from catalyst_hub.core.invitation import Invitation, Terms
from catalyst_hub.core.ledger import LedgerEntry
from catalyst_hub.core.quota import UsageSnapshot
from catalyst_hub.core.report import ReportQuery, ReportRow
from catalyst_hub.core.session import Ending, ServerKey, Session
from catalyst_hub.core.window import Period, Window


class StoreUnavailableError(Exception):
    """The store cannot answer now (locked, read-only, full, gone); nothing was written."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a hub name, which is hers for ever.

    ``pseudonym`` stands for her in everything that leaves the hub; ``language`` is her own
    choice, if she made one.
    """

    person_id: int
    name: str
    display_name: str
    pseudonym: str
    language: str | None = None


class People(Protocol):
    """Persons and their identities."""

    def by_name(self, name: str) -> Person | None:
        """The person with this hub name."""

    def by_identity(self, identity: Identity) -> Person | None:
        """The person who signs in with this identity."""

    def identities(self, person_id: int) -> Sequence[Identity]:
        """Every way in which a person signs in."""

    def add(self, name: str, display_name: str, identity: Identity | None, now: datetime) -> Person:
        """A new person under a name nobody in this hub has had."""

    def signed_in(self, person: Person, display_name: str, now: datetime) -> None:
        """Note a sign-in and what the provider calls her now."""

    def set_language(self, person: Person, language: str) -> None:
        """Remember her own choice of language."""

    def named(self, person_ids: Sequence[int]) -> Mapping[int, Person]:
        """Persons by id."""

    def signed_in_at(self, person_ids: Sequence[int]) -> Mapping[int, datetime]:
        """When each of them signed in last."""


class Memberships(Protocol):
    """Who belongs where. The one home of membership; Hub groups follow it."""

    def of(self, person_id: int) -> Mapping[str, Role]:
        """Role by community slug, in the order of joining."""

    def replace_by_rule(
        self,
        person_id: int,
        memberships: Mapping[str, Role],
        now: datetime,
        grounds: Mapping[str, Grounds] = ...,
    ) -> None:
        """Make what the file's rules grant exactly this; what was granted by hand stays.

        ``grounds`` say which rule it was, by community.
        """

    def members_of(self, community: str) -> Mapping[int, Role]:
        """Role by person id."""

    def grants_in(self, community: str) -> Mapping[int, Sequence[Grant]]:
        """All that lets people in, by person id; the oldest first."""

    def grant(self, person_id: int, community: str, grant: Grant) -> None:
        """Let a person in. Of the same source, the newest grant counts."""

    def remove(self, person_id: int, community: str, actor: str, now: datetime) -> None:
        """Take back every grant, and keep her out until :meth:`readmit`."""

    def readmit(self, person_id: int, community: str) -> None:
        """Forget that she was removed; lets nobody in by itself."""

    def removed_from(self, community: str) -> Mapping[int, tuple[str, datetime]]:
        """Who removed whom, and when, by person id."""

    def closed_to(self, person_id: int) -> frozenset[str]:
        """The communities she was removed from."""


class Invitations(Protocol):
    """Codes that let people in, by the digest of the code."""

    def add(
        self, community: str, digest: str, terms: Terms, actor: str, now: datetime
    ) -> Invitation:
        """A new invitation."""

    def lock(self, digest: str) -> Invitation | None:
        """The invitation with this code, held until the transaction ends. Take it before
        deciding on its seats."""

    def get(self, invitation_id: int) -> Invitation | None:
        """An invitation of this hub."""

    def of(self, community: str) -> Sequence[Invitation]:
        """Those of a community, the newest first."""

    def has_redeemed(self, invitation_id: int, person_id: int) -> bool:
        """Whether she has come with it."""

    def take_seat(self, invitation_id: int, person_id: int, now: datetime) -> None:
        """Note that she has come with it."""

    def revoke(self, invitation_id: int, actor: str, now: datetime) -> bool:
        """End it; False: it had been revoked before."""


class Sessions(Protocol):
    """Runs of servers."""

    def live(self, key: ServerKey) -> Session | None:
        """The reserved or running session of a server."""

    def all_live(self, community: str | None = None) -> Sequence[Session]:
        """Live sessions of this hub, of one community or all."""

    def get(self, session_id: str) -> Session | None:
        """A session of this hub by id."""

    def latest(self, key: ServerKey) -> Session | None:
        """The session of a server that was reserved last, whatever became of it."""

    def add(self, session: Session) -> None:
        """Insert a session. A second live one for the same server is an error of the database."""

    def run(self, session_id: str, running_at: datetime) -> None:
        """A reserved or released session is running (its server answers)."""

    def seen(self, seen: Mapping[str, datetime | None], now: datetime) -> None:
        """Heartbeat of running sessions: last activity by session id (None: not known)."""

    def end(self, session: Session, ending: Ending, entries: Sequence[LedgerEntry]) -> bool:
        """Close a live session and write its entries and roll-ups in the same step.

        False, and nothing written, when it was not live any more: closing is idempotent.
        """

    def release(self, session_id: str, ending: Ending) -> bool:
        """Give back a reservation that never ran; False when it was not reserved any more."""


class Limits(Protocol):
    """What admission locks and reads."""

    def lock(self, community: str) -> None:
        """Hold this community's lock until the transaction ends. Take before reading usage."""

    def snapshot(
        self, community: str, person_id: int, periods: Mapping[Window, Period]
    ) -> UsageSnapshot:
        """Ended use in each period, for the community and this person, and all live sessions,
        summed over every hub that shares the database."""


class Choices(Protocol):
    """What each person started last."""

    def last(self, person_id: int) -> Choice | None:
        """Her last choice."""

    def remember(self, person_id: int, choice: Choice) -> None:
        """Make this her last choice."""


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


class Reports(Protocol):
    """Sums for reports, from the roll-ups and the sessions still live."""

    def rows(self, query: ReportQuery, now: datetime) -> Sequence[ReportRow]:
        """Rows by the query's keys, unsorted."""

    def first_day(self, community: str | None = None) -> date | None:
        """The first day with any entry."""

    def last_days(self, community: str) -> Mapping[int, date]:
        """The last day with any entry, by person id."""


class UnitOfWork(Protocol):
    """One transaction on the store of one hub."""

    @property
    def hub(self) -> str: ...
    @property
    def people(self) -> People: ...
    @property
    def memberships(self) -> Memberships: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def choices(self) -> Choices: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def heartbeats(self) -> Heartbeats: ...
    @property
    def reports(self) -> Reports: ...
