"""Notices: a server is going to be stopped, and its owner is told before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    MAINTENANCE = "maintenance"
    BUDGET = "budget"
    QUOTA = "quota"
    IDLE = "idle"
    OVER_AGE = "over-age"
    WORKSHOP = "workshop"
    UNUSED = "unused"


#: Who belongs is looked at whenever that changes, and by the stopper.
OF_BELONGING = frozenset({Reason.REMOVED})
#: Everything else, by the enforcer.
OF_LIMITS = frozenset(Reason) - OF_BELONGING
#: What stops a server though nothing is used up.
OF_CULLING = frozenset({Reason.IDLE, Reason.OVER_AGE})


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a session has to end.

    ``facts`` are words that stay the same as long as the ground does: which limit, not how much
    is used of it; and ``again_at``, when a server can start again (ISO 8601, None: somebody has to
    help), which moves on only where a window rolls. ``stop_at`` None: after the usual time.
    ``least`` is the time that is left in any case to save one's work; None: the usual. So long
    before the stop as ``reminders`` say she is told again.
    """

    reason: Reason
    facts: Mapping[str, object] = field(default_factory=dict)
    stop_at: datetime | None = None
    least: timedelta | None = None
    reminders: tuple[timedelta, ...] = ()


#: Looks at a session, and knows of one kind of grounds; None: it may run on.
Judge = Callable[[Session], Ground | None]


@dataclass(frozen=True, slots=True)
class Notice:
    """The owner of a running session has been told that its server stops at ``stop_at``, because
    of ``reason`` and ``facts`` (those of a :class:`Ground`).

    ``asked_at`` is when the Hub was asked to stop it; ``reminders`` counts how often she was told
    again.
    """

    session_id: str
    reason: Reason
    given_at: datetime
    stop_at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)
    asked_at: datetime | None = None
    reminders: int = 0

    def is_due(self, now: datetime) -> bool:
        """Whether the time that was left to save one's work is over."""
        return now >= self.stop_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for live sessions: who is told, whose notice is ``changed`` (old, new), who is
    spared after all, which starts are called off, for there is nothing to save in them yet, and who
    is told once more."""

    given: tuple[Notice, ...] = ()
    changed: tuple[tuple[Notice, Notice], ...] = ()
    withdrawn: tuple[Notice, ...] = ()
    called_off: tuple[Session, ...] = ()
    reminded: tuple[Notice, ...] = ()


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


def notice_of(session: Session, ground: Ground, period: timedelta, now: datetime) -> Notice:
    """What the owner of a session is told when there is a ground to end it."""
    stop_at = _stop_at(ground, now, period)
    return Notice(session.session_id, ground.reason, now, stop_at, ground.facts)


def _stop_at(ground: Ground, given_at: datetime, period: timedelta) -> datetime:
    """Nobody has less time to save her work than the usual, whenever it was meant to be."""
    usual = given_at + (period if ground.least is None else min(period, ground.least))
    return max(usual, ground.stop_at) if ground.stop_at else usual


def judge(
    sessions: Iterable[Session],
    notices: Mapping[str, Notice],
    ground_of: Judge,
    period: timedelta,
    now: datetime,
) -> Verdict:
    """Hold live sessions against the notices that were given, by session.

    Whoever has been told is not told again, and her time does not begin anew. Only who was
    removed has a start called off: any other start was admitted, and is told once it runs.
    """
    given, changed, withdrawn, called_off, reminded = [], [], [], [], []
    for session in sessions:
        notice, ground = notices.get(session.session_id), ground_of(session)
        if ground is None:
            withdrawn += [notice] if notice else []
        elif session.state is SessionState.RESERVED:
            called_off += [session] if ground.reason in OF_BELONGING else []
        elif notice is None:
            given.append(notice_of(session, ground, period, now))
        else:
            follows = _following(notice, ground, period, now)
            changed += [(notice, follows)] if follows != notice else []
            again = _reminded(follows, ground, now)
            reminded += [again] if again != follows else []
    return Verdict(
        tuple(given), tuple(changed), tuple(withdrawn), tuple(called_off), tuple(reminded)
    )


def without(verdict: Verdict, reasons: Collection[Reason]) -> Verdict:
    """What is left of it while these reasons prove nothing: nobody is told of a stop for them; who
    has been told is looked at again later."""
    given = tuple(notice for notice in verdict.given if notice.reason not in reasons)
    reminded = tuple(notice for notice in verdict.reminded if notice.reason not in reasons)
    changed = tuple(each for each in verdict.changed if _stands(*each, reasons))
    gone = tuple(old for old, new in verdict.changed if _is_gone(old, new, reasons))
    return replace(
        verdict,
        given=given,
        changed=changed,
        withdrawn=(*verdict.withdrawn, *gone),
        reminded=reminded,
    )


def _stands(old: Notice, new: Notice, reasons: Collection[Reason]) -> bool:
    """Whether what has changed can be told: of what is doubted, only that there is more time."""
    is_longer = old.reason is new.reason and new.stop_at >= old.stop_at
    return new.reason not in reasons or is_longer


def _is_gone(old: Notice, new: Notice, reasons: Collection[Reason]) -> bool:
    """Whether there is no ground any more for what was told, but a doubtful one in its place. What
    is too old is so behind it as well."""
    return new.reason in reasons and old.reason not in OF_CULLING | set(reasons)


def _reminded(notice: Notice, ground: Ground, now: datetime) -> Notice:
    """The notice with how often she has to have been reminded by now."""
    instants = (notice.stop_at - before for before in ground.reminders)
    times = sum(notice.given_at < at <= now for at in instants)
    return replace(notice, reminders=max(notice.reminders, times))


def _following(notice: Notice, ground: Ground, period: timedelta, now: datetime) -> Notice:
    """The notice as it stands now that this is the ground, in whose place another one may have
    come: she was told of a time, which comes no later for that."""
    if notice.given_at > now:
        # The clock was set back: nobody's time gets longer than she was told it would be.
        notice = replace(notice, given_at=now, stop_at=now + (notice.stop_at - notice.given_at))
    stop_at = notice.stop_at
    if ground.stop_at is not None:
        stop_at = _stop_at(ground, notice.given_at, period)
    elif ground.reason is not notice.reason:
        stop_at = min(stop_at, now + period)
    return replace(notice, reason=ground.reason, facts=ground.facts, stop_at=stop_at)
