"""What a person can start now, and what is left of each limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalyst_hub.core.admission import Resolved, decide, resolve
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.profile import CommunityOffer, Offers, Profile, ProfileOffer, SizeOffer
from catalyst_hub.core.quota import allowances, periods
from catalyst_hub.core.unit_of_work import UnitOfWork


def offer_profiles(
    uow: UnitOfWork,
    policy: Policy,
    user_name: str,
    asked: Mapping[str, object] | None,
    now: datetime,
) -> Offers:
    """Every community of hers that has something to start, in the order of the file.

    ``asked`` are the words of a link that preselects; what it cannot mean is passed over.
    """
    person = uow.people.by_name(user_name)
    if person is None:
        return Offers((), None)
    policy = policy_at(policy, now)
    memberships = uow.memberships.of(person.person_id)
    mine = [c for c in policy.communities if c.slug in memberships and c.profiles]
    last = uow.choices.last(person.person_id)
    selected = resolve(policy, memberships, asked, last)
    if not isinstance(selected, Resolved):
        selected = resolve(policy, memberships, None, last)
    return Offers(
        tuple(_community_offer(uow, community, person.person_id, now) for community in mine),
        selected.choice if isinstance(selected, Resolved) else None,
    )


def _community_offer(
    uow: UnitOfWork, community: Community, person_id: int, now: datetime
) -> CommunityOffer:
    limits = community.all_limits
    windows = periods(limits, community.zone, now)
    snapshot = uow.limits.snapshot(community.slug, person_id, windows)
    current = allowances(limits, snapshot, person_id, community.zone, now)
    return CommunityOffer(
        community.slug,
        community.title,
        community.country,
        community.zone,
        community.currency,
        community.contact,
        tuple(_profile_offer(community, profile, current) for profile in community.profiles),
        current,
    )


def _profile_offer(
    community: Community, profile: Profile, current: Sequence[Allowance]
) -> ProfileOffer:
    sizes = (SizeOffer(size, decide(community, size, current)) for size in profile.sizes)
    return ProfileOffer(profile, tuple(sizes))
