"""A champion approves or declines somebody's request to join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.join_request import Answer, JoinRequest
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Answered:
    """A request as it stands after a champion's answer. ``by_another`` came first: somebody else
    had answered it, or the person had withdrawn it or belonged already, and nothing was done."""

    person: Person
    request: JoinRequest
    by_another: bool = False


def answer_request(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    request_id: int,
    actor: str,
    now: datetime,
    *,
    approves: bool,
) -> Answered | None:
    """Answer an open request; approving lets her in, for she asked herself. None: there is no
    such request in this community for anybody to see.

    The same answer of the same champion may come twice: a form that was sent twice. The community
    stays locked until the transaction ends, as where somebody is added to it.
    """
    uow.limits.lock(community)
    request = _request(uow, policy_at(policy, now), community, request_id)
    person = uow.people.named([request.person_id]).get(request.person_id) if request else None
    if request is None or person is None:
        return None
    answer = Answer.APPROVED if approves else Answer.DECLINED
    if not uow.join_requests.answer(request_id, answer, actor, now):
        is_same = request.answer is answer and request.answered_by == actor
        return Answered(person, request, by_another=not is_same)
    if approves:
        # Only she herself can have taken her out, or nobody would be shown the request.
        uow.memberships.readmit(person.person_id, community)
        grounds = {"request": request_id, "by": actor}
        grant = Grant(Source.MANUAL, Role.MEMBER, now, grounds)
        uow.memberships.grant(person.person_id, community, grant)
    _tell(uow, person, community, request_id, actor, now, approves=approves)
    return Answered(person, uow.join_requests.get(request_id) or request)


def _request(
    uow: UnitOfWork, policy: Policy, community: str, request_id: int
) -> JoinRequest | None:
    """An answered one, for the sake of who comes second; an open one only if it is shown."""
    request = uow.join_requests.get(request_id)
    if request is None or request.community != community:
        return None
    if belonging(policy, uow.identities.of(request.person_id)).is_blocked_from(community):
        return None
    is_shown = request_id in {shown.request_id for shown in uow.join_requests.open_in(community)}
    return request if is_shown or not request.is_open else None


def _tell(
    uow: UnitOfWork,
    person: Person,
    community: str,
    request_id: int,
    actor: str,
    now: datetime,
    *,
    approves: bool,
) -> None:
    action = Action.REQUEST_APPROVED if approves else Action.REQUEST_DECLINED
    facts = {"request": request_id}
    uow.audit.add(now, actor, action, community=community, subject=person.name, facts=facts)
    kind = MailKind.REQUEST_APPROVED if approves else MailKind.REQUEST_DECLINED
    uow.mails.queue(person, kind, now, community=community)
