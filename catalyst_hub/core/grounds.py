"""The judges: everything for which a running server may have to stop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from catalyst_hub.core.appeal import words_of
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.budget import Step
from catalyst_hub.core.community import Community
from catalyst_hub.core.culling_grounds import CullingLook
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.notice import Ground, Judge, Reason, must_leave
from catalyst_hub.core.pause import draining
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.quota import asked_of
from catalyst_hub.core.resources import AT_ONCE, Unit
from catalyst_hub.core.session import Session
from catalyst_hub.core.standing import Owning, Standing, standings
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window
from catalyst_hub.core.workshop_grounds import workshop_judge


def belonging_judge(uow: UnitOfWork, policy: Policy) -> Judge:
    """Ends what somebody runs in a community that is closed to her.

    Most files block nobody: then hundreds of servers are judged by one statement.
    """
    removers = uow.memberships.all_removers()
    blocks = bool(policy.blocked) or any(each.blocked for each in policy.communities)

    def ground_of(session: Session) -> Ground | None:
        removed = removers.get(session.person_id, {})
        ways = uow.identities.of(session.person_id) if blocks else ()
        belongs = belonging(policy, ways)
        is_out = must_leave(session, policy, removed, belongs)
        return Ground(Reason.REMOVED) if is_out else None

    return ground_of


def limits_judge(
    uow: UnitOfWork, policy: Policy, sessions: Iterable[Session], now: datetime
) -> Judge:
    """Ends what a maintenance drains, then whatever goes on using a limit that is used up, then
    what a workshop leaves behind, then what nobody uses, or what is too old.

    Everything is read before it is asked about the first: hundreds of servers are judged by a
    few statements.
    """
    sessions = list(sessions)
    stop_of, current = draining(uow, now), _standings(uow, policy, sessions, now)
    of_workshop = workshop_judge(uow, policy, sessions, now)
    culling = CullingLook(uow, policy, now)

    def ground_of(session: Session) -> Ground | None:
        if (stop_at := stop_of(session)) is not None:
            return Ground(Reason.MAINTENANCE, stop_at=stop_at)
        owning = session.person_id, session.workshop_id
        standing = current.get(session.choice.community, {}).get(owning)
        reached = used_up(session, standing) if standing else None
        return reached or of_workshop(session) or culling.ground(session)

    return ground_of


def _standings(
    uow: UnitOfWork, policy: Policy, sessions: Iterable[Session], now: datetime
) -> Mapping[str, Mapping[Owning, Standing]]:
    """By community, then by whose servers: of those communities that limit anything over time, or
    have people in a workshop, which may have a budget of its own."""
    found = {}
    taught = {s.choice.community for s in sessions if s.workshop_id is not None}
    for slug in sorted({session.choice.community for session in sessions}):
        community = policy.community(slug)
        if community and (slug in taught or _limits_over_time(community)):
            found[slug] = standings(uow, policy, community, now)
    return found


def _limits_over_time(community: Community) -> bool:
    return any(limit.unit not in AT_ONCE for limit in community.all_limits)


def used_up(session: Session, standing: Standing) -> Ground | None:
    """The limit that ends a session: of several one on money, else the one that lasts longest."""
    reached = [limit for limit in standing.allowances if is_reached(limit, session, standing)]
    worst = max(reached, key=_severity, default=None)
    if worst is None:
        return None
    facts = words_of(worst) | {"again_at": _again_at(reached, session, standing)}
    return Ground(Reason.BUDGET if worst.is_budget else Reason.QUOTA, facts)


def _again_at(reached: Iterable[Allowance], session: Session, standing: Standing) -> str | None:
    """When the last of these limits has room for such a server again; None: one never will by
    itself. What is held is used until it stops, so it counts here as well."""
    instants = [limit.fits_at(_asked(limit, session, standing)) for limit in reached]
    known = [at for at in instants if at is not None]
    return max(known).isoformat() if len(known) == len(instants) else None


def is_reached(limit: Allowance, session: Session, standing: Standing) -> bool:
    """Whether a limit over time is used up, and this session goes on using it.

    What is held counts: it pays for the time between the notice and the stop.
    """
    if limit.unit in AT_ONCE or not _concerns(limit, session):
        return False
    is_full = limit.used + limit.held >= limit.limit
    is_over = Step.DRAIN in standing.steps if limit.is_budget else is_full
    return is_over and _asked(limit, session, standing) > 0


def _asked(limit: Allowance, session: Session, standing: Standing) -> int:
    return asked_of(limit, session.resources, session.rate_micros, standing.hold_ms)


def _concerns(limit: Allowance, session: Session) -> bool:
    is_of_workshop = limit.scope is LimitScope.WORKSHOP or limit.window is Window.WORKSHOP
    if is_of_workshop and session.workshop_id is None:
        return False
    return limit.concerns(session.choice.profile)


def _severity(limit: Allowance) -> tuple[bool, bool, float]:
    lasts = limit.resets_at.timestamp() if limit.resets_at else float("inf")
    return limit.is_budget, limit.unit is Unit.MONEY, lasts
