"""``…/workshops/<id>/drill``: servers of people really start, days before, and it is told how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.drilling import AboutDrills
from catalyst_hub.champion.wording import clock
from catalyst_hub.champion.workshop_report import failure_rows
from catalyst_hub.core.community import Community
from catalyst_hub.core.drill import DrillOutlook, DrillRefusal, DrillReport
from catalyst_hub.core.workshop_report import NEVER_STARTED, nearest_rank
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.drills import drill_cost_text, drill_refusal_text

#: Seconds after which the page looks again by itself while there is something to see.
_REFRESH_S = 10


@dataclass(frozen=True, slots=True)
class DrillRow:
    """A drill in the reader's language. ``median`` and ``p95`` are empty while nothing is up;
    ``failures`` are pairs of a cause and how often. ``again_at``: no other begins before."""

    report: DrillReport
    is_over: bool
    when: str
    again_at: str
    median: str
    p95: str
    failures: tuple[tuple[str, int], ...]

    @property
    def is_watched(self) -> bool:
        """Whether something is still to come of it: a start, or the end of what nobody opened."""
        return bool(self.again_at) and (not self.is_over or self.report.up > 0)


class DrillPage(AboutDrills):
    """What a drill would be, the button, and what came of the last one."""

    async def get(self, slug: str, number: str) -> None:
        """Show it; while it goes on, again and again."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self._show(community, number)

    async def post(self, slug: str, number: str) -> None:
        """Begin one. Of two presses the second finds it on, and shows that."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self.outlook(community, number)
        written = self.get_body_argument("seats", "")
        seats = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0
        begun = await self.begin(number, seats)
        if begun is DrillRefusal.NO_SEATS:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            await self._show(community, number, begun)
        else:
            self.back_to(community, f"workshops/{number}/drill")

    async def _show(
        self, community: Community, number: str, problem: DrillRefusal | None = None
    ) -> None:
        outlook = await self.outlook(community, number)
        reports = await self.reports(number, outlook.drills[:1])
        speak, now = self.translator, self.now()
        row = drill_row(reports[0], community, now, speak) if reports else None
        if row is not None and row.is_watched:
            # Without the address the browser would send a form again.
            self.set_header("Refresh", f"{_REFRESH_S}; url={self.request.path}")
        self.show_below(
            community,
            "drill",
            problem=drill_refusal_text(problem, outlook.most, speak) if problem else "",
            workshop=outlook.workshop,
            outlook=outlook,
            row=row,
            why_not=_why_not(outlook, row, speak),
            refresh_s=_REFRESH_S,
            cost=drill_cost_text(outlook.seats, outlook.micros, community.currency, speak),
            has_budget=community.budget is not None,
        )


def _why_not(outlook: DrillOutlook, row: DrillRow | None, speak: Translator) -> str:
    """Empty: there can be one, or there is, which is told by itself."""
    if outlook.refusal is None or (row and row.again_at):
        return ""
    return drill_refusal_text(outlook.refusal, outlook.most, speak)


def drill_row(
    report: DrillReport, community: Community, now: datetime, speak: Translator
) -> DrillRow:
    """A drill as it stands now."""
    drill, times, zone = report.drill, report.start_ms, community.zone
    failed = {NEVER_STARTED: report.failed} if report.failed else {}
    return DrillRow(
        report,
        report.is_over(now),
        clock(drill.began_at, zone, now, speak),
        clock(drill.ends_at, zone, now, speak) if drill.is_on(now) else "",
        _seconds(nearest_rank(times, 50), speak),
        _seconds(nearest_rank(times, 95), speak),
        tuple(failure_rows({**failed, **report.refused}, speak)),
    )


def _seconds(ms: int | None, speak: Translator) -> str:
    return "" if ms is None else f"{speak.number(ms / 1000, 1)} s"


def routes(one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a workshop."""
    return [(rf"{one}/drill", DrillPage)]
