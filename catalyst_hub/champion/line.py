"""Who waits for a seat, and ``/communities/<slug>/line/<place>/pass``, which puts one first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.base import Page
from catalyst_hub.champion.wording import clock, duration
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.window import milliseconds
from catalyst_hub.i18n import Translator
from catalyst_hub.usecases.let_pass import let_pass
from catalyst_hub.usecases.list_waiting import InLine, list_waiting


@dataclass(frozen=True, slots=True)
class LineRow:
    """Somebody who waits. ``has_seat``: it is their turn; ``passes``: somebody let them go first.

    ``may_pass``: the reader may put them first.
    """

    place_id: int
    name: str
    account: str
    wants: str
    since: str
    waited: str
    has_seat: bool
    passes: bool
    may_pass: bool


async def line_of(page: Page, community: Community, now: datetime) -> list[LineRow]:
    """The line of a community in the reader's language, the next first."""
    found = await page.read(lambda uow: list_waiting(uow, page.policy, community.slug, now))
    may_pass = Action.GO_FIRST in page.allowed
    return [_row(each, community, page, now, may_pass) for each in found]


def _row(each: InLine, community: Community, page: Page, now: datetime, may_pass: bool) -> LineRow:
    place, speak = each.place, page.translator
    has_seat, is_first = place.has_seat(now), place.passed_by is not None
    return LineRow(
        place.place_id,
        each.person.shown_as,
        each.person.name,
        _wants(each, community, speak),
        clock(place.asked_at, community.zone, now, speak),
        duration(milliseconds(place.asked_at, now), speak),
        has_seat,
        is_first,
        may_pass and not has_seat and not is_first and each.person.name != page.actor.name,
    )


def _wants(each: InLine, community: Community, speak: Translator) -> str:
    profile = community.profile(each.place.options.get("profile", ""))
    size = profile.size(each.place.options.get("size", "")) if profile else None
    titles = (text_in(noun.title, speak.language) for noun in (profile, size) if noun)
    return " · ".join(titles)


class LetPassPage(Page):
    """Puts one person before everybody else who waits."""

    def get(self, slug: str, place_id: str) -> None:
        """A reload after the form was sent: the line is on the community's page."""
        community = self.community_for(Action.GO_FIRST, slug)
        self.redirect(self.address_of(community), status=HTTPStatus.SEE_OTHER)

    async def post(self, slug: str, place_id: str) -> None:
        """Once; of somebody who waits no longer nothing comes."""
        community = self.community_for(Action.GO_FIRST, slug)
        actor, now = self.actor.name, self.now()
        is_first = await self.runtime.write(
            lambda uow: let_pass(uow, slug, int(place_id), actor, now)
        )
        note = "passes" if is_first else "waits-no-more"
        address = f"{self.address_of(community)}?note={note}#line"
        self.redirect(address, status=HTTPStatus.SEE_OTHER)
