"""The judges: everything for which a running server may have to stop."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from catalyst_hub.core.appeal import words_of
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.notice import Ground, Judge, Reason, must_leave
from catalyst_hub.core.pause import draining
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.quota import asked_of
from catalyst_hub.core.resources import AT_ONCE
from catalyst_hub.core.session import Session
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.unit_of_work import UnitOfWork

#: Whose limits stand where: by community and person.
Standings = Mapping[tuple[str, int], Standing]


def belonging_judge(uow: UnitOfWork, policy: Policy) -> Judge:
    """Ends what somebody runs in a community that is closed to her."""

    def ground_of(session: Session) -> Ground | None:
        removed = uow.memberships.closed_to(session.person_id)
        belongs = belonging(policy, uow.identities.of(session.person_id))
        is_out = must_leave(session, policy, removed, belongs)
        return Ground(Reason.REMOVED) if is_out else None

    return ground_of


def limits_judge(
    uow: UnitOfWork, policy: Policy, sessions: Collection[Session], now: datetime
) -> Judge:
    """Ends what is in the way of a maintenance, and whatever uses more of a limit over time than
    there is, of these sessions.

    Everything is read before it is asked about the first: hundreds of servers are judged by a
    few statements.
    """
    current, drained_at = standings(uow, policy, sessions, now), draining(uow, now)

    def ground_of(session: Session) -> Ground | None:
        if stop_at := drained_at(session):
            return Ground(Reason.MAINTENANCE, stop_at=stop_at)
        found = current.get((session.choice.community, session.person_id))
        return used_up(session, found) if found else None

    return ground_of


def standings(
    uow: UnitOfWork, policy: Policy, sessions: Iterable[Session], now: datetime
) -> Standings:
    """Where the limits stand for everybody with one of these sessions."""
    found = {}
    for slug, person_id in sorted({(s.choice.community, s.person_id) for s in sessions}):
        community = policy.community(slug)
        if community is not None:
            found[slug, person_id] = standing(uow, policy, community, person_id, now)
    return found


def used_up(session: Session, limits: Standing) -> Ground | None:
    """The limit that ends a session: of several the budget, else the one that lasts longest."""
    reached = [a for a in limits.allowances if is_reached(a, session, limits.hold_ms)]
    worst = max(reached, key=_severity, default=None)
    if worst is None:
        return None
    return Ground(Reason.BUDGET if worst.is_budget else Reason.QUOTA, words_of(worst))


def is_reached(limit: Allowance, session: Session, hold_ms: int) -> bool:
    """Whether a limit over time is used up and this session goes on using it.

    What is held counts: it is there to pay for the time between the notice and the stop.
    """
    if limit.unit in AT_ONCE or limit.used + limit.held < limit.limit:
        return False
    return asked_of(limit, session.resources, session.rate_micros, hold_ms) > 0


def _severity(limit: Allowance) -> tuple[bool, float]:
    return limit.is_budget, limit.resets_at.timestamp() if limit.resets_at else float("inf")
