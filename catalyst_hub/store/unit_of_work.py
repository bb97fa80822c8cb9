"""The unit of work: one transaction, and the repositories that share it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Self

from sqlalchemy import Connection

from catalyst_hub.store.audit import SqlAudit
from catalyst_hub.store.choices import SqlChoices
from catalyst_hub.store.database import Database
from catalyst_hub.store.heartbeats import SqlHeartbeats
from catalyst_hub.store.invitations import SqlInvitations
from catalyst_hub.store.limits import SqlLimits
from catalyst_hub.store.memberships import SqlMemberships
from catalyst_hub.store.people import SqlPeople
from catalyst_hub.store.policies import SqlPolicies
from catalyst_hub.store.reports import SqlReports
from catalyst_hub.store.sessions import SqlSessions


class SqlUnitOfWork:
    """Implements :class:`catalyst_hub.core.unit_of_work.UnitOfWork`."""

    def __init__(self, connection: Connection, hub: str) -> None:
        self._connection = connection
        self.hub = hub

    @cached_property
    def people(self) -> SqlPeople:
        """Persons and their identities."""
        return SqlPeople(self._connection, self.hub)

    @cached_property
    def memberships(self) -> SqlMemberships:
        """Who belongs where."""
        return SqlMemberships(self._connection, self.hub)

    @cached_property
    def invitations(self) -> SqlInvitations:
        """Codes that let people in."""
        return SqlInvitations(self._connection, self.hub)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Runs of servers."""
        return SqlSessions(self._connection, self.hub)

    @cached_property
    def limits(self) -> SqlLimits:
        """What admission locks and reads."""
        return SqlLimits(self._connection, self.hub)

    @cached_property
    def choices(self) -> SqlChoices:
        """What each person started last."""
        return SqlChoices(self._connection, self.hub)

    @cached_property
    def audit(self) -> SqlAudit:
        """Who did what."""
        return SqlAudit(self._connection, self.hub)

    @cached_property
    def policies(self) -> SqlPolicies:
        """Accepted versions of the communities file."""
        return SqlPolicies(self._connection, self.hub)

    @cached_property
    def heartbeats(self) -> SqlHeartbeats:
        """Signs of life of the processes beside the Hub."""
        return SqlHeartbeats(self._connection, self.hub)

    @cached_property
    def reports(self) -> SqlReports:
        """Sums for reports."""
        return SqlReports(self._connection, self.hub)


class Store:
    """What one hub keeps in a database."""

    def __init__(self, database: Database, hub: str) -> None:
        self._database = database
        self.hub = hub

    @classmethod
    def open(cls, url: str, hub: str) -> Self:
        """Open the database at ``url`` (see :meth:`Database.open`) for this hub."""
        return cls(Database.open(url), hub)

    @contextmanager
    def unit_of_work(self, write: bool = False) -> Iterator[SqlUnitOfWork]:
        """One transaction, committed when the block ends and rolled back when it raises.

        Raises StoreUnavailableError when the database cannot answer; nothing is written then.
        One that does not ``write`` cannot write.
        """
        with self._database.transaction(write=write) as connection:
            yield SqlUnitOfWork(connection, self.hub)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()
