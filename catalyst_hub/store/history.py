"""Servers that ran at some time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select, union

from catalyst_hub.core.resources import Resources
from catalyst_hub.core.trial import Run
from catalyst_hub.core.turnout import Turnout
from catalyst_hub.core.window import milliseconds
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import (
    IS_LIVE,
    instructors,
    people,
    sessions,
    workshop_days,
    workshops,
)
from catalyst_hub.store.types import Day
from catalyst_hub.store.workshop_rows import COLUMNS, TAKES_PLACE, workshop_of

_MOST_STARTS = 200
_MOST_WORKSHOPS = 20

_SESSION = (
    sessions.c.profile,
    sessions.c.cpu_milli,
    sessions.c.memory_bytes,
    sessions.c.gpu,
    sessions.c.reserved_at,
    sessions.c.ended_at,
)


class SqlHistory(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.limiting.History`."""

    def runs(
        self,
        community: str,
        starts_at: datetime,
        ends_at: datetime,
        now: datetime,
        *,
        has_names: bool,
    ) -> Sequence[Run]:
        """The servers of a community that were there in ``[starts_at, ends_at)``, at this hub."""
        who = people.c.name if has_names else people.c.pseudonym
        statement = (
            select(who, *_SESSION)
            .join_from(sessions, people)
            .where(
                sessions.c.hub == self._hub,
                sessions.c.community == community,
                sessions.c.running_at.is_not(None),
                sessions.c.reserved_at < ends_at,
                or_(sessions.c.ended_at.is_(None), sessions.c.ended_at > starts_at),
            )
            .order_by(sessions.c.reserved_at, sessions.c.session_id)
        )
        return [
            Run(name, profile, Resources(*sizes), reserved_at, ended_at or now)
            for name, profile, *sizes, reserved_at, ended_at in self._connection.execute(statement)
        ]

    def start_times(self, community: str, profile: str) -> Sequence[int]:
        """In milliseconds, those of the latest starts."""
        values = {"hub": self._hub, "community": community, "profile": profile}
        return [
            milliseconds(reserved_at, running_at)
            for reserved_at, running_at in self._connection.execute(_STARTS, values)
        ]

    def turnouts(self, community: str, since_on: date, before_on: date) -> Sequence[Turnout]:
        """Of workshops that are over."""
        values = {
            "hub": self._hub,
            "community": community,
            "since_on": since_on,
            "before_on": before_on,
        }
        rows = self._connection.execute(_TURNOUTS, values)
        return [
            Turnout(workshop_of(row), came, int(server_ms or 0)) for *row, came, server_ms in rows
        ]


def _starts(*of: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Adopted servers have never been seen to start, so they begin when they are reserved."""
    return select(sessions.c.reserved_at, sessions.c.running_at).where(
        sessions.c.hub == bindparam("hub"),
        sessions.c.profile == bindparam("profile"),
        sessions.c.running_at > sessions.c.reserved_at,
        *of,
    )


_OF_COMMUNITY = select(workshops.c.workshop_id).where(
    workshops.c.hub == bindparam("hub"), workshops.c.community == bindparam("community")
)
# Two ways for which there is an index: all sessions of a hub may be millions.
_EITHER = union(
    _starts(sessions.c.community == bindparam("community"), IS_LIVE),
    _starts(sessions.c.workshop_id.is_not(None), sessions.c.workshop_id.in_(_OF_COMMUNITY)),
).subquery()
_STARTS = select(_EITHER).order_by(_EITHER.c.reserved_at.desc()).limit(_MOST_STARTS)
_OF_LEARNERS = (
    workshop_days.c.workshop_id == workshops.c.workshop_id,
    ~exists().where(
        instructors.c.workshop_id == workshop_days.c.workshop_id,
        instructors.c.person_id == workshop_days.c.person_id,
    ),
)
_TURNOUTS = (
    select(
        *COLUMNS,
        select(func.count(workshop_days.c.person_id.distinct()))
        .where(*_OF_LEARNERS)
        .scalar_subquery(),
        select(func.sum(workshop_days.c.server_ms)).where(*_OF_LEARNERS).scalar_subquery(),
    )
    .where(
        workshops.c.hub == bindparam("hub"),
        workshops.c.community == bindparam("community"),
        TAKES_PLACE,
        workshops.c.seats.is_not(None),
        workshops.c.last_on >= bindparam("since_on", type_=Day()),
        workshops.c.last_on < bindparam("before_on", type_=Day()),
    )
    .order_by(workshops.c.last_on.desc(), workshops.c.workshop_id)
    .limit(_MOST_WORKSHOPS)
)
