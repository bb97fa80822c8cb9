"""Where the tables speak of persons. A table that is not told here fails the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Table

from catalyst_hub.store import tables


@dataclass(frozen=True, slots=True)
class Trace:
    """What one table may know about a person, by the names of its columns.

    ``owner`` has the id of the person whose row it is; or a row is hers ``through`` another table,
    by a column that both have. ``names`` are hub names, of whoever's row; ``facts`` are JSON and
    ``texts`` are people's own words, in which names occur. ``secrets`` are never given out.
    ``is_deleted``: her rows go when she is erased; the others stay, under her alias.
    """

    table: Table
    owner: str | None = None
    through: tuple[Table, str] | None = None
    names: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    is_deleted: bool = False


_ID = "person_id"

#: In the order in which they are given out.
TRACES: tuple[Trace, ...] = (
    Trace(tables.people, _ID),
    Trace(tables.identities, _ID, facts=("by_rule",), is_deleted=True),
    Trace(tables.return_phrases, _ID, names=("reset_by",), secrets=("digest",), is_deleted=True),
    Trace(tables.memberships, _ID, facts=("grounds",), is_deleted=True),
    Trace(tables.removals, _ID, names=("removed_by",), is_deleted=True),
    Trace(tables.join_requests, _ID, names=("answered_by",), texts=("message",), is_deleted=True),
    Trace(
        tables.invitations,
        through=(tables.redemptions, "invitation_id"),
        names=("created_by", "revoked_by"),
        texts=("note",),
        secrets=("digest",),
    ),
    Trace(tables.redemptions, _ID),
    Trace(tables.acceptances, _ID, is_deleted=True),
    Trace(tables.consents, _ID, names=("asked_by",), texts=("reason",), is_deleted=True),
    Trace(
        tables.workshops,
        through=(tables.instructors, "workshop_id"),
        names=("created_by", "answered_by"),
        texts=("title", "asked_reason", "reply"),
    ),
    Trace(tables.instructors, _ID, names=("added_by",), is_deleted=True),
    Trace(tables.workshop_denials, _ID),
    Trace(tables.farewells, _ID, is_deleted=True),
    Trace(tables.choices, _ID, is_deleted=True),
    Trace(tables.sessions, _ID, names=("user_name", "actor"), texts=("server_name",)),
    Trace(tables.notices, through=(tables.sessions, "session_id"), facts=("facts",)),
    Trace(tables.server_reports, through=(tables.sessions, "session_id"), facts=("facts",)),
    Trace(tables.keeps, through=(tables.sessions, "session_id"), names=("kept_by",)),
    Trace(tables.person_days, _ID),
    Trace(tables.person_months, _ID),
    Trace(tables.workshop_days, _ID),
    Trace(
        tables.exceptions, _ID, names=("made_by", "revoked_by"), texts=("reason",), is_deleted=True
    ),
    Trace(
        tables.appeals,
        _ID,
        names=("answered_by",),
        facts=("facts",),
        texts=("message", "reply"),
        is_deleted=True,
    ),
    Trace(
        tables.waiting_places,
        _ID,
        names=("user_name", "passed_by"),
        facts=("options",),
        texts=("server_name",),
        is_deleted=True,
    ),
    Trace(tables.storage_uses, _ID, is_deleted=True),
    Trace(tables.spares, _ID, names=("made_by", "revoked_by"), texts=("reason",), is_deleted=True),
    Trace(tables.top_ups, names=("made_by",), texts=("reason",)),
    Trace(tables.maintenances, names=("made_by", "ended_by"), facts=("message",)),
    Trace(tables.mails, _ID, facts=("facts",), is_deleted=True),
    Trace(tables.audit, names=("actor", "subject"), facts=("facts",)),
)

#: The tables that speak of nobody, and why.
IMPERSONAL: Mapping[str, str] = MappingProxyType(
    {
        "ledger_entries": "of a session, by its number; the sums of a day are in person_days",
        "budget_steps": "of communities",
        "community_days": "sums over all people",
        "community_months": "sums over all people",
        "community_locks": "counts admissions",
        "heartbeats": "of processes",
        "meetings": "the hours of workshops",
        "policy_versions": "the operator's own document",
        "profile_days": "sums over all people",
        "workshop_steps": "of workshops",
        "retired_names": "digests, by which a name is known again",
    }
)
