"""``/communities/<slug>``: who is running, what the month has cost, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.base import Page
from catalyst_hub.champion.limit_rows import (
    by_weight,
    limit_row,
    monthly_money,
    percent_of,
    seats_of,
)
from catalyst_hub.champion.line import line_of
from catalyst_hub.champion.month_figures import month_figures
from catalyst_hub.champion.server_rows import server_row
from catalyst_hub.champion.teaching import learners_of
from catalyst_hub.champion.wording import N_, clock
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import CommunityView
from catalyst_hub.i18n.budgets import step_text
from catalyst_hub.i18n.formats import city
from catalyst_hub.usecases.find_operators import find_operators
from catalyst_hub.usecases.show_community import show_community

#: What came of a stop, by the word that the address leads back with.
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "stopped": N_("The server is stopped."),
        "gone": N_("This server was not running any more."),
        "passes": N_("The next free seat is theirs."),
        "waits-no-more": N_("They were not waiting any more, or go first already."),
        "refused": N_(
            "The hub did not stop this server. It may just have stopped by itself, or its owner "
            "has left the community. If it is still there in a minute, ask the people who run "
            "this hub."
        ),
    }
)


class CommunityPage(Page):
    """One community as its champions see it."""

    async def get(self, slug: str) -> None:
        """Show it as it is now."""
        community = self.community_for(Action.READ, slug)
        self.speak_for(community)
        now = self.now()
        view, stoppable = await self.read(lambda uow: self._look(uow, community, now))
        helped = await self.read(lambda uow: self._helped(uow, view))
        line = await line_of(self, community, now)
        words = self._words(view, now) | {"stoppable": stoppable, "helped": helped, "line": line}
        self.show("community", **words, xsrf=self.xsrf_token.decode())

    def _look(
        self, uow: UnitOfWork, community: Community, now: datetime
    ) -> tuple[CommunityView, frozenset[str]]:
        """The view, and the ids of the sessions that the reader may stop."""
        view = show_community(uow, self.policy, community.slug, now)
        if view is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        if Action.STOP not in self.allowed:
            return view, frozenset()
        owners = {server.person.person_id for server in view.sessions}
        operators = find_operators(uow, self.policy, owners)
        stoppable = (s.session for s in view.sessions if s.person.person_id not in operators)
        return view, frozenset(session.session_id for session in stoppable)

    def _helped(self, uow: UnitOfWork, view: CommunityView) -> frozenset[str]:
        """The ids of the sessions whose owners the reader may offer help; an instructor helps
        those she teaches."""
        if Action.HELP not in self.allowed:
            return frozenset()
        sessions = [server.session for server in view.sessions]
        if is_instructor_only(self.allowed):
            taught = learners_of(uow, self.actor.name, view.community, self.now())
            sessions = [session for session in sessions if session.person_id in taught]
        others = (s for s in sessions if s.key.user_name != self.actor.name)
        return frozenset(session.session_id for session in others)

    def _words(self, view: CommunityView, now: datetime) -> dict[str, Any]:
        community, speak = view.community, self.translator
        money = monthly_money(view.allowances)
        note = NOTES.get(self.get_query_argument("note", ""))
        return {
            "community": community,
            "title": text_in(community.title, speak.language),
            "address": self.address_of(community),
            "tab": "overview",
            "as_of": clock(now, community.zone, now, speak),
            "city": city(community.zone, speak.locale),
            "note": speak.gettext(note) if note else "",
            "step": step_text(view.step, speak) if view.step else "",
            "servers": [server_row(s, community, now, speak) for s in view.sessions],
            "seats": seats_of(view.allowances, speak),
            "limits": [limit_row(limit, community, speak) for limit in self._limits(view)],
            "month": month_figures(
                view.days, money.limit if money else None, community, now, speak
            ),
            "spent_percent": percent_of(money.used, money.limit) if money else 0,
            "server_time": speak.hours(view.month.server_ms),
        }

    def _limits(self, view: CommunityView) -> Sequence[Allowance]:
        """The heaviest first; what is counted in money only to those who may see costs."""
        sees_costs = Action.COSTS in self.allowed
        shown = (a for a in view.allowances if sees_costs or a.unit is not Unit.MONEY)
        return by_weight(tuple(shown))
