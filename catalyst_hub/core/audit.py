"""What the audit can say. The names are part of the interface: never rename."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """The fixed set of audited changes, as ``noun:verb``; who, where and what stand beside it."""

    PERSON_ADDED = "person:added"
    MEMBERSHIPS_CHANGED = "memberships:changed"
    LANGUAGE_CHOSEN = "language:chosen"
    POLICY_ACCEPTED = "policy:accepted"
    SESSION_RESERVED = "session:reserved"
    SESSION_RUNNING = "session:running"
    SESSION_REOPENED = "session:reopened"
    SESSION_ADOPTED = "session:adopted"
    SESSION_RELEASED = "session:released"
    SESSION_ENDED = "session:ended"
    SERVER_STOP_ASKED = "server:stop-asked"


#: The actor of what nobody did: the repair after a crash.
RECONCILER = "reconciler"
