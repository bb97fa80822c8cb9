"""What use cases need from the store: one transaction, seen as the nouns it holds.

The store implements these; use cases know nothing else of it. A unit of work belongs to one hub
and one thread, commits when its ``with`` block ends and rolls back when that raises.
"""

from __future__ import annotations

from typing import Protocol

from catalyst_hub.core.unit_of_work.appeals import Appeals
from catalyst_hub.core.unit_of_work.attending import Attendance
from catalyst_hub.core.unit_of_work.culling import ServerReports, Spares
from catalyst_hub.core.unit_of_work.farewells import Farewells
from catalyst_hub.core.unit_of_work.joining import Acceptances, JoinRequests
from catalyst_hub.core.unit_of_work.limiting import Exemptions, History
from catalyst_hub.core.unit_of_work.maintaining import Maintenances
from catalyst_hub.core.unit_of_work.notices import Notices
from catalyst_hub.core.unit_of_work.people import (
    Choices,
    Consents,
    Followed,
    Identities,
    Invitations,
    Known,
    Memberships,
    Owner,
    People,
    Person,
    Phrases,
)
from catalyst_hub.core.unit_of_work.personal_data import PersonalData
from catalyst_hub.core.unit_of_work.records import (
    Audit,
    AuditLine,
    Heartbeats,
    Mails,
    Policies,
    PolicyVersion,
)
from catalyst_hub.core.unit_of_work.running import WorkshopSteps
from catalyst_hub.core.unit_of_work.sessions import Limits, Reports, Sessions
from catalyst_hub.core.unit_of_work.spending import Budgets
from catalyst_hub.core.unit_of_work.storing import StorageUses
from catalyst_hub.core.unit_of_work.upkeep import Details, Inspection, Sums
from catalyst_hub.core.unit_of_work.waiting import Waiting
from catalyst_hub.core.unit_of_work.workshops import Workshops

__all__ = [
    "AuditLine",
    "Followed",
    "Known",
    "Owner",
    "Person",
    "PolicyVersion",
    "StoreUnavailableError",
    "UnitOfWork",
]


class StoreUnavailableError(Exception):
    """The store cannot answer now (locked, read-only, full, gone); nothing was written."""


class UnitOfWork(Protocol):
    """One transaction on the store of one hub."""

    @property
    def hub(self) -> str: ...
    @property
    def people(self) -> People: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def phrases(self) -> Phrases: ...
    @property
    def memberships(self) -> Memberships: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def acceptances(self) -> Acceptances: ...
    @property
    def join_requests(self) -> JoinRequests: ...
    @property
    def workshops(self) -> Workshops: ...
    @property
    def attendance(self) -> Attendance: ...
    @property
    def farewells(self) -> Farewells: ...
    @property
    def workshop_steps(self) -> WorkshopSteps: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def server_reports(self) -> ServerReports: ...
    @property
    def spares(self) -> Spares: ...
    @property
    def appeals(self) -> Appeals: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def exemptions(self) -> Exemptions: ...
    @property
    def history(self) -> History: ...
    @property
    def budgets(self) -> Budgets: ...
    @property
    def waiting(self) -> Waiting: ...
    @property
    def choices(self) -> Choices: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def heartbeats(self) -> Heartbeats: ...
    @property
    def mails(self) -> Mails: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def storage(self) -> StorageUses: ...
    @property
    def maintenances(self) -> Maintenances: ...
    @property
    def personal_data(self) -> PersonalData: ...
    @property
    def inspection(self) -> Inspection: ...
    @property
    def sums(self) -> Sums: ...
    @property
    def details(self) -> Details: ...
