"""``/use``: one's own servers, and one's month in each community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from tornado.web import HTTPError

from catalyst_hub.champion.base import Page
from catalyst_hub.champion.limit_rows import LimitRow, limit_row
from catalyst_hub.champion.server_rows import ServerRow, server_row
from catalyst_hub.champion.wording import month_name
from catalyst_hub.core.community import Community
from catalyst_hub.core.given import Given
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.view import MembershipView, PersonView
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.exemptions import exemption_text
from catalyst_hub.i18n.formats import city
from catalyst_hub.usecases.show_person import show_person


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A person's month in one community; ``cost`` is empty where nothing has a price. ``given``
    are pairs of sentences: what she has beyond the limits, and by whom."""

    title: str
    month: str
    city: str
    server_time: str
    cost: str
    servers: tuple[ServerRow, ...]
    limits: tuple[LimitRow, ...]
    given: tuple[tuple[str, str], ...]


class UsePage(Page):
    """What the signed-in person runs and has used."""

    async def get(self) -> None:
        """Show it; whoever belongs to no community has nothing here."""
        now = self.now()
        view = await self.read(lambda uow: show_person(uow, self.policy, self.actor.name, now))
        if view is None or not view.memberships:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.speak_for(view.memberships[0].community)
        self.show("use", memberships=membership_rows(view, now, self.translator))


def membership_rows(view: PersonView, now: datetime, translator: Translator) -> list[MembershipRow]:
    """One row for each community a person belongs to."""
    return [_row(view, membership, now, translator) for membership in view.memberships]


def _row(
    view: PersonView, membership: MembershipView, now: datetime, translator: Translator
) -> MembershipRow:
    community, month = membership.community, membership.month
    here = [s for s in view.sessions if s.session.choice.community == community.slug]
    has_price = month.micros or any(s.session.rate_micros for s in here)
    return MembershipRow(
        title=text_in(community.title, translator.language),
        month=month_name(local_day(now, community.zone), translator),
        city=city(community.zone, translator.locale),
        server_time=translator.hours(month.server_ms),
        cost=translator.money(month.micros, community.currency) if has_price else "",
        servers=tuple(server_row(s, community, now, translator) for s in here),
        limits=tuple(limit_row(limit, community, translator) for limit in membership.allowances),
        given=tuple(_given(given, community, translator) for given in membership.given),
    )


def _given(given: Given, community: Community, translator: Translator) -> tuple[str, str]:
    _, exemption = translator.gettext, given.exemption
    what = exemption_text(exemption, community, translator)
    is_shared = exemption.person_id is None
    return (
        _("All together have %(what)s.", what=what)
        if is_shared
        else _("You have %(what)s.", what=what),
        _("Given by %(by)s: %(reason)s", by=given.by, reason=exemption.reason),
    )
