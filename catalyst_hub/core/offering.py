"""What a community offers to somebody, given where its limits stand for her."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.admission import decide
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.during import lasts_until
from catalyst_hub.core.profile import CommunityOffer, Profile, ProfileOffer, SizeOffer
from catalyst_hub.core.standing import Standing
from catalyst_hub.core.workshop import Workshop


def community_offer(
    community: Community, current: Standing, paused: Denied | None, now: datetime
) -> CommunityOffer:
    """Everything the community has, with what is in the way of each; ``paused``: of all of it."""
    return CommunityOffer(
        community.slug,
        community.title,
        community.country,
        community.zone,
        community.currency,
        community.contact,
        tuple(_profile_offer(community, p, current, paused) for p in community.profiles),
        current.allowances,
        *_lesson(community, current, now),
    )


def _lesson(
    community: Community, current: Standing, now: datetime
) -> tuple[Workshop | None, datetime | None]:
    workshop = current.during
    return workshop, lasts_until(workshop, community.zone, now) if workshop else None


def _profile_offer(
    community: Community, profile: Profile, current: Standing, paused: Denied | None
) -> ProfileOffer:
    sizes = (
        SizeOffer(size, paused or decide(community, profile, size, current))
        for size in profile.sizes
    )
    return ProfileOffer(profile, tuple(sizes))
