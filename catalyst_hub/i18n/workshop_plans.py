"""The plan of a workshop in words: what it would need, collide with and do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from babel.dates import format_timedelta

from catalyst_hub.core.collision import Collision, CollisionKind
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.farewell import LEADS
from catalyst_hub.core.forecast import Habits, SeatForecast, StartTime
from catalyst_hub.core.programme import Event, What
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.workshop_plan import Excess
from catalyst_hub.i18n.exemptions import per_window
from catalyst_hub.i18n.translator import N_, Translator

_COLLISIONS: Mapping[CollisionKind, str] = MappingProxyType(
    {
        CollisionKind.PAST: N_(
            "The hours of its first day, %(day)s, are over already: nobody can come to them."
        ),
        CollisionKind.WORKSHOP: N_("“%(title)s” takes place at the same hours."),
        CollisionKind.NODES: N_(
            "The workshops at these hours need %(needed)s nodes of the kind %(node)s together, and "
            "there are at most %(there)s: some people would wait."
        ),
        CollisionKind.NO_NODE: N_("No node of the cluster has room for a server of this size."),
        CollisionKind.ROOM: N_("%(needed)s cannot be set aside: %(there)s are left."),
        CollisionKind.LEFT: N_(
            "It will probably cost %(needed)s, and %(there)s of the budget are left."
        ),
        CollisionKind.BUDGET: N_(
            "It will probably cost %(needed)s, and only %(there)s are set aside for it."
        ),
    }
)
_QUOTAS: Mapping[LimitScope, str] = MappingProxyType(
    {
        LimitScope.PERSON: N_("Each person may use %(limit)s, and would need %(needed)s."),
        LimitScope.WORKSHOP: N_("A workshop may use %(limit)s, and this one needs %(needed)s."),
        LimitScope.COMMUNITY: N_(
            "The whole community may use %(limit)s, and the workshop alone needs %(needed)s."
        ),
    }
)
_EVENTS: Mapping[What, str] = MappingProxyType(
    {
        What.OPENS: N_("People can come with its invitations."),
        What.WARMS: N_("Servers of everybody who has come are started ahead."),
        What.PROTECTED: N_("From here on nobody’s server is stopped for being idle."),
        What.MEETS: N_("The workshop takes place."),
        What.BREAK: N_("Break: servers run on."),
        What.NIGHT: N_("Night: servers stop as on any other night."),
        What.KEPT_NIGHT: N_("Night: servers run on."),
        What.NOTICE: N_("The end: people are told that servers will be stopped."),
        What.DRAINS: N_("Servers of people who came for the workshop alone are stopped."),
        What.REPORTS: N_("The report is ready."),
        What.FAREWELL: N_(
            "Notice %(number)s of %(all)s: people who came for the workshop alone are told that "
            "they and their files will go."
        ),
        What.CLEANED: N_("People who came for the workshop alone go, and so do their files."),
    }
)
_EXCESSES: Mapping[Excess, str] = MappingProxyType(
    {
        Excess.SEATS: N_("It is for more than %(seats)s people."),
        Excess.TOGETHER: N_(
            "With the workshops at the same hours it is for more than %(seats)s people."
        ),
        Excess.DAYS: N_("It takes place on more than %(days)s days."),
        Excess.BUDGET: N_("More than %(money)s are set aside for it."),
    }
)


def collision_text(collision: Collision, community: Community, speak: Translator) -> str:
    """What it collides with, in a sentence; amounts are of the community."""
    if collision.limit is not None:
        limit, currency = collision.limit, community.currency
        needed = speak.amount(limit.unit, collision.needed, currency)
        words = {"limit": per_window(limit, currency, speak), "needed": needed}
        return speak.gettext(_QUOTAS[limit.scope]) % words
    return speak.gettext(_COLLISIONS[collision.kind]) % _words(collision, community, speak)


def _words(collision: Collision, community: Community, speak: Translator) -> dict[str, object]:
    numbers = collision.needed, collision.there
    if collision.kind in {CollisionKind.NODES, CollisionKind.NO_NODE}:
        needed, there = (speak.number(number, 0) for number in numbers)
    else:
        needed, there = (speak.amount(Unit.MONEY, micros, community.currency) for micros in numbers)
    return {
        "needed": needed,
        "there": there,
        "title": collision.workshop.title if collision.workshop else "",
        "day": speak.day(collision.workshop.first_on) if collision.workshop else "",
        "node": collision.node.slug if collision.node else "",
    }


def event_text(event: Event, speak: Translator) -> str:
    """What happens, in a sentence; when it does stands beside it."""
    return speak.gettext(_EVENTS[event.what]) % {"number": event.number, "all": len(LEADS)}


def excess_text(excess: Excess, community: Community, speak: Translator) -> str:
    """In what a workshop goes beyond the bounds of the community's champions."""
    bounds = community.bounds
    money = speak.amount(Unit.MONEY, bounds.most_workshop_budget_micros or 0, community.currency)
    return speak.gettext(_EXCESSES[excess]) % {
        "seats": bounds.most_workshop_seats,
        "days": bounds.most_workshop_days,
        "money": money,
    }


def habits_text(habits: Habits, speak: Translator) -> str:
    """What the cost rests on."""
    words = {
        "low": speak.percent(habits.attendance.low),
        "likely": speak.percent(habits.attendance.likely),
        "high": speak.percent(habits.attendance.high),
    }
    if not habits.workshops:
        return speak.gettext(
            "Assumed, as no workshop of the community is over yet: %(likely)s of the people come"
            " (%(low)s to %(high)s).",
            **words,
        )
    return speak.ngettext(
        "From %(number)s earlier workshop of the community: %(likely)s of the people came"
        " (%(low)s to %(high)s).",
        "From %(number)s earlier workshops of the community: %(likely)s of the people came"
        " (%(low)s to %(high)s).",
        habits.workshops,
        number=habits.workshops,
        **words,
    )


def seats_text(seats: SeatForecast, speak: Translator) -> str:
    """How many seats, and on how many nodes."""
    if seats.kind is None:
        return speak.ngettext(
            "%(people)s seat", "%(people)s seats", seats.people, people=seats.people
        )
    return speak.ngettext(
        "%(people)s seats on %(nodes)s node of the kind %(node)s",
        "%(people)s seats on %(nodes)s nodes of the kind %(node)s",
        seats.nodes,
        people=seats.people,
        nodes=seats.nodes,
        node=seats.kind.slug,
    )


def start_text(start: StartTime, speak: Translator) -> str:
    """How long starts take, and how one knows."""
    took = format_timedelta(timedelta(milliseconds=start.long_ms), threshold=2, locale=speak.locale)
    if not start.starts:
        return speak.gettext(
            "Assumed, as nobody has measured it: a start takes %(took)s.", took=took
        )
    return speak.gettext(
        "Nearly all of the last %(starts)s starts took at most %(took)s.",
        starts=start.starts,
        took=took,
    )
