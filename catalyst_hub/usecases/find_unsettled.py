"""A communities file comes into force: whom does it concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalyst_hub.core.audit import COMMUNITIES_FILE
from catalyst_hub.core.belonging import Belonging, belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grounds
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork

Held = Mapping[str, tuple[Role, Grounds]]


def find_unsettled(uow: UnitOfWork, policy: Policy, now: datetime) -> Sequence[int]:
    """The ids of people of whom the store says something else than the rules as they are now, by
    what was known of them last.

    A new rule needs to hear from a provider whom it fits, so it lets people in at their next
    confirmation; one that is gone, or that blocks by name, is noticed here. Of people who have
    not been heard of since that is noted, nothing can be said.
    """
    policy = policy_at(policy, now)
    held, removers = uow.memberships.by_rule(), uow.memberships.all_removers()
    unsettled = []
    for known in uow.identities.all():
        person_id, wanted = known.person.person_id, belonging(policy, known.ways)
        is_known = any(way.confirmed_at for way in known.ways)
        closed = removers.get(person_id, {})
        if is_known and not _is_so(wanted, held.get(person_id, {}), closed):
            unsettled.append(person_id)
    return unsettled


def _is_so(wanted: Belonging, held: Held, closed: Mapping[str, str]) -> bool:
    """Whether the store has it like that, as far as it can be told without looking closer."""
    by_file = {slug for slug, by in closed.items() if by == COMMUNITIES_FILE}
    roles = {slug: said for slug, said in wanted.roles.items() if slug not in closed}
    is_blocked_so = by_file <= wanted.blocked <= closed.keys()
    return is_blocked_so and not wanted.is_blocked and roles == held
