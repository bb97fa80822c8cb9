"""A person asks the champions of a community to let her in."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.join_request import DAY, AskingRefusal, as_message, asking_refusal
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def ask_to_join(
    uow: UnitOfWork, policy: Policy, community: str, user_name: str, message: str, now: datetime
) -> AskingRefusal | None:
    """Keep her request and tell the champions; or say why it is not heard.

    Of somebody who was taken out of the community, or whom the file blocks there, it is kept as
    well, so that the answer is the same; but nobody is told of it.
    """
    person = uow.people.by_name(user_name)
    if person is None:
        return AskingRefusal.NOT_ASKED_FOR
    policy = policy_at(policy, now)
    refusal = _refusal(uow, policy, community, person, now)
    if refusal is not None:
        return refusal
    request_id = uow.join_requests.add(community, person.person_id, as_message(message), now)
    if request_id is None:
        return AskingRefusal.ALREADY_ASKED
    facts = {"request": request_id}
    uow.audit.add(
        now,
        user_name,
        Action.REQUEST_MADE,
        community=community,
        subject=user_name,
        facts=facts,
    )
    is_blocked = belonging(policy, uow.identities.of(person.person_id)).is_blocked_from(community)
    shown = {request.request_id for request in uow.join_requests.open_in(community)}
    if request_id in shown and not is_blocked:
        _tell_champions(uow, community, user_name, now)
    return None


def _refusal(
    uow: UnitOfWork, policy: Policy, community: str, person: Person, now: datetime
) -> AskingRefusal | None:
    asked, wanted = uow.join_requests.of(person.person_id), policy.community(community)
    identities = uow.people.identities(person.person_id)
    operates = any(is_operator(policy, identity) for identity in identities)
    return asking_refusal(
        next((request for request in asked if request.community == community), None),
        sum(request.asked_at > now - DAY for request in asked),
        now,
        takes_requests=wanted is not None and wanted.takes_requests and not operates,
        belongs=community in uow.memberships.of(person.person_id),
    )


def _tell_champions(uow: UnitOfWork, community: str, user_name: str, now: datetime) -> None:
    roles = uow.memberships.members_of(community)
    champions = [person_id for person_id, role in roles.items() if role is Role.CHAMPION]
    for champion in uow.people.named(champions).values():
        facts = {"community": community, "by": user_name}
        uow.mails.queue(champion, MailKind.REQUEST_RECEIVED, now, **facts)
