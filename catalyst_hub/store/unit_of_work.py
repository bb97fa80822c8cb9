"""The unit of work: one transaction, and the repositories that share it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Self

from sqlalchemy import Connection

from catalyst_hub.store.acceptances import SqlAcceptances
from catalyst_hub.store.appeals import SqlAppeals
from catalyst_hub.store.attendance import SqlAttendance
from catalyst_hub.store.audit import SqlAudit
from catalyst_hub.store.budgets import SqlBudgets
from catalyst_hub.store.choices import SqlChoices
from catalyst_hub.store.consents import SqlConsents
from catalyst_hub.store.database import Database
from catalyst_hub.store.details import SqlDetails
from catalyst_hub.store.exemptions import SqlExemptions
from catalyst_hub.store.farewells import SqlFarewells
from catalyst_hub.store.heartbeats import SqlHeartbeats
from catalyst_hub.store.history import SqlHistory
from catalyst_hub.store.identities import SqlIdentities
from catalyst_hub.store.inspection import SqlInspection
from catalyst_hub.store.invitations import SqlInvitations
from catalyst_hub.store.join_requests import SqlJoinRequests
from catalyst_hub.store.limits import SqlLimits
from catalyst_hub.store.mails import SqlMails
from catalyst_hub.store.maintenances import SqlMaintenances
from catalyst_hub.store.memberships import SqlMemberships
from catalyst_hub.store.notices import SqlNotices
from catalyst_hub.store.people import SqlPeople
from catalyst_hub.store.personal_data import SqlPersonalData
from catalyst_hub.store.phrases import SqlPhrases
from catalyst_hub.store.policies import SqlPolicies
from catalyst_hub.store.reports import SqlReports
from catalyst_hub.store.server_reports import SqlServerReports
from catalyst_hub.store.sessions import SqlSessions
from catalyst_hub.store.spares import SqlSpares
from catalyst_hub.store.storage_uses import SqlStorageUses
from catalyst_hub.store.sums import SqlSums
from catalyst_hub.store.waiting import SqlWaiting
from catalyst_hub.store.workshop_steps import SqlWorkshopSteps
from catalyst_hub.store.workshops import SqlWorkshops


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
    def phrases(self) -> SqlPhrases:
        """What people with workshop accounts come back with."""
        return SqlPhrases(self._connection, self.hub)

    @cached_property
    def identities(self) -> SqlIdentities:
        """The ways in which people sign in."""
        return SqlIdentities(self._connection, self.hub)

    @cached_property
    def memberships(self) -> SqlMemberships:
        """Who belongs where."""
        return SqlMemberships(self._connection, self.hub)

    @cached_property
    def invitations(self) -> SqlInvitations:
        """Codes that let people in."""
        return SqlInvitations(self._connection, self.hub)

    @cached_property
    def consents(self) -> SqlConsents:
        """What people have allowed others to do with their servers."""
        return SqlConsents(self._connection, self.hub)

    @cached_property
    def acceptances(self) -> SqlAcceptances:
        """Who has accepted which terms of use."""
        return SqlAcceptances(self._connection, self.hub)

    @cached_property
    def join_requests(self) -> SqlJoinRequests:
        """Requests to join."""
        return SqlJoinRequests(self._connection, self.hub)

    @cached_property
    def workshops(self) -> SqlWorkshops:
        """Workshops, and their instructors."""
        return SqlWorkshops(self._connection, self.hub)

    @cached_property
    def workshop_steps(self) -> SqlWorkshopSteps:
        """What was done for workshops."""
        return SqlWorkshopSteps(self._connection, self.hub)

    @cached_property
    def attendance(self) -> SqlAttendance:
        """The learners of workshops."""
        return SqlAttendance(self._connection, self.hub)

    @cached_property
    def farewells(self) -> SqlFarewells:
        """People who leave after workshops."""
        return SqlFarewells(self._connection, self.hub)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Runs of servers."""
        return SqlSessions(self._connection, self.hub)

    @cached_property
    def notices(self) -> SqlNotices:
        """Servers that are going to be stopped."""
        return SqlNotices(self._connection, self.hub)

    @cached_property
    def server_reports(self) -> SqlServerReports:
        """What the extension inside each server said last."""
        return SqlServerReports(self._connection, self.hub)

    @cached_property
    def spares(self) -> SqlSpares:
        """Whose servers are not stopped as idle for a while."""
        return SqlSpares(self._connection, self.hub)

    @cached_property
    def appeals(self) -> SqlAppeals:
        """Who asks for more than a limit allows."""
        return SqlAppeals(self._connection, self.hub)

    @cached_property
    def limits(self) -> SqlLimits:
        """What admission locks and reads."""
        return SqlLimits(self._connection, self.hub)

    @cached_property
    def exemptions(self) -> SqlExemptions:
        """Exceptions: more than a limit allows."""
        return SqlExemptions(self._connection, self.hub)

    @cached_property
    def history(self) -> SqlHistory:
        """Servers that ran at some time."""
        return SqlHistory(self._connection, self.hub)

    @cached_property
    def budgets(self) -> SqlBudgets:
        """What was paid into budgets, and which steps have been told."""
        return SqlBudgets(self._connection, self.hub)

    @cached_property
    def waiting(self) -> SqlWaiting:
        """Who waits for a seat."""
        return SqlWaiting(self._connection, self.hub)

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
    def mails(self) -> SqlMails:
        """The outbox."""
        return SqlMails(self._connection, self.hub)

    @cached_property
    def reports(self) -> SqlReports:
        """Sums for reports."""
        return SqlReports(self._connection, self.hub)

    @cached_property
    def storage(self) -> SqlStorageUses:
        """How full homes are."""
        return SqlStorageUses(self._connection, self.hub)

    @cached_property
    def maintenances(self) -> SqlMaintenances:
        """When the hub, or one community of it, pauses."""
        return SqlMaintenances(self._connection, self.hub)

    @cached_property
    def personal_data(self) -> SqlPersonalData:
        """All that is known of one person."""
        return SqlPersonalData(self._connection, self.hub)

    @cached_property
    def inspection(self) -> SqlInspection:
        """The store looked at as a whole."""
        return SqlInspection(self._connection, self.hub)

    @cached_property
    def sums(self) -> SqlSums:
        """The sums beside the ledger, held against it."""
        return SqlSums(self._connection, self.hub)

    @cached_property
    def details(self) -> SqlDetails:
        """Old rows that name people."""
        return SqlDetails(self._connection, self.hub)


class Store:
    """What one hub keeps in a database."""

    def __init__(self, database: Database, hub: str) -> None:
        self._database = database
        self.hub = hub

    @property
    def about(self) -> str:
        """The kind of database and its schema: ``PostgreSQL 16, schema 0003``."""
        return self._database.about

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
