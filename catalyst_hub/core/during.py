"""What a workshop changes for its people, and for everybody else, while it takes place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.warming import warming_at
from catalyst_hub.core.window import Window
from catalyst_hub.core.workshop import Workshop, hours_of, is_in_session, spans_in_session


def is_on(workshop: Workshop, zone: str, now: datetime) -> bool:
    """Whether it changes anything now: from the warming before the first meeting of a day to the
    end of the last, breaks and kept nights included."""
    return is_in_session(workshop, zone, now) or warming_at(workshop, zone, now) is not None


def lasts_until(workshop: Workshop, zone: str, now: datetime) -> datetime:
    """The end of the day of meetings, or of the kept nights, that is on or comes next."""
    ends = (ends_at for _, ends_at in spans_in_session(workshop, zone) if ends_at > now)
    return next(ends, hours_of(workshop, zone)[1])


def catalogue_during(community: Community, workshop: Workshop) -> Community:
    """The community with what the workshop needs first."""
    first = community.profile(workshop.profile or "")
    if first is None:
        return community
    others = (profile for profile in community.profiles if profile is not first)
    return replace(community, profiles=(first, *others))


def choice_during(mine: Sequence[Workshop], last: Choice | None) -> Choice | None:
    """What is marked for somebody who takes part in these, instead of what she started last: what
    the first of them needs, seen as she saw her last server there."""
    if not mine:
        return last
    workshop = mine[0]
    kept = last if last and last.community == workshop.community else None
    if not workshop.profile:
        return kept or Choice(workshop.community, "", "", "")
    interface = kept.interface if kept else ""
    return Choice(workshop.community, workshop.profile, workshop.size or "", interface)


def is_its_own(workshop: Workshop | None, choice: Choice) -> bool:
    """Whether somebody chose what the workshop needs. That is not remembered as a choice of hers:
    afterwards she finds what she had chosen before."""
    if workshop is None or workshop.community != choice.community:
        return False
    return workshop.profile == choice.profile and workshop.size in (None, choice.size)


def is_planned_for(workshop: Workshop, profile: Profile, size: Size) -> bool:
    """Whether a workshop was planned with just this size; of one that names none, none is."""
    return (profile.slug, size.slug) == (workshop.profile, workshop.size)


def limits_during(community: Community, workshop: Workshop, *, is_on: bool) -> tuple[Limit, ...]:
    """The limits for its people: its own budget on all of its days; and while it ``is_on`` each may
    run the one server it needs, whatever a person may have at once otherwise."""
    limits: Iterable[Limit] = community.limits
    server = needed(community, workshop)
    if is_on and server is not None:
        limits = (_roomy(limit, *server) for limit in limits)
    own = _budget(community, workshop)
    return (*limits, own) if own else tuple(limits)


def _roomy(limit: Limit, profile: Profile, size: Size) -> Limit:
    is_of_one = limit.scope is LimitScope.PERSON and limit.window is Window.AT_ONCE
    if not is_of_one or limit.profile not in (None, profile.slug):
        return limit
    return replace(limit, amount=max(limit.amount, size.limits.at_once(limit.unit)))


def _budget(community: Community, workshop: Workshop) -> Limit | None:
    """One in another currency than the community's counts nothing: it was changed meanwhile."""
    if workshop.budget_micros is None or workshop.currency != community.currency:
        return None
    return Limit(LimitScope.WORKSHOP, Unit.MONEY, Window.WORKSHOP, workshop.budget_micros)


def needed(community: Community, workshop: Workshop) -> tuple[Profile, Size] | None:
    """What each of its people starts; where it does not say, what the community would."""
    named = community.profile(workshop.profile or community.default_profile)
    profile = named or next(iter(community.profiles), None)
    if profile is None:
        return None
    size = profile.size(workshop.size or profile.default_size) or profile.sizes[0]
    return profile, size
