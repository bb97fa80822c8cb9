"""``…/workshops/<id>/rehearsal``: the hub as its learners will find it. Looking changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.limit_rows import LimitRow, limit_row
from catalyst_hub.champion.wording import N_
from catalyst_hub.champion.workshop_planning import PlanningPage
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.profile import CommunityOffer, ProfileOffer, SizeOffer, text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.workshop import Workshop, hours_of, spans_in_session, takes_place
from catalyst_hub.i18n import Translator, denial_text
from catalyst_hub.i18n.formats import city
from catalyst_hub.usecases.rehearse_workshop import Rehearsal, rehearse_workshop

_NO_TIME = N_("Please choose a day and an hour that are still to come.")
#: Years later there are other policies.
_FARTHEST = timedelta(days=3 * 366)
_FIELD = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One size: what it has, whether it is marked already, and what is in the way, if anything."""

    title: str
    resources: str
    is_marked: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One environment with its sizes."""

    title: str
    description: str
    sizes: tuple[SizeRow, ...]


class RehearsalPage(PlanningPage):
    """What a learner will be offered at an instant to come."""

    async def get(self, slug: str, number: str) -> None:
        """Show it; without an instant, the beginning of what comes next."""
        community = self.community_for(Action.COSTS, slug)
        speak = self.speak_for(community)
        workshop = await self.workshop_of(community, number)
        asked = self.get_query_argument("at", "")
        at = self._instant(asked, community) if asked else self._next(workshop, community)
        if at is None:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        shown_at = at or self._next(workshop, community)
        rehearsal = await self.read(
            lambda uow: rehearse_workshop(uow, self.policy, slug, workshop, shown_at)
        )
        offer = rehearsal.offer
        self.show_below(
            community,
            "rehearsal",
            problem="" if at else speak.gettext(_NO_TIME),
            workshop=workshop,
            takes_place=takes_place(workshop),
            is_on=offer.workshop is not None,
            until=speak.instant(offer.until, community.zone) if offer.until else "",
            when=speak.instant(shown_at, community.zone),
            at=shown_at.astimezone(ZoneInfo(community.zone)).strftime(_FIELD),
            city=city(community.zone, speak.locale),
            profiles=_profiles(rehearsal, speak),
            limits=_limits(offer, community, speak),
        )

    def _next(self, workshop: Workshop, community: Community) -> datetime:
        """The beginning of the next day of it; when all are over, this moment."""
        now = self.now()
        spans = spans_in_session(workshop, community.zone)
        begins = (starts_at for starts_at, _ in spans if starts_at >= now)
        is_over = hours_of(workshop, community.zone)[1] <= now
        return now if is_over else next(begins, now)

    def _instant(self, asked: str, community: Community) -> datetime | None:
        """What the form asks for, by the clock of the community; None: it is none to come."""
        try:
            local = datetime.fromisoformat(asked[:16]).replace(tzinfo=ZoneInfo(community.zone))
            at = local.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        ahead = at - self.now()
        return at if timedelta(minutes=-1) <= ahead <= _FARTHEST else None


def _limits(
    offer: CommunityOffer, community: Community, speak: Translator
) -> list[tuple[str, list[LimitRow]]]:
    """Each person's, then those that several share."""
    own = [limit for limit in offer.allowances if limit.scope is LimitScope.PERSON]
    shared = [limit for limit in offer.allowances if limit.scope is not LimitScope.PERSON]
    headed = ((speak.gettext("each person"), own), (speak.gettext("all together"), shared))
    return [
        (words, [limit_row(limit, community, speak) for limit in limits])
        for words, limits in headed
        if limits
    ]


def _profiles(rehearsal: Rehearsal, speak: Translator) -> list[ProfileRow]:
    offer, language = rehearsal.offer, speak.language
    return [
        ProfileRow(
            text_in(each.profile.title, language),
            text_in(each.profile.description, language),
            tuple(_size(offer, each, size, rehearsal.marked, speak) for size in each.sizes),
        )
        for each in offer.profiles
    ]


def _size(
    offer: CommunityOffer,
    entry: ProfileOffer,
    offered: SizeOffer,
    marked: Choice | None,
    speak: Translator,
) -> SizeRow:
    size, profile = offered.size, entry.profile
    is_marked = marked is not None and (marked.profile, marked.size) == (profile.slug, size.slug)
    title = text_in(offer.title, speak.language)
    refusal = denial_text(offered.denied, speak, title).what if offered.denied else ""
    parts = (
        "" if "cpu" in size.unlimited else speak.cpu(size.limits.cpu_milli),
        "" if "memory" in size.unlimited else speak.memory(size.limits.memory_bytes),
        speak.amount(Unit.GPU, size.limits.gpu, "") if size.limits.gpu else "",
    )
    words = text_in(size.title, speak.language)
    return SizeRow(words, " · ".join(filter(None, parts)), is_marked, refusal)
