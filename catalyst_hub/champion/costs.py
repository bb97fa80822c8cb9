"""``/communities/<slug>/costs``: a month by person, profile or day, as a page and as a file."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.base import Page
from catalyst_hub.champion.cost_rows import cost_rows, total_rows
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.wording import N_, month_name
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.report import GroupBy, Report, ReportQuery
from catalyst_hub.core.spreadsheet import BYTE_ORDER_MARK, report_csv
from catalyst_hub.core.window import local_day
from catalyst_hub.usecases.report_costs import report_costs

_WAYS = (GroupBy.PERSON, GroupBy.PROFILE, GroupBy.DAY)
_MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")
_NO_MONTH = N_("A month in an address looks like 2026-11, from 2000-01 to 2099-12.")


class _MonthPage(Page):
    """What the page and the file have in common: reading the address."""

    def month_asked(self, community: Community) -> date:
        """The first of the month in the address; of the current one if it names none."""
        text = self.get_query_argument("month", "")
        if not text:
            return local_day(self.now(), community.zone).replace(day=1)
        found = _MONTH.fullmatch(text)
        if found is None:
            raise NotUnderstoodError(f"not a month: {text[:20]!r}", _NO_MONTH)
        return date(int(found["year"]), int(found["month"]), 1)

    def way_asked(self) -> GroupBy:
        """What the rows stand for."""
        text = self.get_query_argument("by", GroupBy.PERSON)
        found = next((way for way in _WAYS if way == text), None)
        if found is None:
            raise NotUnderstoodError(f"not a way to group: {text[:20]!r}")
        return found

    async def report(
        self, community: Community, first_on: date, ways: tuple[GroupBy, ...], has_names: bool
    ) -> Report:
        """One community's month."""
        query = ReportQuery(
            first_on,
            next_month(first_on),
            ways,
            frozenset({community.slug}),
            has_names=has_names,
        )
        return await self.read(lambda uow: report_costs(uow, query, self.now()))


class CostsPage(_MonthPage):
    """The month as a table."""

    async def get(self, slug: str) -> None:
        """Show it, the costliest first; days in their order."""
        community = self.community_for(Action.COSTS, slug)
        self.speak_for(community)
        first_on, way = self.month_asked(community), self.way_asked()
        report = await self.report(community, first_on, (way,), has_names=True)
        self.show("costs", **self._words(community, first_on, way, report))

    def _words(
        self, community: Community, first_on: date, way: GroupBy, report: Report
    ) -> dict[str, Any]:
        today = local_day(self.now(), community.zone)
        before, after = first_on - timedelta(days=1), next_month(first_on)
        return {
            "title": text_in(community.title, self.translator.language),
            "address": self.address_of(community),
            "month": month_name(first_on, self.translator),
            "month_key": f"{first_on:%Y-%m}",
            "earlier": f"{before:%Y-%m}" if _MONTH.fullmatch(f"{before:%Y-%m}") else "",
            "later": f"{after:%Y-%m}" if after <= today else "",
            "way": way.value,
            "has_gpu": any(row.usage.gpu_ms for row in report.rows),
            "rows": cost_rows(report, way, community, self.translator),
            "totals": total_rows(report.rows, self.translator),
        }


class CostsFile(_MonthPage):
    """The month for a spreadsheet; people under their pseudonyms unless asked otherwise."""

    async def get(self, slug: str) -> None:
        """Send it as a download."""
        community = self.community_for(Action.COSTS, slug)
        first_on, way = self.month_asked(community), self.way_asked()
        has_names = self.get_query_argument("names", "") == "1"
        ways = (GroupBy.COMMUNITY, GroupBy.MONTH, way)
        report = await self.report(community, first_on, ways, has_names)
        name = f"{community.slug}-{first_on:%Y-%m}-{way}.csv"
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(BYTE_ORDER_MARK + report_csv(report))


def next_month(first_on: date) -> date:
    """The first of the month after."""
    return (first_on + timedelta(days=31)).replace(day=1)
