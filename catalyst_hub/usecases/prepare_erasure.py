"""What somebody ought to know before she is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from catalyst_hub.core.belonging import Way
from catalyst_hub.core.community import MembershipRule
from catalyst_hub.core.erasure import ErasureOutlook, erasing_refusal
from catalyst_hub.core.leaving import is_last_champion
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def prepare_erasure(
    uow: UnitOfWork, policy: Policy, user_name: str, now: datetime
) -> ErasureOutlook | None:
    """The consequences, and what stands in the way; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    policy, ways = policy_at(policy, now), uow.identities.of(person.person_id)
    belongs = uow.memberships.of(person.person_id)
    return ErasureOutlook(
        person,
        erasing_refusal(
            is_operator=any(is_operator(policy, way.identity) for way in ways),
            servers=sum(s.person_id == person.person_id for s in uow.sessions.all_live()),
        ),
        tuple(
            community
            for community in policy.communities
            if community.slug in belongs
            and is_last_champion(person.person_id, uow.memberships.members_of(community.slug))
        ),
        any(_lists(rule, ways) for rule in _rules(policy)),
    )


def _rules(policy: Policy) -> Iterator[MembershipRule]:
    for community in policy.communities:
        yield from (*community.champions, *community.members)
        yield from (said.rule for said in community.culling.people)


def _lists(rule: MembershipRule, ways: Collection[Way]) -> bool:
    listed = {word.casefold() for word in rule.people}
    return any(
        way.identity.provider == rule.provider
        and not listed.isdisjoint({way.identity.subject.casefold(), way.login.casefold()})
        for way in ways
    )
