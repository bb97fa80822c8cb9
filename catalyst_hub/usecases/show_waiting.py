"""Where somebody stands in line. Looking is what keeps her place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.turn import before_in_workshop, in_the_way, may_wait, refusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.waiting import LOOK_BACK, WaitingPlace, before, in_line, wait_ahead


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place, how many in the way come before it, and how long that may take (None: nobody can
    say).

    ``in_the_way`` is what would keep her from starting even if a seat were free. ``workshop`` is
    the title of hers, if it is what has no seat; only its people come before her then.
    """

    place: WaitingPlace
    community: Community
    before: int
    estimate: timedelta | None
    in_the_way: Denied | None
    workshop: str = ""


def show_waiting(uow: UnitOfWork, policy: Policy, key: ServerKey, now: datetime) -> Waiting | None:
    """Her place, which she keeps by that; None: she does not wait."""
    place = uow.waiting.of_server(key)
    policy = policy_at(policy, now)
    community = policy.community(place.community) if place is not None else None
    if place is None or community is None:
        return None
    uow.waiting.seen(place.place_id, now)
    if place.has_missed(now):
        # She is back, and first again of those who came after her.
        uow.limits.lock(community.slug)
        uow.waiting.uncall(place.place_id)
    line = in_line(uow.waiting.of_community(community.slug), policy.waiting_room, now)
    ahead = before(line, uow.hub, key)
    refused = refusal(uow, policy, place, now)
    waits_for = refused.allowance if refused and may_wait(refused) else None
    workshop = waits_for.workshop if waits_for else ""
    if workshop:
        ahead, estimate = before_in_workshop(uow, community, ahead, place, now), None
    else:
        ahead = in_the_way(uow, policy, community, ahead, place, now)
        turns = uow.waiting.turns_since(community.slug, now - LOOK_BACK)
        estimate = wait_ahead(len(ahead), turns, now)
    return Waiting(
        next((p for p in line if p.place_id == place.place_id), place),
        community,
        len(ahead),
        estimate,
        refused if waits_for is None else None,
        workshop,
    )
