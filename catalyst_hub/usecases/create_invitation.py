"""A champion, or an instructor for her own learners, makes a code that lets people in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import Invitation, InvitingRefusal, Terms, is_learners_of
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop, is_running


def create_invitation(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    digest: str,
    terms: Terms,
    actor: str,
    now: datetime,
    *,
    by_instructor: bool = False,
) -> Invitation | InvitingRefusal:
    """Keep the digest of a new code; the code itself is hers to hand on. Or say why not, and do
    nothing. The community is there.

    Whoever is an instructor and nothing more (``by_instructor``) invites learners of a workshop
    that she teaches and that runs now.
    """
    place = policy_at(policy, now).by_slug[community]
    if not terms.is_within(place.bounds):
        return InvitingRefusal.OUT_OF_BOUNDS
    if by_instructor and not _is_hers(uow, place, terms, actor, now):
        return InvitingRefusal.NO_WORKSHOP
    if terms.workshop_id is not None:
        workshop = uow.workshops.get(terms.workshop_id)
        if workshop is None or not _takes_people(workshop, place, now):
            return InvitingRefusal.NO_WORKSHOP
        terms = replace(terms, ends_at=workshop.ends_at(place.zone))
    invitation = uow.invitations.add(community, digest, terms, actor, now)
    _note(uow, invitation, terms, actor, now)
    return invitation


def _is_hers(
    uow: UnitOfWork, community: Community, terms: Terms, actor: str, now: datetime
) -> bool:
    person = uow.people.by_name(actor)
    taught = uow.workshops.taught_by(person.person_id) if person else ()
    return is_learners_of(terms, (w for w in taught if is_running(w, community, now)))


def _takes_people(workshop: Workshop, community: Community, now: datetime) -> bool:
    is_of_community = workshop.community == community.slug
    return is_of_community and workshop.is_open_on(local_day(now, community.zone))


def _note(uow: UnitOfWork, invitation: Invitation, terms: Terms, actor: str, now: datetime) -> None:
    facts = {
        "invitation": invitation.invitation_id,
        "role": "instructor" if terms.is_for_instructors else terms.role,
        "seats": terms.seats,
        "days": terms.days,
        "note": terms.note,
    }
    if terms.workshop_id is not None:
        facts["workshop"] = terms.workshop_id
    uow.audit.add(now, actor, Action.INVITATION_MADE, community=invitation.community, facts=facts)
