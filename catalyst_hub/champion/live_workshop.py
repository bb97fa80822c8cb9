"""``…/workshops/<id>/live``: who works, who is stuck and why, while a workshop takes place."""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.live_rows import LiveRow, live_row
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.teaching import taught_now
from catalyst_hub.champion.wording import clock
from catalyst_hub.core.attendance import Learner
from catalyst_hub.core.community import Community
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.i18n.formats import city
from catalyst_hub.usecases.show_live_workshop import LiveWorkshop, show_live_workshop

#: Seconds after which the page looks again by itself.
_REFRESH_S = 20
#: So many people weigh 15 kB, which a phone loads at once anywhere.
_ON_A_PAGE = 40


class LivePage(MembershipPage):
    """One look at everybody, on a phone; the page renews itself."""

    tab = "workshops"

    async def get(self, slug: str, number: str) -> None:
        """Show how it goes now."""
        community = self.community_for(Action.READ, slug)
        self.speak_for(community)
        live = await self.read(lambda uow: self._look(uow, community, int(number)))
        self.set_header("Refresh", str(_REFRESH_S))
        self.show_below(community, "live", **self._words(live, community))

    def _look(self, uow: UnitOfWork, community: Community, number: int) -> LiveWorkshop:
        """The workshop; an instructor sees the one that she teaches now."""
        reader, now = self.actor.name, self.now()
        if is_instructor_only(self.allowed):
            taught = taught_now(uow, reader, community, now)
            if number not in {workshop.workshop_id for workshop in taught}:
                raise HTTPError(404)
        live = show_live_workshop(uow, self.policy, number, reader, now)
        if live is None or live.workshop.community != community.slug:
            raise HTTPError(404)
        return live

    def _words(self, live: LiveWorkshop, community: Community) -> dict[str, Any]:
        now, speak = self.now(), self.translator
        page, pages = self._page(len(live.learners))
        shown = live.learners[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
        budget = live.workshop.budget_micros
        return {
            "workshop": live.workshop,
            "live": live,
            "spent": speak.money(live.micros, live.currency),
            "budget": speak.money(budget, live.currency) if budget else "",
            "as_of": clock(now, community.zone, now, speak),
            "city": city(community.zone, speak.locale),
            "rows": [self._row(each, live, community) for each in shown],
            "page": page,
            "pages": pages,
            "refresh_s": _REFRESH_S,
        }

    def _row(self, learner: Learner, live: LiveWorkshop, community: Community) -> LiveRow:
        person = learner.attendee.person
        is_reachable = person.name != self.actor.name and person.person_id not in live.operators
        return live_row(
            learner,
            community.zone,
            self.now(),
            self.translator,
            may_help=Action.HELP in self.allowed and is_reachable,
            consent=live.consents.get(person.person_id),
        )

    def _page(self, count: int) -> tuple[int, int]:
        """The page that was asked for, as far as there is one, and how many there are."""
        pages, asked = max(1, -(-count // _ON_A_PAGE)), self.get_query_argument("page", "")
        page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
        return min(max(page, 1), pages), pages
