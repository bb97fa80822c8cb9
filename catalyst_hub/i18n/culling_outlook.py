"""How it stands with a server: what counts as use, when it was used, when it would be stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from catalyst_hub.core.culling import Idleness, Outlook, Use
from catalyst_hub.core.culling_rules import CullingRules, SaidBy, Span
from catalyst_hub.core.notice import Ground, Notice, Reason
from catalyst_hub.core.server_report import FRESH
from catalyst_hub.core.session import Session
from catalyst_hub.core.trust import Doubt
from catalyst_hub.i18n.culling import duration_text, limit_text
from catalyst_hub.i18n.formats import day_and_time
from catalyst_hub.i18n.notices import Place, ground_text
from catalyst_hub.i18n.translator import N_, Translator

_USES: Mapping[Use, str] = MappingProxyType(
    {
        Use.STARTED: N_("It has not been used since it was started: %(when)s."),
        Use.TOUCHED: N_("Somebody last used it: %(when)s."),
        Use.WORKED: N_("It last computed something: %(when)s."),
        Use.OPEN: N_("A page of it was last open: %(when)s."),
        Use.ACTIVITY: N_("The hub last heard that it was used: %(when)s."),
    }
)
_DOUBTS: Mapping[Doubt, str] = MappingProxyType(
    {
        Doubt.HUB_STARTING: N_("The hub is starting: no server is stopped as unused now."),
        Doubt.HUB_NEW: N_("The hub has just started: no server is stopped as unused now."),
        Doubt.NOBODY_LOOKS: N_("Nobody watches the servers: none is stopped as unused now."),
    }
)
_SPARED: Mapping[SaidBy, str] = MappingProxyType(
    {
        SaidBy.DEFAULT_SERVERS: N_("Servers without a name are not stopped for want of use here."),
        SaidBy.NAMED_SERVERS: N_("Servers with a name are not stopped for want of use here."),
    }
)
_UNSURE = N_("What is known of use is not sure enough: no server is stopped as unused now.")
SILENT = N_(
    "The server does not say itself what it does (the extension is missing, or silent), so only"
    " what the hub hears counts: it hears nothing of computations that print nothing, and takes"
    " every open page for use."
)


def is_silent(session: Session, idle: Idleness, now: datetime) -> bool:
    """Whether it does not say itself what it does, and has had the time to."""
    began = session.running_at or session.reserved_at
    return not idle.is_reported and now - began > FRESH


def doubt_text(doubt: Doubt | None, speak: Translator) -> str:
    """Why nobody is taken for idle now; empty where nothing is in doubt."""
    return "" if doubt is None else speak.gettext(_DOUBTS.get(doubt, _UNSURE))


def use_text(idle: Idleness, zone: str, now: datetime, speak: Translator) -> str:
    """When it was used last, and by what."""
    return speak.gettext(_USES[idle.use], when=moment_text(idle.since, zone, now, speak))


def moment_text(at: datetime, zone: str, now: datetime, speak: Translator) -> str:
    """``14:05``; of another day ``Sat, Nov 21, 14:05``."""
    day, hour = day_and_time(at, zone, speak.locale)
    return hour if day == day_and_time(now, zone, speak.locale)[0] else f"{day}, {hour}"


def state_text(
    outlook: Outlook | None,
    ground: Ground | None,
    notice: Notice | None,
    zone: str,
    place: Place,
    now: datetime,
    speak: Translator,
) -> str:
    """What becomes of it: it is going to be stopped, something keeps it, or it runs on; with the
    reason. ``place`` is its community."""
    if ground is not None:
        stop_at = notice.stop_at if notice else ground.stop_at
        why = ground_text(ground.reason, ground.facts, place, speak)
        if stop_at is None:
            return why
        when = speak.gettext("Stops: %(when)s.", when=moment_text(stop_at, zone, now, speak))
        return f"{when} {why}"
    if outlook is None:
        return speak.gettext("It runs on.")
    return _shelter_text(outlook, zone, now, speak) or _next_text(outlook, zone, place, now, speak)


def _shelter_text(outlook: Outlook, zone: str, now: datetime, speak: Translator) -> str:
    shelter = outlook.shelter
    if shelter.workshop:
        return speak.gettext(
            "It is not stopped now: the workshop “%(workshop)s” takes place.",
            workshop=shelter.workshop,
        )
    if shelter.covers(Reason.IDLE, now) and shelter.spared_until is not None:
        return speak.gettext(
            "A champion keeps it from being stopped as unused until %(when)s.",
            when=moment_text(shelter.spared_until, zone, now, speak),
        )
    return ""


def _next_text(outlook: Outlook, zone: str, place: Place, now: datetime, speak: Translator) -> str:
    """The stop that comes next if nothing changes."""
    stop = next(iter(outlook.stops), None)
    if stop is None or stop.stop_at is None:
        return speak.gettext("It runs on: nothing would stop it.")
    words = {
        "when": moment_text(stop.stop_at, zone, now, speak),
        "limit": limit_text(stop.facts, place.profiles, speak),
    }
    if stop.reason is Reason.OVER_AGE:
        return speak.gettext("It runs on until %(when)s, %(limit)s after its start.", **words)
    return speak.gettext(
        "It runs on. Without any more use it would be stopped after %(limit)s: %(when)s.", **words
    )


def spared_text(rules: CullingRules, speak: Translator) -> str:
    """As what kind of server it is never stopped for want of use; empty: as none."""
    return "" if rules.spared_kind is None else speak.gettext(_SPARED[rules.spared_kind])


def rules_text(rules: CullingRules, speak: Translator) -> Iterator[str]:
    """What counts as use, and what the limits are, a sentence each."""
    if rules.idle.lasts is None:
        never = spared_text(rules, speak)
        yield never or speak.gettext("Servers are not stopped for want of use here.")
    else:
        idle = duration_text(rules.idle.lasts, speak)
        yield speak.gettext("A server is stopped after %(limit)s without use.", limit=idle)
        if rules.grace > rules.idle.lasts:
            grace = duration_text(rules.grace, speak)
            yield speak.gettext(
                "For %(grace)s after its start it is not stopped for want of use.",
                grace=grace,
            )
        yield speak.gettext(
            "Working in it counts as use: running a cell, typing, saving, opening a file."
        )
        yield _until(rules.unattended_work, _WORK, speak)
        yield _until(rules.open_tab, _TAB, speak)
    if rules.max_age.lasts is not None:
        lasts = duration_text(rules.max_age.lasts, speak)
        yield speak.gettext("Every server is stopped %(limit)s after its start.", limit=lasts)
    if rules.notices and (rules.idle.lasts or rules.max_age.lasts):
        times = [duration_text(before, speak) for before in rules.notices]
        yield speak.gettext(
            "You are told before: %(times)s before the stop.", times=", ".join(times)
        )


def _until(span: Span, template: Mapping[bool, str], speak: Translator) -> str:
    lasts = "" if span.lasts is None else duration_text(span.lasts, speak)
    return speak.gettext(template[bool(lasts)], limit=lasts)


#: Whether there is a ceiling.
_WORK: Mapping[bool, str] = {
    True: N_(
        "What it computes counts as well, with no page open and no connection, until %(limit)s"
        " after you last worked in it."
    ),
    False: N_("What it computes counts as well, with no page open and no connection."),
}
_TAB: Mapping[bool, str] = {
    True: N_("A page that is only open counts until %(limit)s after you last worked in it."),
    False: N_("A page that is only open counts, too."),
}
