"""The tables. Every row carries the ``hub`` that owns it, except locks, which all hubs share.

Instants are ``*_at``, days ``*_on`` (in the zone of the session), amounts whole numbers.
"""

from __future__ import annotations

from catalyst_hub.store.tables.joining import (
    acceptances,
    consents,
    instructors,
    invitations,
    join_requests,
    redemptions,
    workshops,
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
    ledger_entries,
    notices,
    person_days,
    sessions,
)

__all__ = [
    "IS_LIVE",
    "USAGE",
    "acceptances",
    "audit",
    "choices",
    "community_days",
    "community_locks",
    "consents",
    "heartbeats",
    "identities",
    "instructors",
    "invitations",
    "join_requests",
    "ledger_entries",
    "mails",
    "memberships",
    "metadata",
    "notices",
    "people",
    "person_days",
    "policy_versions",
    "redemptions",
    "removals",
    "retired_names",
    "return_phrases",
    "sessions",
    "workshops",
]
