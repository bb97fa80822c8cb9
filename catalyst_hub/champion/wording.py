"""Limits, times and months in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton, format_timedelta

from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.window import Window, local_day, milliseconds
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.formats import day_and_time
from catalyst_hub.i18n.units import unit_name

_MINUTE_MS = 60_000
_JUST_NOW = timedelta(minutes=2)


def N_(message: str) -> str:  # noqa: N802  the name that gettext's tools look for
    """Mark a sentence for translation that is looked up later."""
    return message


_WINDOWS: Mapping[Window, str] = {
    Window.AT_ONCE: N_("at the same time"),
    Window.DAY: N_("today"),
    Window.WEEK: N_("this week"),
    Window.MONTH: N_("this month"),
    Window.ROLLING: N_("in any %(days)s days"),
    Window.WORKSHOP: N_("in the whole workshop"),
    Window.TOTAL: N_("in all"),
}


def limit_title(limit: Allowance, translator: Translator, profile: str = "") -> str:
    """What a limit counts and over which time: ``CPU-hours · this month``; and where it is one's
    alone, of which workshop or ``profile``."""
    _ = translator.gettext
    what = _("Budget") if limit.is_budget else unit_name(limit.unit, translator)
    # The last day alone is today.
    window = Window.DAY if limit.days == 1 else limit.window
    over = _(_WINDOWS[window], days=translator.number(limit.days))
    workshop = _("“%(title)s”", title=limit.workshop) if limit.workshop else ""
    return " · ".join(filter(None, (what, over, workshop, profile)))


def month_name(on: date, translator: Translator) -> str:
    """``November 2026``."""
    return format_skeleton("yMMMM", on, locale=translator.locale)


def short_day(on: date, translator: Translator) -> str:
    """``Sat, Nov 21``."""
    return format_skeleton("MMMEd", on, locale=translator.locale)


def clock(at: datetime, zone: str, now: datetime, translator: Translator) -> str:
    """The time of day in a zone, with its date when that is not today's."""
    day, time = day_and_time(at, zone, translator.locale)
    return time if local_day(at, zone) == local_day(now, zone) else f"{day}, {time}"


def duration(ms: int, translator: Translator) -> str:
    """``12 min``, ``2 h 10 min``, ``3 d 4 h``."""
    minutes = ms // _MINUTE_MS
    hours, minutes = divmod(minutes, 60)
    days, hours_of_day = divmod(hours, 24)
    if days:
        return translator.gettext("%(days)s d %(hours)s h", days=days, hours=hours_of_day)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def ago(at: datetime, now: datetime, translator: Translator) -> str:
    """``12 minutes ago``; activity is known to a few minutes only, so not to the second."""
    past = timedelta(milliseconds=milliseconds(at, now))
    if past < _JUST_NOW:
        return translator.gettext("just now")
    return format_timedelta(
        -past, granularity="minute", add_direction=True, locale=translator.locale
    )
