"""``/communities/<slug>/people.csv``: the list of people for a spreadsheet, for champions."""

from __future__ import annotations

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.core.spreadsheet import BYTE_ORDER_MARK
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.usecases.export_people import export_people
from catalyst_hub.usecases.list_people import list_people


class PeopleFile(MembershipPage):
    """Names leave the hub, so it is asked for with a form and noted."""

    def get(self, slug: str) -> None:
        """A bookmark of the file: the button is on the page."""
        self.back_to(self.community_for(Action.EXPORT, slug), "people")

    async def post(self, slug: str) -> None:
        """Send it as a download."""
        community = self.community_for(Action.EXPORT, slug)
        actor, now, zone = self.actor.name, self.now(), community.zone

        def export(uow: UnitOfWork) -> str:
            members = list_people(uow, self.policy, slug, now).members
            return export_people(uow, slug, zone, members, actor, now)

        text = await self.runtime.write(export)
        name = f"{slug}-people-{local_day(now, zone)}.csv"
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(BYTE_ORDER_MARK + text)
