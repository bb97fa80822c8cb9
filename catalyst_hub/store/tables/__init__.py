"""The tables. Every row carries the ``hub`` that owns it, except locks, which all hubs share.

Instants are ``*_at``, days ``*_on`` (in the zone of the session), amounts whole numbers.
"""

from __future__ import annotations

from catalyst_hub.store.tables.culling import server_reports, spares
from catalyst_hub.store.tables.joining import (
    acceptances,
    consents,
    instructors,
    invitations,
    join_requests,
    redemptions,
    workshops,
)
from catalyst_hub.store.tables.limiting import (
    IS_WAITING,
    appeals,
    budget_steps,
    exceptions,
    keeps,
    maintenances,
    storage_uses,
    top_ups,
    waiting_places,
)
from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.tables.people import (
    choices,
    identities,
    memberships,
    people,
    removals,
    retired_names,
    return_phrases,
)
from catalyst_hub.store.tables.records import audit, heartbeats, mails, policy_versions
from catalyst_hub.store.tables.sessions import (
    IS_LIVE,
    USAGE,
    community_days,
    community_locks,
    community_months,
    ledger_entries,
    notices,
    person_days,
    person_months,
    profile_days,
    sessions,
    workshop_days,
)
from catalyst_hub.store.tables.teaching import (
    farewells,
    meetings,
    workshop_denials,
    workshop_steps,
)

__all__ = [
    "IS_LIVE",
    "IS_WAITING",
    "USAGE",
    "acceptances",
    "appeals",
    "audit",
    "budget_steps",
    "choices",
    "community_days",
    "community_locks",
    "community_months",
    "consents",
    "exceptions",
    "farewells",
    "heartbeats",
    "identities",
    "instructors",
    "invitations",
    "join_requests",
    "keeps",
    "ledger_entries",
    "mails",
    "maintenances",
    "meetings",
    "memberships",
    "metadata",
    "notices",
    "people",
    "person_days",
    "person_months",
    "policy_versions",
    "profile_days",
    "redemptions",
    "removals",
    "retired_names",
    "return_phrases",
    "server_reports",
    "sessions",
    "spares",
    "storage_uses",
    "top_ups",
    "waiting_places",
    "workshop_days",
    "workshop_denials",
    "workshop_steps",
    "workshops",
]
