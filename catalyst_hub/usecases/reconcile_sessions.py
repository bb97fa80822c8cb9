"""The repair: what the store believes is brought in line with what the Hub says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from catalyst_hub.core.admission import Resolved, reservation, resolve
from catalyst_hub.core.audit import RECONCILER, Action, about
from catalyst_hub.core.community import Role
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.repair import Finding, adopted_since, finding, running_since
from catalyst_hub.core.session import (
    Ending,
    EndReason,
    ServerKey,
    Session,
    SessionState,
    best_evidence,
    ended,
)
from catalyst_hub.core.unit_of_work import Person, UnitOfWork

#: Repairs in one transaction: the Hub's own writes wait for it.
_AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was repaired.

    ``strangers`` run without a session, and nothing says which community they belong to.
    ``has_more``: call again, with the same observation.
    """

    released: tuple[Session, ...] = ()
    closed: tuple[Session, ...] = ()
    opened: tuple[Session, ...] = ()
    adopted: tuple[Session, ...] = ()
    strangers: tuple[ServerKey, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class _Adoption:
    """A server without a session, and the session it should have had."""

    server: ObservedServer
    resolved: Resolved
    since: datetime


def reconcile_sessions(
    uow: UnitOfWork,
    policy: Policy,
    observation: HubObservation,
    patience: timedelta,
    now: datetime,
) -> Reconciled:
    """Expire reservations, close lost sessions, open started ones, adopt unknown servers.

    Acts on this hub only, and only on what the store knew when the Hub was asked.
    """
    live = uow.sessions.all_live()
    found = [session for session in live if finding(session, observation, patience)]
    plans = list(_plans(uow, policy_at(policy, now), observation, live))
    adoptions = [plan for plan in plans if isinstance(plan, _Adoption)]
    strangers = tuple(plan for plan in plans if isinstance(plan, ServerKey))
    turn, adopt = found[:_AT_ONCE], adoptions[: max(0, _AT_ONCE - len(found))]
    _lock(uow, turn, adopt)
    repaired = [_repair(uow, session, observation, patience, now) for session in turn]
    return Reconciled(
        released=tuple(s for f, s in repaired if f is Finding.EXPIRED),
        closed=tuple(s for f, s in repaired if f is Finding.LOST),
        opened=tuple(s for f, s in repaired if f is Finding.STARTED),
        adopted=tuple(s for plan in adopt if (s := _adopt(uow, plan, observation, now))),
        strangers=strangers,
        has_more=len(found) + len(adoptions) > _AT_ONCE,
    )


def _lock(uow: UnitOfWork, turn: Sequence[Session], adopt: Sequence[_Adoption]) -> None:
    closing = {session.choice.community for session in turn}
    adopting = {plan.resolved.community.slug for plan in adopt}
    for slug in sorted(closing | adopting):
        uow.limits.lock(slug)


# --- sessions the Hub says something else about --------------------------------------------


def _repair(
    uow: UnitOfWork,
    session: Session,
    observation: HubObservation,
    patience: timedelta,
    now: datetime,
) -> tuple[Finding | None, Session]:
    """Look again, now that the community's lock is held: the Hub writes at the same time."""
    session = uow.sessions.get(session.session_id) or session
    found = finding(session, observation, patience)
    if found is Finding.STARTED:
        return found, _open(uow, session, running_since(session, observation), now)
    if found is Finding.EXPIRED:
        return found, _release(uow, session, now)
    if found is Finding.LOST:
        # It was gone when the Hub was asked; what passed since adds nothing to the bound.
        return found, _close(uow, session, best_evidence(session, observation.taken_at), now)
    return None, session


def _open(uow: UnitOfWork, session: Session, running_at: datetime, now: datetime) -> Session:
    uow.sessions.run(session.session_id, running_at)
    uow.audit.add(now, RECONCILER, Action.SESSION_RUNNING, **about(session))
    return replace(session, state=SessionState.RUNNING, running_at=running_at)


def _release(uow: UnitOfWork, session: Session, now: datetime) -> Session:
    ending = Ending(now, EndReason.NEVER_STARTED)
    uow.sessions.release(session.session_id, ending)
    facts = about(session, reason=ending.reason)
    uow.audit.add(now, RECONCILER, Action.SESSION_RELEASED, **facts)
    return ended(session, ending)


def _close(uow: UnitOfWork, session: Session, ending: Ending, now: datetime) -> Session:
    uow.sessions.end(session, ending, charges(session, ending.ended_at))
    facts = about(session, reason=ending.reason, estimate_ms=ending.estimate_ms)
    uow.audit.add(now, RECONCILER, Action.SESSION_ENDED, **facts)
    return ended(session, ending)


# --- servers the store knows nothing about -------------------------------------------------


def _plans(
    uow: UnitOfWork, policy: Policy, observation: HubObservation, live: Sequence[Session]
) -> Iterator[_Adoption | ServerKey]:
    known = {session.key for session in live}
    for key, server in observation.servers.items():
        if key in known:
            continue
        since = adopted_since(server, uow.sessions.latest(key), observation.taken_at)
        if since is not None:
            resolved = _belongs(uow, policy, server)
            yield key if resolved is None else _Adoption(server, resolved, since)


def _belongs(uow: UnitOfWork, policy: Policy, server: ObservedServer) -> Resolved | None:
    """What the server runs as: by its options, else as a first choice of its owner.

    Options of a server that is running were admitted once, so they hold even if its owner has
    left the community since.
    """
    person = uow.people.by_name(server.key.user_name)
    memberships: Mapping[str, Role] = uow.memberships.of(person.person_id) if person else {}
    named = server.options.get("community")
    if isinstance(named, str) and named not in memberships:
        memberships = {**memberships, named: Role.MEMBER}
    by_options = resolve(policy, memberships, server.options)
    resolved = resolve(policy, memberships, None) if isinstance(by_options, Denied) else by_options
    return None if isinstance(resolved, Denied) else resolved


def _adopt(
    uow: UnitOfWork, plan: _Adoption, observation: HubObservation, now: datetime
) -> Session | None:
    key, latest = plan.server.key, uow.sessions.latest(plan.server.key)
    is_live = uow.sessions.live(key) is not None
    if is_live or adopted_since(plan.server, latest, observation.taken_at) != plan.since:
        return None
    person = uow.people.by_name(key.user_name) or _add_person(uow, key.user_name, now)
    reserved = reservation(plan.resolved, uuid4().hex, person.person_id, key, plan.since)
    session = replace(reserved, state=SessionState.RUNNING, running_at=plan.since, actor=RECONCILER)
    uow.sessions.add(session)
    facts = about(session, since=plan.since.isoformat())
    uow.audit.add(now, RECONCILER, Action.SESSION_ADOPTED, **facts)
    return session


def _add_person(uow: UnitOfWork, name: str, now: datetime) -> Person:
    person = uow.people.add(name, name, None, now)
    uow.audit.add(now, RECONCILER, Action.PERSON_ADDED, subject=name)
    return person
