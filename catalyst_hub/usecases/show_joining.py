"""Which communities a person may ask to let her in, and what became of her requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.join_request import Answer, JoinRequest
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Joining:
    """``open_to_ask``: communities she may ask, in the order of the file. ``waiting`` and
    ``declined``: her last requests to others than her own, the newest first."""

    open_to_ask: tuple[Community, ...] = ()
    waiting: tuple[JoinRequest, ...] = ()
    declined: tuple[JoinRequest, ...] = ()


def show_joining(uow: UnitOfWork, policy: Policy, user_name: str, now: datetime) -> Joining:
    """What there is for her to ask for. Where she belongs already, there is nothing."""
    person, policy = uow.people.by_name(user_name), policy_at(policy, now)
    requests = uow.join_requests.of(person.person_id) if person else ()
    if person is None or not (requests or any(c.takes_requests for c in policy.communities)):
        return Joining()
    if any(is_operator(policy, way) for way in uow.people.identities(person.person_id)):
        return Joining()
    belongs = uow.memberships.of(person.person_id)
    others = [c for c in policy.communities if c.slug not in belongs]
    latest: dict[str, JoinRequest] = {}
    for request in requests:
        latest.setdefault(request.community, request)
    of_others = [latest[c.slug] for c in others if c.slug in latest]
    newest_first = sorted(of_others, key=lambda request: request.request_id, reverse=True)
    return Joining(
        tuple(
            c
            for c in others
            if c.takes_requests and (c.slug not in latest or latest[c.slug].may_be_repeated(now))
        ),
        tuple(request for request in newest_first if request.is_open),
        tuple(
            request
            for request in newest_first
            if request.answer is Answer.DECLINED and not request.may_be_repeated(now)
        ),
    )
