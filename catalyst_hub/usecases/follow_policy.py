"""A communities file comes into force: what rested on words that are gone from it ends at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalyst_hub.core.audit import COMMUNITIES_FILE, HUB
from catalyst_hub.core.belonging import Belonging, belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grounds
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork

Held = Mapping[str, tuple[Role, Grounds]]


def follow_policy(uow: UnitOfWork, policy: Policy, now: datetime) -> None:
    """Hold everybody against the rules as they are now, by what was known of them last.

    A new rule needs to hear from a provider whom it fits, so it lets people in at their next
    confirmation; one that is gone, or that blocks by name, takes effect here. Of people who have
    not been heard of since that is noted, nothing can be said.
    """
    policy = policy_at(policy, now)
    held, removers = uow.memberships.by_rule(), uow.memberships.all_removers()
    for known in list(uow.identities.all()):
        person_id, wanted = known.person.person_id, belonging(policy, known.ways)
        is_known = any(way.confirmed_at for way in known.ways)
        closed = removers.get(person_id, {})
        if is_known and not _is_so(wanted, held.get(person_id, {}), closed):
            followed = uow.memberships.follow(person_id, wanted, now)
            followed.audit(uow.audit, HUB, known.person.name, now)


def _is_so(wanted: Belonging, held: Held, closed: Mapping[str, str]) -> bool:
    """Whether the store has it like that, as far as it can be told without looking closer."""
    by_file = {slug for slug, by in closed.items() if by == COMMUNITIES_FILE}
    roles = {slug: said for slug, said in wanted.roles.items() if slug not in closed}
    is_blocked_so = by_file <= wanted.blocked <= closed.keys()
    return is_blocked_so and not wanted.is_blocked and roles == held
