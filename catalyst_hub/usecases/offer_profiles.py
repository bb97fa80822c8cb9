"""What a person can start now, and what is left of each limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalyst_hub.core.admission import Resolved, resolve
from catalyst_hub.core.community import Community
from catalyst_hub.core.during import choice_during
from catalyst_hub.core.lessons import Lessons, lessons
from catalyst_hub.core.offering import community_offer
from catalyst_hub.core.pause import pause_refusal
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.profile import Offers
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
    memberships = uow.memberships.of(person.person_id)
    found = {
        c.slug: lessons(uow, c, person.person_id, now)
        for c in policy_at(policy, now).communities
        if c.slug in memberships and c.profiles
    }
    on = [each.mine_on for each in found.values() if each.mine_on]
    policy = policy_at(policy, now, on)
    mine = [c for c in policy.communities if c.slug in found]
    last = choice_during(on, uow.choices.last(person.person_id))
    selected = resolve(policy, memberships, asked, last)
    if not isinstance(selected, Resolved):
        selected = resolve(policy, memberships, None, last)
    return Offers(
        tuple(
            community_offer(
                community,
                _standing(uow, policy, community, person, found[community.slug], now),
                pause_refusal(uow, policy, community, user_name, now),
                now,
            )
            for community in mine
        ),
        selected.choice if isinstance(selected, Resolved) else None,
    )


def _standing(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    person: Person,
    found: Lessons,
    now: datetime,
) -> Standing:
    """What she can start comes after what others wait for already."""
    current = standing(uow, policy, community, person.person_id, now, found)
    own = ServerKey(person.name)
    behind, _ = behind_the_line(uow, policy, community, current, own, now)
    return behind
