"""Reports: who used what, when, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalyst_hub.core.resources import Usage


class GroupBy(StrEnum):
    """What the rows of a report stand for; several may be combined."""

    COMMUNITY = "community"
    PERSON = "person"
    PROFILE = "profile"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Days ``[first_on, next_on)`` of the communities' own calendars.

    ``communities`` None means all; ``person_id`` narrows to one person. People appear under
    their pseudonym unless ``has_names``.
    """

    first_on: date
    next_on: date
    group_by: tuple[GroupBy, ...]
    communities: frozenset[str] | None = None
    person_id: int | None = None
    has_names: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line: its keys in the order of ``group_by``, its currency, sessions begun, and use.

    Sums of different currencies are never added: there is one row per currency.
    """

    keys: tuple[str, ...]
    currency: str
    sessions: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class Report:
    """Rows sorted by their keys. Servers still running are counted up to ``ReportQuery``'s now."""

    query: ReportQuery
    rows: tuple[ReportRow, ...]


def totals(rows: Iterable[ReportRow]) -> tuple[ReportRow, ...]:
    """The sum of all rows: one row without keys for each currency, in the order they appear."""
    sums: dict[str, ReportRow] = {}
    for row in rows:
        before = sums.get(row.currency, ReportRow((), row.currency, 0, Usage()))
        sessions, usage = before.sessions + row.sessions, before.usage + row.usage
        sums[row.currency] = ReportRow((), row.currency, sessions, usage)
    return tuple(sums.values())
