"""A maintenance as people read it: what, from when to when, and what becomes of their servers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.maintenance import Maintenance, Objection
from catalyst_hub.core.profile import text_in
from catalyst_hub.i18n.formats import city, day_and_time
from catalyst_hub.i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class MaintenanceText:
    """``what`` and when; ``message`` is the operator's own; ``more``: what runs, and what not.
    ``is_on``: it is going on now."""

    what: str
    message: str
    more: str
    is_on: bool


def maintenance_text(
    maintenance: Maintenance, title: str, zone: str, now: datetime, translator: Translator
) -> MaintenanceText:
    """What stands on a page; ``title`` is the hub's or the community's, times are in ``zone``."""
    pause, is_on = maintenance.pause, maintenance.is_on(now)
    return MaintenanceText(
        _what(maintenance, title, zone, now, translator),
        text_in(pause.message, translator.language),
        _more(maintenance, zone, now, translator),
        is_on,
    )


def _what(
    maintenance: Maintenance, title: str, zone: str, now: datetime, translator: Translator
) -> str:
    _, pause = translator.gettext, maintenance.pause
    if not maintenance.is_on(now) and pause.ends_at:
        return _(
            "%(title)s: maintenance from %(start)s until %(end)s (%(city)s time)",
            title=title,
            **_from_until(pause.starts_at, pause.ends_at, zone, translator),
        )
    if not maintenance.is_on(now):
        start = translator.instant(pause.starts_at, zone)
        return _("%(title)s: maintenance from %(start)s", title=title, start=start)
    if pause.ends_at:
        end = translator.instant(pause.ends_at, zone)
        return _("%(title)s: maintenance until %(end)s", title=title, end=end)
    return _("%(title)s: maintenance now", title=title)


def _from_until(
    starts_at: datetime, ends_at: datetime, zone: str, translator: Translator
) -> dict[str, str]:
    """Whose time it is stands there once, and a day that is the same for both."""
    start, end = (day_and_time(at, zone, translator.locale) for at in (starts_at, ends_at))
    return {
        "start": ", ".join(start),
        "end": end[1] if start[0] == end[0] else ", ".join(end),
        "city": city(zone, translator.locale),
    }


def _more(maintenance: Maintenance, zone: str, now: datetime, translator: Translator) -> str:
    _, drain_at = translator.gettext, maintenance.pause.drain_at
    starts = _("No server can be started meanwhile.")
    if drain_at is None:
        return starts + " " + _("Servers that run go on running.")
    if drain_at <= now:
        return starts + " " + _("Servers that ran have been stopped. Your files are kept.")
    when = translator.instant(drain_at, zone)
    runs = _("Running servers are stopped on %(when)s: save your work before then.", when=when)
    return starts + " " + runs


def objection_text(objection: Objection, translator: Translator) -> str:
    """What is wrong with a maintenance that somebody wants to announce."""
    _ = translator.gettext
    return {
        Objection.NO_MESSAGE: _("Write what people should know."),
        Objection.TOO_LONG: _("The message is too long: 500 letters at most."),
        Objection.UNKNOWN_COMMUNITY: _("There is no such community."),
        Objection.ENDS_BEFORE_START: _("The end has to be after the start."),
        Objection.ENDS_IN_THE_PAST: _("The end is over already."),
        Objection.TOO_FAR: _("Please look at the year: that is more than five years away."),
        Objection.DRAINS_OUTSIDE: _(
            "Servers can be stopped at the start of the maintenance or later, before its end."
        ),
    }[objection]
