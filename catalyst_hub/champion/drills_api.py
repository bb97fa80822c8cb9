"""``…/workshops/<id>/drills.json``: drills for programs, which bring their own token."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.drilling import AboutDrills
from catalyst_hub.champion.json_body import json_object, refuse
from catalyst_hub.core.community import Community
from catalyst_hub.core.drill import DrillOutlook, DrillRefusal, DrillReport
from catalyst_hub.core.json_values import number_said, object_said
from catalyst_hub.core.workshop_report import nearest_rank
from catalyst_hub.i18n.drills import drill_refusal_text

#: Each is counted anew from what ran then.
_MOST_REPORTS = 20


class DrillsFile(AboutDrills):
    """What one more drill of a workshop would be, what came of the last, and a way to begin one."""

    async def get(self, slug: str, number: str) -> None:
        """What one would be now, and the reports, the newest first; of one that goes on, as it is
        so far."""
        community, now = self.community_for(Action.SCHEDULE, slug), self.now()
        self.speak_for(community)
        outlook = await self.outlook(community, number)
        reports = await self.reports(number, outlook.drills[:_MOST_REPORTS])
        told = [_as_object(each, now) for each in reports]
        self.finish({"outlook": self._outlook_object(outlook, community), "drills": told})

    def _outlook_object(self, outlook: DrillOutlook, community: Community) -> dict[str, Any]:
        """Money in micro-units of the currency; what a server costs that nobody opens, about."""
        refusal = outlook.refusal
        return {
            "code": refusal,
            "message": self._refused_text(outlook, community, refusal) if refusal else None,
            "people": outlook.people,
            "seats": outlook.seats,
            "most_seats": outlook.most,
            "cost_micros": outlook.micros * outlook.seats,
            "cost_micros_each": outlook.micros,
            "currency": community.currency,
            "has_budget": community.budget is not None,
        }

    async def post(self, slug: str, number: str) -> None:
        """Begin one with so many ``seats``, and answer with its report; 422 and a ``message`` when
        that cannot be."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        outlook = await self.outlook(community, number)
        try:
            said = object_said("a drill", json_object(self.request.body), "seats")
            seats = _seats(said.get("seats"))
        except ValueError as error:
            refuse(self, str(error))
            return
        # What keeps it from being at all comes before a number that would be too high then.
        begun = outlook.refusal or await self.begin(number, seats)
        if isinstance(begun, DrillRefusal):
            refuse(self, await self._why_not(community, number, begun), begun)
            return
        self.set_status(HTTPStatus.CREATED)
        [report] = await self.reports(number, [begun])
        self.finish(_as_object(report, self.now()))

    async def _why_not(self, community: Community, number: str, refusal: DrillRefusal) -> str:
        """As it is by now: somebody else may have begun one meanwhile."""
        return self._refused_text(await self.outlook(community, number), community, refusal)

    def _refused_text(
        self, outlook: DrillOutlook, community: Community, refusal: DrillRefusal
    ) -> str:
        speak = self.translator
        last = next(iter(outlook.drills), None)
        if refusal is DrillRefusal.IS_ON and last is not None and last.is_on(self.now()):
            when = speak.instant(last.ends_at, community.zone)
            return speak.gettext("Another drill can begin at %(when)s.", when=when)
        return drill_refusal_text(refusal, outlook.most, speak)


def _seats(value: object) -> int:
    seats = number_said("seats", value)
    if seats is None:
        raise ValueError("seats is a whole number")
    return seats


def _as_object(report: DrillReport, now: datetime) -> dict[str, Any]:
    """Times of starts in seconds; null: nothing has come up."""
    drill, times = report.drill, report.start_ms
    return {
        "began_at": drill.began_at.isoformat(),
        "ends_at": drill.ends_at.isoformat(),
        "is_over": report.is_over(now),
        "seats": drill.seats,
        "people": report.people,
        "start_s": [_seconds(ms) for ms in times],
        "start_median_s": _seconds(nearest_rank(times, 50)),
        "start_p95_s": _seconds(nearest_rank(times, 95)),
        "up": report.up,
        "starting": report.starting,
        "failed": report.failed,
        "left_alone": report.left_alone,
        "missing": report.missing,
        "refused": dict(report.refused),
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else round(ms / 1000, 1)


def routes(one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a workshop."""
    return [(rf"{one}/drills\.json", DrillsFile)]
