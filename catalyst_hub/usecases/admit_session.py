"""The decision before a start, and the reservation that goes with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from catalyst_hub.core.admission import (
    Resolved,
    decide,
    image_refusal,
    is_complete,
    reservation,
    resolve,
)
from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.consent import Consent
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.during import is_its_own
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.lessons import filling_in
from catalyst_hub.core.pause import pause_refusal
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import (
    Ending,
    EndReason,
    ServerKey,
    Session,
    SessionState,
    best_evidence,
)
from catalyst_hub.core.standing import standing
from catalyst_hub.core.turn import behind_the_line
from catalyst_hub.core.unit_of_work import Owner, Person, UnitOfWork
from catalyst_hub.core.waiting import Outcome, WaitingPlace


@dataclass(frozen=True, slots=True)
class AdmissionRequest:
    """A server to start: its ``user_options`` in whatever shape they came, and who asks.

    ``actor`` is the hub name of whoever pressed start; quotas are always the owner's. Where it
    ``needs_consent``, ``consent`` is the owner's, if there is one that may be used now.
    """

    key: ServerKey
    options: object
    actor: str
    needs_consent: bool = False
    consent: Consent | None = None


def admit_session(
    uow: UnitOfWork, policy: Policy, request: AdmissionRequest, now: datetime
) -> Session | Denied:
    """Reserve what the choice takes of every limit, or say which limit is in the way."""
    if request.needs_consent and request.consent is None:
        # Before anything is said of where the owner belongs.
        return Denied(Code.CONSENT_NEEDED, contact=policy.contact)
    owner = uow.people.owner(request.key)
    if owner is None:
        return Denied(Code.NO_COMMUNITY, contact=policy.contact)
    policy = policy_at(policy, now)
    last = _last(uow, policy, owner, request.options, now)
    resolved = resolve(policy, owner.memberships, request.options, last)
    _lock(uow, resolved, owner.left_in)
    _clear(uow, request.key, now)
    if isinstance(resolved, Denied):
        return resolved
    if not _is_agreed(request, resolved):
        return Denied(Code.CONSENT_NEEDED, resolved.community.slug, resolved.community.contact)
    refused = (
        _removal_refusal(uow, resolved, owner)
        or pause_refusal(uow, policy, resolved.community, request.actor, now)
        or _terms_refusal(uow, resolved, owner.person)
        or image_refusal(resolved, is_own=request.actor == request.key.user_name)
    )
    return refused or _hold_against_limits(uow, policy, resolved, owner, request, now)


def _last(
    uow: UnitOfWork, policy: Policy, owner: Owner, options: object, now: datetime
) -> Choice | None:
    """What fills in words that are missing. The picker sends all of them, and nothing is read."""
    if is_complete(options):
        return owner.last
    return filling_in(uow, policy, owner.memberships, owner.person.person_id, owner.last, now)


def _is_agreed(request: AdmissionRequest, resolved: Resolved) -> bool:
    """A consent is for one community: its champions spend nothing of another's."""
    if not request.needs_consent:
        return True
    consent = request.consent
    return consent is not None and consent.community == resolved.community.slug


def _removal_refusal(uow: UnitOfWork, resolved: Resolved, owner: Owner) -> Denied | None:
    """Of a server that starts while its home is deleted nobody knows what would be left.

    Looked up under the lock, as her removal may have begun while it was waited for.
    """
    if not owner.is_going or not uow.farewells.has_begun(owner.person.person_id):
        return None
    return Denied(Code.BEING_REMOVED, resolved.community.slug, resolved.community.contact)


def _terms_refusal(uow: UnitOfWork, resolved: Resolved, person: Person) -> Denied | None:
    """Whose server it is has to agree, whoever starts it."""
    community = resolved.community
    terms, slug = community.terms, community.slug
    if terms is None or uow.acceptances.of(person.person_id, slug, terms.version) is not None:
        return None
    return Denied(Code.TERMS_NOT_ACCEPTED, slug, community.contact, name=slug)


def _lock(uow: UnitOfWork, resolved: Resolved | Denied, left_in: str | None) -> None:
    wanted = {resolved.community.slug} if isinstance(resolved, Resolved) else set()
    if left_in is not None:
        wanted.add(left_in)
    # Always in the same order, or two starts could wait for each other.
    for slug in sorted(wanted):
        uow.limits.lock(slug)


def _clear(uow: UnitOfWork, key: ServerKey, now: datetime) -> None:
    """Close what the store still holds for this server: the Hub would not start it twice.

    Looked up once more, as it may have begun or ended while the lock was waited for."""
    left = uow.sessions.live(key)
    if left is None:
        return
    if left.state is SessionState.RESERVED:
        ending = Ending(now, EndReason.SUPERSEDED)
        uow.sessions.release(left.session_id, ending)
        action = Action.SESSION_RELEASED
    else:
        ending = best_evidence(left, now, reason=EndReason.SUPERSEDED)
        uow.sessions.end(left, ending, charges(left, ending.ended_at))
        action = Action.SESSION_ENDED
    facts = about(left, reason=ending.reason, estimate_ms=ending.estimate_ms)
    uow.audit.add(now, HUB, action, **facts)


def _hold_against_limits(
    uow: UnitOfWork,
    policy: Policy,
    resolved: Resolved,
    owner: Owner,
    request: AdmissionRequest,
    now: datetime,
) -> Session | Denied:
    community, person_id = resolved.community, owner.person.person_id
    current = standing(uow, policy, community, person_id, now)
    current, place = behind_the_line(uow, policy, community, current, request.key, now)
    refused = decide(community, resolved.profile, resolved.size, current)
    if refused is not None:
        return refused
    reserved = reservation(resolved, uuid4().hex, person_id, request.key, now)
    session = replace(reserved, actor=request.actor, workshop_id=current.workshop_id)
    _reserve(uow, session, request, now)
    if session.choice != owner.last and not is_its_own(current.during, session.choice):
        uow.choices.remember(person_id, session.choice)
    if place is not None:
        _end_wait(uow, place, request.actor, now)
    return session


def _reserve(uow: UnitOfWork, session: Session, request: AdmissionRequest, now: datetime) -> None:
    uow.sessions.add(session)
    facts = about(session, **session.choice.as_options())
    if request.consent is not None:
        uow.consents.use(request.consent.consent_id, now)
    uow.audit.add(now, request.actor, Action.SESSION_RESERVED, **facts)


def _end_wait(uow: UnitOfWork, place: WaitingPlace, actor: str, now: datetime) -> None:
    """Whoever starts waits no longer, whatever she waited for."""
    if uow.waiting.over(place.place_id, Outcome.STARTED, now):
        uow.audit.add(now, actor, Action.PLACE_OVER, **place.about(outcome=Outcome.STARTED))
