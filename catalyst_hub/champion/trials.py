"""``/communities/<slug>/trial``: whom a limit would have stopped. Looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from math import ceil
from types import MappingProxyType

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.base import Page
from catalyst_hub.champion.costs import next_month
from catalyst_hub.champion.exception_forms import UnreadableError, amount_in
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_, month_name, short_day
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.guesses import Guesses
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import AT_ONCE, OVER_TIME, Unit
from catalyst_hub.core.trial import Trial
from catalyst_hub.core.window import CALENDAR, Window, local_day
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.exemptions import per_window
from catalyst_hub.i18n.units import unit_name
from catalyst_hub.usecases.try_limit import try_limit

_MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")
#: So many of the last months can be chosen; in most hubs there are no more.
_MONTHS = 12
_LONGEST = 40
#: Each adds up the use of a month, or of all time, while everybody else's pages wait.
TRIES_OF_A_PERSON = 60
_WINDOWS: Mapping[Window, str] = MappingProxyType(
    {
        Window.AT_ONCE: N_("At the same time"),
        Window.DAY: N_("Each day"),
        Window.WEEK: N_("Each week"),
        Window.MONTH: N_("Each month"),
    }
)
_SCOPES: Mapping[LimitScope, str] = MappingProxyType(
    {LimitScope.PERSON: N_("each person"), LimitScope.COMMUNITY: N_("all together")}
)
#: What can be tried, as the form names it: ``server_hours/month``.
_KINDS: Mapping[str, tuple[Unit, Window]] = MappingProxyType(
    {f"{unit}/{Window.AT_ONCE}": (unit, Window.AT_ONCE) for unit in AT_ONCE}
    | {f"{unit}/{window}": (unit, window) for window in CALENDAR for unit in OVER_TIME}
)


@dataclass(frozen=True, slots=True)
class Question:
    """The form as it was filled in."""

    kind: str
    scope: str
    amount: str
    month: str
    has_names: bool


class CrowdedError(Exception):
    """Somebody has tried so many limits that she has to wait ``minutes`` before the next."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.minutes = max(1, ceil(wait / timedelta(minutes=1)))


class TrialPage(MembershipPage):
    """A limit that nobody has set, and what it would have done to a month."""

    tab = "exceptions"

    def initialize(self, tries: Guesses) -> None:
        """``tries`` counts for all requests."""
        self._tries = tries

    async def get(self, slug: str) -> None:
        """Ask, and answer what the address asks."""
        community = self.community_for(Action.COSTS, slug)
        speak, today = self.speak_for(community), local_day(self.now(), community.zone)
        asked, months = self._asked(), _months(today)
        tried, problem = None, ""
        try:
            tried = await self._tried(community, asked) if asked.amount else None
        except UnreadableError as error:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            problem = speak.gettext(str(error))
        except CrowdedError as error:
            problem = self._crowded(error.minutes, speak)
        self.show_below(
            community,
            "trial",
            problem=problem,
            asked=asked,
            kinds=_kinds(speak),
            scopes=[(scope.value, speak.gettext(words)) for scope, words in _SCOPES.items()],
            months=[(f"{month:%Y-%m}", month_name(month, speak)) for month in months],
            tried=tried,
            limit=_said(tried, community, speak) if tried else "",
            rows=[(who, _listed(days, speak)) for who, days in tried.stopped.items()]
            if tried
            else [],
        )

    def _asked(self) -> Question:
        def word(name: str, usual: str) -> str:
            return self.get_query_argument(name, usual)[:_LONGEST]

        return Question(
            word("kind", f"{Unit.SERVER_HOURS}/{Window.MONTH}"),
            word("scope", LimitScope.PERSON),
            word("amount", ""),
            word("month", ""),
            word("names", "") == "1",
        )

    def _crowded(self, minutes: int, speak: Translator) -> str:
        self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
        self.set_header("Retry-After", str(60 * minutes))
        return speak.ngettext(
            "You have tried many limits in a short time. Please go on in %(n)s minute.",
            "You have tried many limits in a short time. Please go on in %(n)s minutes.",
            minutes,
            n=minutes,
        )

    async def _tried(self, community: Community, asked: Question) -> Trial:
        """Raises UnreadableError and CrowdedError."""
        found = _MONTH.fullmatch(asked.month)
        if asked.kind not in _KINDS or asked.scope not in set(_SCOPES) or found is None:
            raise UnreadableError(N_("Please choose a limit and a month."))
        unit, window = _KINDS[asked.kind]
        amount = amount_in(unit, asked.amount, community.currency)
        limit = Limit(LimitScope(asked.scope), unit, window, amount)
        first_on = date(int(found["year"]), int(found["month"]), 1)
        days = first_on, next_month(first_on)
        now = self.now()
        if (wait := self._tries.begin([self.actor.name], now)) is not None:
            raise CrowdedError(wait)
        return await self.read(
            lambda uow: try_limit(uow, community, limit, days, now, has_names=asked.has_names)
        )


def _months(today: date) -> list[date]:
    """This month and those before it."""
    months = [today.replace(day=1)]
    while len(months) < _MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    # Whoever tries a limit means the last whole month first.
    return [*months[1:2], *months[:1], *months[2:]]


def _kinds(speak: Translator) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be tried, under the words for its window."""
    return [
        (
            speak.gettext(words),
            [
                (value, unit_name(unit, speak))
                for value, (unit, of) in _KINDS.items()
                if of is window
            ],
        )
        for window, words in _WINDOWS.items()
    ]


def _said(tried: Trial, community: Community, speak: Translator) -> str:
    text = per_window(tried.limit, community.currency, speak)
    return f"{text} · {speak.gettext(_SCOPES[tried.limit.scope])}"


def _listed(days: tuple[date, ...], speak: Translator) -> str:
    return " · ".join(short_day(day, speak) for day in days)


def routes(below: str) -> list[tuple[str, type[Page], dict[str, Guesses]]]:
    """Below the address of a community."""
    return [(rf"{below}/trial", TrialPage, {"tries": Guesses(TRIES_OF_A_PERSON)})]
