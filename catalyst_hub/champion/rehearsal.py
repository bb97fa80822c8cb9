"""``…/workshops/<id>/rehearsal``: the hub as its learners will find it. Looking changes nothing."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.json_body import refuse
from catalyst_hub.champion.rehearsal_rows import (
    ProfileRow,
    limit_groups,
    profile_rows,
    situation,
)
from catalyst_hub.champion.wording import limit_title
from catalyst_hub.champion.workshop_planning import PlanningPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.rehearsal import InstantRefusal, instant_of, next_instant
from catalyst_hub.core.workshop import Workshop, takes_place
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.formats import city
from catalyst_hub.i18n.rehearsals import instant_refusal_text
from catalyst_hub.usecases.rehearse_workshop import Rehearsal, rehearse_workshop

_FIELD = "%Y-%m-%dT%H:%M"


class _AboutRehearsals(PlanningPage):
    """What the page and the file have in common."""

    def asked(self, workshop: Workshop, community: Community) -> datetime | InstantRefusal:
        """The instant of the address; without one, the beginning of what comes next."""
        written = self.get_query_argument("at", "")
        if written:
            return instant_of(written, community.zone, self.now())
        return next_instant(workshop, community.zone, self.now())

    async def rehearse(self, workshop: Workshop, at: datetime) -> Rehearsal:
        """What there will be then."""
        slug = workshop.community
        return await self.read(lambda uow: rehearse_workshop(uow, self.policy, slug, workshop, at))


class RehearsalPage(_AboutRehearsals):
    """What a learner will be offered at an instant to come."""

    async def get(self, slug: str, number: str) -> None:
        """Show it; as of what comes next where the address has no instant to come."""
        community = self.community_for(Action.COSTS, slug)
        speak = self.speak_for(community)
        workshop = await self.workshop_of(community, number)
        at, problem = self.asked(workshop, community), ""
        if isinstance(at, InstantRefusal):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            problem = instant_refusal_text(at, speak)
            at = next_instant(workshop, community.zone, self.now())
        rehearsal = await self.rehearse(workshop, at)
        self.show_below(
            community,
            "rehearsal",
            problem=problem,
            workshop=workshop,
            situation=situation(rehearsal, workshop, community, speak),
            when=speak.instant(at, community.zone),
            at=at.astimezone(ZoneInfo(community.zone)).strftime(_FIELD),
            city=city(community.zone, speak.locale),
            profiles=profile_rows(rehearsal, speak),
            limits=limit_groups(rehearsal.offer, community, speak),
        )


class RehearsalFile(_AboutRehearsals):
    """``rehearsal.json``: the same for programs, which bring their own token."""

    async def get(self, slug: str, number: str) -> None:
        """What a learner will be offered, and what is in the way of what; 422 and a ``message``
        when it is no instant to come."""
        community = self.community_for(Action.COSTS, slug)
        speak = self.speak_for(community)
        workshop = await self.workshop_of(community, number)
        at = self.asked(workshop, community)
        if isinstance(at, InstantRefusal):
            refuse(self, instant_refusal_text(at, speak), at)
            return
        rehearsal = await self.rehearse(workshop, at)
        offer = rehearsal.offer
        self.finish(
            {
                "workshop": workshop.workshop_id,
                "at": at.isoformat(),
                "takes_place": takes_place(workshop),
                "is_on": offer.workshop is not None,
                "until": _said(offer.until),
                "currency": community.currency,
                "profiles": [_profile(each) for each in profile_rows(rehearsal, speak)],
                "limits": [_limit(each, speak) for each in offer.allowances],
            }
        )


def _profile(row: ProfileRow) -> dict[str, Any]:
    return {
        "profile": row.slug,
        "title": row.title,
        "description": row.description,
        "sizes": [
            {
                "size": size.slug,
                "title": size.title,
                "resources": size.resources,
                "is_marked": size.is_marked,
                "can_start": size.code is None,
                "code": size.code,
                "message": size.refusal or None,
            }
            for size in row.sizes
        ],
    }


def _limit(limit: Allowance, speak: Translator) -> dict[str, Any]:
    """In canonical integers of its unit."""
    return {
        "title": limit_title(limit, speak),
        "scope": limit.scope,
        "unit": limit.unit,
        "window": limit.window,
        "profile": limit.profile,
        "limit": limit.limit,
        "used": limit.used,
        "left": limit.left,
        "resets_at": _said(limit.resets_at),
    }


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def routes(one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a workshop."""
    return [(rf"{one}/rehearsal", RehearsalPage), (rf"{one}/rehearsal\.json", RehearsalFile)]
