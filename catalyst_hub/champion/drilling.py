"""How drills are looked at and begun, by form or by program."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from tornado.web import HTTPError

from catalyst_hub.champion.teaching import InvitingPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.drill import Drill, DrillOutlook, DrillRefusal, DrillReport
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.begin_drill import begin_drill
from catalyst_hub.usecases.prepare_drill import prepare_drill
from catalyst_hub.usecases.report_drill import report_drill


class AboutDrills(InvitingPage):
    """What the page about them, and the address for programs, have in common."""

    tab = "workshops"

    async def outlook(self, community: Community, number: str) -> DrillOutlook:
        """What one would be; a workshop of others is not there."""
        workshop_id, by_operator, now = int(number), self.actor.is_operator, self.now()
        found = await self.read(
            lambda uow: prepare_drill(uow, self.policy, workshop_id, now, by_operator=by_operator)
        )
        if found is None or found.workshop.community != community.slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found

    async def reports(self, number: str, drills: Sequence[Drill]) -> list[DrillReport]:
        """What came of these."""

        def report(uow: UnitOfWork) -> list[DrillReport]:
            found = (report_drill(uow, int(number), drill) for drill in drills)
            return [each for each in found if each is not None]

        return await self.read(report)

    async def begin(self, number: str, seats: int) -> Drill | DrillRefusal:
        """Begin one; or why not, and nothing done. Of two at once the second finds it on."""
        workshop_id, actor, now = int(number), self.actor.name, self.now()
        by_operator = self.actor.is_operator
        return await self.runtime.write(
            lambda uow: begin_drill(
                uow, self.policy, workshop_id, seats, actor, now, by_operator=by_operator
            )
        )
