"""The hub as the learners of a workshop will find it at an instant. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from catalyst_hub.core.admission import Resolved, resolve
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Role
from catalyst_hub.core.during import choice_during
from catalyst_hub.core.lessons import Lessons, is_of_day, lessons
from catalyst_hub.core.offering import community_offer
from catalyst_hub.core.pause import pause_refusal
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.profile import CommunityOffer
from catalyst_hub.core.standing import with_nothing_running
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a learner would be offered; ``marked`` is what she finds marked, if anything."""

    offer: CommunityOffer
    marked: Choice | None


def rehearse_workshop(
    uow: UnitOfWork, policy: Policy, slug: str, workshop: Workshop, at: datetime
) -> Rehearsal:
    """For a learner who has used nothing and has nothing running, as nobody else has. The community
    is there."""
    community = policy_at(policy, at).by_slug[slug]
    today = local_day(at, community.zone)
    mine = workshop if is_of_day(workshop, today) else None
    found: Lessons = replace(lessons(uow, community, 0, at), mine=mine)
    on = [found.mine_on] if found.mine_on else []
    policy = policy_at(policy, at, on)
    community = policy.by_slug[slug]
    current = with_nothing_running(uow, policy, community, found, at)
    paused = pause_refusal(uow, policy, community, "", at)
    marked = resolve(policy, {slug: Role.MEMBER}, None, choice_during(on, None))
    choice = marked.choice if isinstance(marked, Resolved) else None
    return Rehearsal(community_offer(community, current, paused, at), choice)
