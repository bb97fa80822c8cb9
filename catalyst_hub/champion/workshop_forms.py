"""What somebody writes to plan a workshop, read; and a plan as the form would have it written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.meeting import END_OF_DAY, Meeting
from catalyst_hub.core.quantity import QuantityError, parse_amount
from catalyst_hub.core.recurrence import EVERY_DAY, Hours, Pattern, meetings_of, pattern_of
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.workshop import Nights, Plan
from catalyst_hub.core.workshop_plan import MOST_MEETINGS, PlanRefusal, with_days_of_meetings
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.workshops import refusal_text

#: Every field of the form that stands in it once; days of the week are ticked.
FIELDS = (
    "title",
    "first_on",
    "last_on",
    "starts",
    "ends",
    "starts_again",
    "ends_again",
    "not_on",
    "times",
    "seats",
    "server",
    "material",
    "language",
    "instructors",
    "budget",
    "warm",
    "nights",
    "clean",
    "idle",
    "max_age",
    "ceiling",
    "grace",
)
_LINE = re.compile(r"(\d{4}-\d\d-\d\d)[\s,]+(\d\d:\d\d)(?:\s*[-–]\s*|[\s,]+)(\d\d:\d\d)", re.ASCII)
_BETWEEN = re.compile(r"[\s,;]+")
#: Where the decimals follow a comma: "1,500" is fifteen hundred.
_COMMA = re.compile(r"\d+,\d{1,2}")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_MIDNIGHT = "00:00"

_NO_DAYS = N_("Please give the first and the last day, each like %(today)s.")
_NO_DAY_OFF = N_("Please write the days that are left out like %(today)s, with spaces between.")
_NO_END = N_("Please say both when it begins and when it ends.")
_NO_LINE = N_("Line %(line)s: please write a time like %(today)s 09:00-12:00.")
_NO_MONEY = N_("Please give the budget as a number, such as 500.")
_NO_NUMBER = N_("Please write “%(written)s” as a number.")


class UnplannedError(Exception):
    """Nothing can be planned of what was written; its text says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was filled in: words by field, and the days of the week, 0 being Monday.

    ``seen`` is what it says of the plan with which it was opened: see
    :mod:`catalyst_hub.champion.workshop_merging`.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    weekdays: frozenset[int] = frozenset()
    seen: str = ""

    def __getitem__(self, name: str) -> str:
        return self.words.get(name, "")

    @property
    def instructors(self) -> list[str]:
        """The names of those who shall instruct."""
        return [name for name in _BETWEEN.split(self["instructors"]) if name]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Name and value of each field, for a form that only hands them on."""
        words = [(name, self[name]) for name in FIELDS if self[name]]
        words += [("seen", self.seen)] if self.seen else []
        return [*words, *(("weekday", str(day)) for day in sorted(self.weekdays))]


def plan_in(written: Written, community: Community, speak: Translator, today: date) -> Plan:
    """The plan that a form asks for; raises UnplannedError."""
    reading = _Reading(written, community, speak, today)
    first_on, last_on, meetings = reading.days()
    profile, _, size = written["server"].partition("/")
    return Plan(
        written["title"],
        first_on,
        last_on,
        meetings,
        written["language"] or None,
        profile or None,
        size or None,
        reading.number("seats"),
        written["material"] or None,
        reading.money("budget"),
        reading.number("warm"),
        Nights.KEPT if written["nights"] == Nights.KEPT else Nights.USUAL,
        reading.number("clean"),
        reading.number("idle"),
        reading.number("max_age"),
        reading.number("grace"),
        reading.number("ceiling"),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    written: Written
    community: Community
    speak: Translator
    today: date

    def days(self) -> tuple[date, date, tuple[Meeting, ...]]:
        """The first and the last day, and the times; none, where no hours are written."""
        if self.written["times"]:
            meetings = tuple(self._lines())
            return min(meetings).day_on, max(meetings).day_on, meetings
        first_on = self._day(self.written["first_on"])
        last_on = self._day(self.written["last_on"] or self.written["first_on"])
        hours = tuple(self._hours())
        if not hours:
            return first_on, last_on, ()
        weekdays = self.written.weekdays or EVERY_DAY
        pattern = Pattern(first_on, hours, last_on, None, weekdays, 1, self._days_off())
        meetings_or_not = meetings_of(pattern)
        if isinstance(meetings_or_not, PlanRefusal):
            raise UnplannedError(refusal_text(meetings_or_not, self.speak))
        return first_on, last_on, meetings_or_not

    def _lines(self) -> Iterable[Meeting]:
        lines = [line.strip() for line in self.written["times"].splitlines()]
        if len(lines) > 2 * MOST_MEETINGS:
            raise UnplannedError(refusal_text(PlanRefusal.TOO_MANY, self.speak))
        found = [self._line(number, line) for number, line in enumerate(lines, 1) if line]
        if not found:
            raise UnplannedError(refusal_text(PlanRefusal.NO_MEETINGS, self.speak))
        return found

    def _line(self, number: int, line: str) -> Meeting:
        found = _LINE.fullmatch(line)
        try:
            if found is not None:
                return Meeting(date.fromisoformat(found[1]), found[2], _end(found[3]))
        except ValueError:
            pass
        raise self._error(_NO_LINE, line=number)

    def _hours(self) -> Iterable[Hours]:
        for first, last in (("starts", "ends"), ("starts_again", "ends_again")):
            starts, ends = self.written[first], self.written[last]
            if bool(starts) != bool(ends):
                raise self._error(_NO_END)
            if starts:
                # Browsers send seconds where somebody wrote some.
                yield starts[:5], _end(ends[:5])

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._error(_NO_DAYS) from None

    def _days_off(self) -> frozenset[date]:
        try:
            days = [day for day in _BETWEEN.split(self.written["not_on"]) if day]
            return frozenset(map(date.fromisoformat, days))
        except ValueError:
            raise self._error(_NO_DAY_OFF) from None

    def number(self, name: str) -> int | None:
        """A whole number; None: nothing is written."""
        text = self.written[name]
        if not text:
            return None
        if _WHOLE.fullmatch(text) is None:
            raise self._error(_NO_NUMBER, written=text[:40])
        return int(text)

    def money(self, name: str) -> int | None:
        """Micro-units; None: nothing is written."""
        text = self.written[name]
        if not text:
            return None
        if _COMMA.fullmatch(text):
            text = text.replace(",", ".")
        try:
            return parse_amount(Unit.MONEY, text, self.community.currency)
        except QuantityError:
            raise self._error(_NO_MONEY) from None

    def _error(self, sentence: str, **words: object) -> UnplannedError:
        facts = {"today": self.today.isoformat(), **words}
        return UnplannedError(self.speak.gettext(sentence) % facts)


def _end(hour: str) -> str:
    """Nothing ends as its day begins: clocks show the end of a day so."""
    return END_OF_DAY if hour == _MIDNIGHT else hour


def written_of(plan: Plan) -> Written:
    """The form in which somebody would have planned this; without its instructors."""
    budget = "" if plan.budget_micros is None else f"{plan.budget_micros / 1_000_000:.2f}"
    words = {
        "title": plan.title,
        "seats": _said(plan.seats),
        "server": f"{plan.profile}/{plan.size or ''}" if plan.profile else "",
        "material": plan.material or "",
        "language": plan.language or "",
        "budget": budget.removesuffix(".00"),
        "warm": _said(plan.warm_minutes),
        "nights": plan.nights.value,
        "clean": _said(plan.clean_after_days),
        "idle": _said(plan.idle_minutes),
        "max_age": _said(plan.max_age_minutes),
        "ceiling": _said(plan.ceiling_minutes),
        "grace": _said(plan.grace_minutes),
    }
    days, weekdays = _days_of(plan)
    return Written(words | days, weekdays)


def _said(number: int | None) -> str:
    return "" if number is None else str(number)


def _days_of(plan: Plan) -> tuple[dict[str, str], frozenset[int]]:
    """As days of the week between two days where that says it all, else time by time."""
    plan = with_days_of_meetings(plan)
    words = {"first_on": plan.first_on.isoformat(), "last_on": plan.last_on.isoformat()}
    if not plan.meetings:
        return words, frozenset()
    pattern = pattern_of(plan.meetings)
    if pattern is None or len(pattern.hours) > 2 or pattern.every_weeks > 1 or pattern.holidays:
        lines = (f"{m.day_on} {m.starts}-{m.ends}" for m in plan.meetings)
        return {"times": "\n".join(lines)}, frozenset()
    words["starts"], words["ends"] = pattern.hours[0]
    if len(pattern.hours) == 2:
        words["starts_again"], words["ends_again"] = pattern.hours[1]
    return words, frozenset() if pattern.weekdays == EVERY_DAY else pattern.weekdays
