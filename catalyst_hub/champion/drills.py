"""``…/workshops/<id>/drill``: servers of people really start, days before, and it is told how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.teaching import InvitingPage
from catalyst_hub.champion.wording import N_, clock
from catalyst_hub.champion.workshop_report import failure_rows
from catalyst_hub.core.community import Community
from catalyst_hub.core.drill import DrillOutlook, DrillRefusal, DrillReport
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop_report import NEVER_STARTED, nearest_rank
from catalyst_hub.i18n import Translator
from catalyst_hub.usecases.begin_drill import begin_drill
from catalyst_hub.usecases.prepare_drill import prepare_drill
from catalyst_hub.usecases.report_drill import report_drill

#: Seconds after which the page looks again by itself while there is something to see.
_REFRESH_S = 10
_NO_SEATS = N_("Please write how many servers, from 1 to %(most)s.")
_WHY_NOT: Mapping[DrillRefusal, str] = MappingProxyType(
    {
        DrillRefusal.NO_WORKSHOP: N_("This workshop is over, or does not take place."),
        DrillRefusal.NOBODY: N_(
            "Nobody is registered yet, and a server belongs to a person. Invite learners first;"
            " a few who have come are enough to try it."
        ),
        DrillRefusal.IS_ON: N_(
            "The workshop is on, or about to begin: its servers are started for real now."
        ),
    }
)


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


class DrillPage(InvitingPage):
    """What a drill would be, the button, and what came of the last one."""

    tab = "workshops"

    async def get(self, slug: str, number: str) -> None:
        """Show it; while it goes on, again and again."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self._show(community, int(number))

    async def post(self, slug: str, number: str) -> None:
        """Begin one. Of two presses the second finds it on, and shows that."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self._outlook(community, int(number))
        written, actor, now = self.get_body_argument("seats", ""), self.actor.name, self.now()
        seats = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0
        by_operator = self.actor.is_operator
        begun = await self.runtime.write(
            lambda uow: begin_drill(
                uow, self.policy, int(number), seats, actor, now, by_operator=by_operator
            )
        )
        if begun is DrillRefusal.NO_SEATS:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            await self._show(community, int(number), _NO_SEATS)
        else:
            self.back_to(community, f"workshops/{number}/drill")

    async def _outlook(
        self, community: Community, number: int
    ) -> tuple[DrillOutlook, DrillReport | None]:
        """What it would be, and what came of the last; a workshop of others is not there."""
        outlook, report = await self.read(lambda uow: self._look(uow, number))
        if outlook is None or outlook.workshop.community != community.slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return outlook, report

    def _look(self, uow: UnitOfWork, number: int) -> tuple[DrillOutlook | None, DrillReport | None]:
        by_operator, now = self.actor.is_operator, self.now()
        outlook = prepare_drill(uow, self.policy, number, now, by_operator=by_operator)
        last = outlook.last if outlook else None
        return outlook, report_drill(uow, number, last) if last else None

    async def _show(self, community: Community, number: int, problem: str = "") -> None:
        outlook, report = await self._outlook(community, number)
        speak, now = self.translator, self.now()
        row = drill_row(report, community, now, speak) if report else None
        if row is not None and row.is_watched:
            # Without the address the browser would send a form again.
            self.set_header("Refresh", f"{_REFRESH_S}; url={self.request.path}")
        most = min(outlook.most_seats, outlook.people)
        self.show_below(
            community,
            "drill",
            problem=speak.gettext(problem) % {"most": most} if problem else "",
            workshop=outlook.workshop,
            outlook=outlook,
            most=most,
            row=row,
            why_not=_why_not(outlook, row, speak),
            refresh_s=_REFRESH_S,
            **_costs(outlook, community, speak),
        )


def _why_not(outlook: DrillOutlook, row: DrillRow | None, speak: Translator) -> str:
    """Empty: there can be one, or there is, which is told by itself."""
    if outlook.refusal is None or (row and row.again_at):
        return ""
    return speak.gettext(_WHY_NOT[outlook.refusal])


def _costs(outlook: DrillOutlook, community: Community, speak: Translator) -> dict[str, Any]:
    each, currency = outlook.micros, community.currency
    return {
        "each": speak.rate(each, currency) if each else "",
        "all_of_them": speak.rate(each * outlook.seats, currency),
        "has_budget": community.budget is not None,
    }


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
