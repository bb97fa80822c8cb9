"""What a person can start now, and what is left of each limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalyst_hub.core.admission import Resolved, decide, resolve
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.pause import pause_refusal
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.profile import CommunityOffer, Offers, Profile, ProfileOffer, SizeOffer
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.turn import behind_the_line
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


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
        tuple(
            _community_offer(
                community,
                _standing(uow, policy, community, person, now),
                pause_refusal(uow, policy, community, user_name, now),
            )
            for community in mine
        ),
        selected.choice if isinstance(selected, Resolved) else None,
    )


def _standing(
    uow: UnitOfWork, policy: Policy, community: Community, person: Person, now: datetime
) -> Standing:
    """What she can start comes after what others wait for already."""
    current = standing(uow, policy, community, person.person_id, now)
    own = ServerKey(person.name)
    behind, _ = behind_the_line(uow, policy, community, current, own, now)
    return behind


def _community_offer(
    community: Community, current: Standing, paused: Denied | None
) -> CommunityOffer:
    return CommunityOffer(
        community.slug,
        community.title,
        community.country,
        community.zone,
        community.currency,
        community.contact,
        tuple(_profile_offer(community, p, current, paused) for p in community.profiles),
        current.allowances,
    )


def _profile_offer(
    community: Community, profile: Profile, current: Standing, paused: Denied | None
) -> ProfileOffer:
    sizes = (
        SizeOffer(size, paused or decide(community, profile, size, current))
        for size in profile.sizes
    )
    return ProfileOffer(profile, tuple(sizes))
