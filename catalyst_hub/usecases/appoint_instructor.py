"""A champion makes a member an instructor of a workshop."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.roles import InstructorRefusal, instructor_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day


def appoint_instructor(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    workshop_id: int,
    user_name: str,
    actor: str,
    now: datetime,
) -> InstructorRefusal | None:
    """Appoint her; or say why not, and do nothing. The community is there."""
    policy = policy_at(policy, now)
    workshop = uow.workshops.get(workshop_id)
    today = local_day(now, policy.by_slug[community].zone)
    if workshop is None or workshop.community != community or not workshop.is_open_on(today):
        return InstructorRefusal.NO_WORKSHOP
    person = uow.people.by_name(user_name)
    if person is None:
        return InstructorRefusal.NOT_IN
    identities = uow.people.identities(person.person_id)
    no = instructor_refusal(
        uow.memberships.of(person.person_id).get(community),
        is_operator=any(is_operator(policy, identity) for identity in identities),
    )
    if no is not None:
        return no
    if not uow.workshops.appoint(workshop_id, person.person_id, actor, now):
        return InstructorRefusal.ALREADY
    facts = {"workshop": workshop_id, "title": workshop.title, "by": actor}
    uow.audit.add(
        now, actor, Action.INSTRUCTOR_APPOINTED, community=community, subject=user_name, facts=facts
    )
    return None
