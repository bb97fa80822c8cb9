"""Notices: a server is going to be stopped, and its owner is told before."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.belonging import Belonging
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import Session, SessionState

#: The longest that a server may run on after its owner has lost the right to it.
LONGEST_NOTICE = timedelta(days=1)


class Reason(StrEnum):
    """Why a server is going to be stopped."""

    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Notice:
    """The owner of a running session has been told that its server stops at ``stop_at``."""

    session_id: str
    reason: Reason
    given_at: datetime
    stop_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether the time that was left to save one's work is over."""
        return now >= self.stop_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for live sessions: who is told, who is spared after all, and which starts are
    called off, for there is nothing to save in them yet."""

    given: tuple[Notice, ...] = ()
    withdrawn: tuple[Notice, ...] = ()
    called_off: tuple[Session, ...] = ()


def must_leave(
    session: Session, policy: Policy, removed: Container[str], belongs: Belonging
) -> bool:
    """Whether its owner may not run it any more: she was taken out of its community (``removed``
    has the slugs of those), the file blocks her there, or has no such community.

    A membership that only lapsed (a rule stopped matching) stops nothing: a provider that
    forgets somebody's groups for an hour must not cost that person a day's work.
    """
    community = session.choice.community
    is_gone = policy.community(community) is None
    return is_gone or community in removed or belongs.is_blocked_from(community)


def notice_of(session: Session, period: timedelta, now: datetime) -> Notice:
    """What the owner of a session is told when she has to leave now."""
    return Notice(session.session_id, Reason.REMOVED, now, now + period)


def judge(
    sessions: Iterable[Session],
    notices: Mapping[str, Notice],
    has_to_leave: Callable[[Session], bool],
    period: timedelta,
    now: datetime,
) -> Verdict:
    """Hold live sessions against the notices that were given, by session.

    Whoever has been told is not told again, and her time does not begin anew.
    """
    given, withdrawn, called_off = [], [], []
    for session in sessions:
        notice, leaves = notices.get(session.session_id), has_to_leave(session)
        if notice is not None and not leaves:
            withdrawn.append(notice)
        elif leaves and session.state is SessionState.RESERVED:
            called_off.append(session)
        elif leaves and notice is None:
            given.append(notice_of(session, period, now))
    return Verdict(tuple(given), tuple(withdrawn), tuple(called_off))
