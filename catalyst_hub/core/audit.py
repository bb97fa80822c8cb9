"""What the audit can say. The names are part of the interface: never rename."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypedDict

from catalyst_hub.core.session import Session


class Action(StrEnum):
    """The fixed set of audited changes, as ``noun:verb``; who, where and what stand beside it."""

    PERSON_ADDED = "person:added"
    PERSON_ADOPTED = "person:adopted"
    IDENTITY_LINKED = "identity:linked"
    IDENTITY_UNLINKED = "identity:unlinked"
    MEMBERSHIPS_CHANGED = "memberships:changed"
    POLICY_ACCEPTED = "policy:accepted"
    SESSION_RESERVED = "session:reserved"
    SESSION_RUNNING = "session:running"
    SESSION_REOPENED = "session:reopened"
    SESSION_ADOPTED = "session:adopted"
    SESSION_RELEASED = "session:released"
    SESSION_ENDED = "session:ended"
    SESSION_CORRECTED = "session:corrected"
    SUMS_REPAIRED = "sums:repaired"
    DETAILS_FORGOTTEN = "details:forgotten"
    SERVER_STOP_ASKED = "server:stop-asked"
    INVITATION_MADE = "invitation:made"
    INVITATION_REVOKED = "invitation:revoked"
    INVITATION_REDEEMED = "invitation:redeemed"
    PHRASE_CHANGED = "phrase:changed"
    PHRASE_RESET = "phrase:reset"
    MEMBER_ADDED = "member:added"
    MEMBER_REMOVED = "member:removed"
    WORKSHOP_SCHEDULED = "workshop:scheduled"
    WORKSHOP_CHANGED = "workshop:changed"
    WORKSHOP_ASKED = "workshop:asked"
    WORKSHOP_GRANTED = "workshop:granted"
    WORKSHOP_DECLINED = "workshop:declined"
    WORKSHOP_CANCELLED = "workshop:cancelled"
    WORKSHOP_DRILLED = "workshop:drilled"
    WORKSHOP_OPENED = "workshop:opened"
    WORKSHOP_WARMING = "workshop:warming"
    WORKSHOP_WARMED = "workshop:warmed"
    WORKSHOP_ENDED = "workshop:ended"
    WORKSHOP_CLOSED = "workshop:closed"
    SERVER_NOT_WARMED = "server:not-warmed"
    INSTRUCTOR_APPOINTED = "instructor:appointed"
    INSTRUCTOR_DISMISSED = "instructor:dismissed"
    CHAMPION_APPOINTED = "champion:appointed"
    CHAMPION_DISMISSED = "champion:dismissed"
    PEOPLE_EXPORTED = "people:exported"
    REQUEST_MADE = "request:made"
    REQUEST_WITHDRAWN = "request:withdrawn"
    REQUEST_APPROVED = "request:approved"
    REQUEST_DECLINED = "request:declined"
    NOTICE_GIVEN = "notice:given"
    NOTICE_CHANGED = "notice:changed"
    NOTICE_WITHDRAWN = "notice:withdrawn"
    SERVER_KEPT = "server:kept"
    APPEAL_MADE = "appeal:made"
    APPEAL_GRANTED = "appeal:granted"
    APPEAL_DECLINED = "appeal:declined"
    APPEAL_WITHDRAWN = "appeal:withdrawn"
    BUDGET_TOPPED_UP = "budget:topped-up"
    BUDGET_STEP_REACHED = "budget:step-reached"
    FAREWELL_GIVEN = "farewell:given"
    FAREWELL_KEPT = "farewell:kept"
    FAREWELL_BEGUN = "farewell:begun"
    FILES_REMOVED = "files:removed"
    PERSON_ERASED = "person:erased"
    TERMS_ACCEPTED = "terms:accepted"
    MEMBER_LEFT = "member:left"
    MEMBER_RETURNED = "member:returned"
    CONSENT_ASKED = "consent:asked"
    CONSENT_ALLOWED = "consent:allowed"
    CONSENT_REFUSED = "consent:refused"
    CONSENT_WITHDRAWN = "consent:withdrawn"
    SERVER_OPENED = "server:opened"
    ORPHAN_ENDED = "orphan:ended"
    PLACE_TAKEN = "place:taken"
    PLACE_CALLED = "place:called"
    PLACE_LET_PASS = "place:let-pass"  # noqa: S105 -- the name of an action
    PLACE_OVER = "place:over"
    EXCEPTION_MADE = "exception:made"
    EXCEPTION_REVOKED = "exception:revoked"
    SPARE_MADE = "spare:made"
    SPARE_REVOKED = "spare:revoked"
    MAINTENANCE_ANNOUNCED = "maintenance:announced"
    MAINTENANCE_ENDED = "maintenance:ended"


#: Actors that are no person: their names could never be a hub name.
HUB = "service:hub"
RECONCILER = "service:reconciler"
COMMUNITIES_FILE = "service:communities-file"
CULLER = "service:culler"
COMMAND_LINE = "service:command-line"


def at_the_command_line(account: str) -> str:
    """Stands for whoever ran a command under this account of the machine: no person of the hub."""
    return f"{COMMAND_LINE}:{account}"


def is_command_line(actor: str) -> bool:
    """Whether somebody at the command line did it, who runs the hub."""
    return actor == COMMAND_LINE or actor.startswith(f"{COMMAND_LINE}:")


def is_service(actor: str | None) -> bool:
    """Whether no person did it, but a process of the hub."""
    return actor is not None and actor.startswith("service:")


class About(TypedDict):
    """The part of an audit line that says what it is about."""

    community: str
    subject: str
    facts: Mapping[str, object]


def about(session: Session, **facts: object) -> About:
    """What an audit line says of a session; the subject is the name of its owner."""
    return About(
        community=session.choice.community,
        subject=session.key.user_name,
        facts={"session": session.session_id, "server": session.key.server_name, **facts},
    )
