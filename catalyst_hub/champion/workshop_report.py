"""``…/workshops/<id>/report``: what became of a workshop, as a page, a file and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Code
from catalyst_hub.core.session import EndReason
from catalyst_hub.core.spreadsheet import BYTE_ORDER_MARK
from catalyst_hub.core.workshop_figures import figures, figures_csv
from catalyst_hub.core.workshop_report import DIED, WorkshopReport
from catalyst_hub.i18n import Translator
from catalyst_hub.usecases.report_workshop import report_workshop

_MONEY = N_("The money was spent")
_CHOICE = N_("What they chose could not be started")
_AWAY = N_("A part of the hub was away")
_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        EndReason.NEVER_STARTED: N_("The start did not work, or was called off"),
        EndReason.CALLED_OFF: N_("The start was called off"),
        EndReason.START_TIMEOUT: N_("The start took too long"),
        EndReason.NO_ANSWER: N_("The server did not answer"),
        EndReason.NO_ROOM: N_("There was no room on the machines"),
        EndReason.NO_IMAGE: N_("The image could not be fetched"),
        EndReason.EXITED: N_("The server ended while it was starting"),
        EndReason.CLUSTER_AWAY: N_("The hub could not reach the machines"),
        EndReason.OUT_OF_MEMORY: N_("The memory was not enough"),
        DIED: N_("The server ended by itself"),
        Code.QUOTA_AT_ONCE: N_("All seats were taken"),
        Code.QUOTA_WINDOW: N_("A limit was used up"),
        Code.BUDGET_SPENT: _MONEY,
        Code.BUDGET_CLOSED: _MONEY,
        Code.BUDGET_SIZES: _MONEY,
        Code.TERMS_NOT_ACCEPTED: N_("The terms of use were not accepted"),
        Code.CONSENT_NEEDED: N_("Somebody else tried without their consent"),
        Code.MAINTENANCE: N_("The hub was paused"),
        Code.NOT_ENFORCED: _AWAY,
        Code.STORE_UNAVAILABLE: _AWAY,
    }
)


class _ReportPage(MembershipPage):
    """What page, file and REST have in common."""

    tab = "workshops"

    async def found(self, slug: str, number: str) -> tuple[Community, WorkshopReport]:
        """The report of a workshop of this community; its costs are in it."""
        community, now = self.community_for(Action.COSTS, slug), self.now()
        report = await self.read(lambda uow: report_workshop(uow, self.policy, int(number), now))
        if report is None or report.workshop.community != slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return community, report


class ReportPage(_ReportPage):
    """The report to read."""

    async def get(self, slug: str, number: str) -> None:
        """Show it; of one that goes on, as it is so far."""
        community, report = await self.found(slug, number)
        self.speak_for(community)
        self.show_below(community, "workshop_report", **_words(report, self.translator))


class ReportFile(_ReportPage):
    """``report.csv``: the same for a spreadsheet."""

    async def get(self, slug: str, number: str) -> None:
        """Send it as a download."""
        _, report = await self.found(slug, number)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        name = f"{slug}-workshop-{report.workshop.workshop_id}.csv"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(BYTE_ORDER_MARK + figures_csv(report))


class ReportJson(_ReportPage):
    """``report.json``: the same for programs, which bring their own token."""

    async def get(self, slug: str, number: str) -> None:
        """The figures by their names."""
        _, report = await self.found(slug, number)
        self.finish(figures(report))


def _words(report: WorkshopReport, speak: Translator) -> dict[str, Any]:
    workshop, per_person = report.workshop, report.micros_per_person
    first, last = (speak.day(day) for day in (workshop.first_on, workshop.last_on))
    return {
        "workshop": workshop,
        "days": first if first == last else f"{first} – {last}",
        "report": report,
        "hours": speak.hours(report.usage.server_ms),
        "median": _seconds(report.start_median_ms, speak),
        "p95": _seconds(report.start_p95_ms, speak),
        "cost": speak.money(report.usage.micros, report.currency),
        "per_person": "–" if per_person is None else speak.money(per_person, report.currency),
        "failures": list(failure_rows(report.failures, speak)),
    }


def failure_rows(failures: Mapping[str, int], speak: Translator) -> Iterator[tuple[str, int]]:
    """In plain words, the most frequent first; causes that are told by the same words are counted
    together."""
    counts: dict[str, int] = {}
    for cause, count in failures.items():
        words = speak.gettext(_CAUSES.get(cause, _CHOICE))
        counts[words] = counts.get(words, 0) + count
    yield from sorted(counts.items(), key=lambda row: row[1], reverse=True)


def _seconds(ms: int | None, speak: Translator) -> str:
    return "–" if ms is None else f"{speak.number(round(ms / 1000))} s"


def routes(one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a workshop."""
    return [
        (rf"{one}/report", ReportPage),
        (rf"{one}/report\.csv", ReportFile),
        (rf"{one}/report\.json", ReportJson),
    ]
