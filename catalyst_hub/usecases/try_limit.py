"""Whom a limit would have stopped, had it been in force."""

from __future__ import annotations

from datetime import date, datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.trial import DayOfUse, Trial, at_once, over_time, reads_from, trial
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import in_currency
from catalyst_hub.core.window import Window, midnight

_KEYS = (GroupBy.PERSON, GroupBy.DAY, GroupBy.PROFILE)


def try_limit(
    uow: UnitOfWork,
    community: Community,
    limit: Limit,
    days: tuple[date, date],
    now: datetime,
    *,
    has_names: bool = False,
) -> Trial:
    """Replay ``days`` ``[first_on, next_on)`` of this hub with the limit in force; people appear
    under their pseudonym unless it ``has_names``."""
    first_on, next_on = days
    since = reads_from(limit, first_on) or uow.reports.first_day(community.slug) or first_on
    uses = _uses(uow, community, (min(since, first_on), next_on), now, has_names=has_names)
    users = {use.who for use in uses if use.day >= first_on}
    if limit.window is Window.AT_ONCE:
        begins, ends = (midnight(day, community.zone) for day in days)
        runs = uow.history.runs(community.slug, begins, min(ends, now), now, has_names=has_names)
        return trial(limit, days, users, at_once(limit, runs, community.zone))
    return trial(limit, days, users, over_time(limit, uses))


def _uses(
    uow: UnitOfWork,
    community: Community,
    days: tuple[date, date],
    now: datetime,
    *,
    has_names: bool,
) -> list[DayOfUse]:
    """Use by person, day and profile; money only if it is of the community's currency."""
    query = ReportQuery(*days, _KEYS, frozenset({community.slug}), has_names=has_names)
    return [
        DayOfUse(who, date.fromisoformat(day), profile, in_currency(row, community.currency))
        for row in uow.reports.rows(query, now)
        for who, day, profile in [row.keys]
    ]
