"""Exceptions in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import Exemption, last_day
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.i18n.translator import N_, Translator

_SENTENCES: Mapping[Window, str] = {
    Window.AT_ONCE: N_("%(amount)s more at the same time, until the end of %(day)s"),
    Window.DAY: N_("%(amount)s more each day, until the end of %(day)s"),
    Window.WEEK: N_("%(amount)s more each week, until the end of %(day)s"),
    Window.MONTH: N_("%(amount)s more each month, until the end of %(day)s"),
    Window.WORKSHOP: N_("%(amount)s more for the workshop, until the end of %(day)s"),
}
_OTHER = N_("%(amount)s more, until the end of %(day)s")
_PER: Mapping[Window, str] = {
    Window.AT_ONCE: N_("%(amount)s at the same time"),
    Window.DAY: N_("%(amount)s each day"),
    Window.WEEK: N_("%(amount)s each week"),
    Window.MONTH: N_("%(amount)s each month"),
    Window.ROLLING: N_("%(amount)s in any %(days)s days"),
    Window.WORKSHOP: N_("%(amount)s for each workshop"),
    Window.TOTAL: N_("%(amount)s in all"),
}


#: Units whose amounts do not say of what.
_OF: Mapping[Unit, str] = {
    Unit.SERVER_HOURS: N_("%(amount)s of server time"),
    Unit.MEMORY: N_("%(amount)s of memory"),
}


def _amount(unit: Unit, amount: int, currency: str, translator: Translator) -> str:
    text = translator.amount(unit, amount, currency)
    return translator.gettext(_OF[unit], amount=text) if unit in _OF else text


def per_window(
    one: Limit | Exemption, currency: str, translator: Translator, profile_title: str = ""
) -> str:
    """``4 CPU-hours each day``; of one profile only, its title follows."""
    amount = _amount(one.unit, one.amount, currency, translator)
    text = translator.gettext(_PER[one.window]) % {"amount": amount, "days": one.days}
    return f"{text} · {profile_title}" if profile_title else text


def extra(
    unit: Unit, window: Window, amount: int, currency: str, last_on: date, translator: Translator
) -> str:
    """``5 GPU-hours more each month, until the end of Nov 30, 2026``: no sentence of its own."""
    more = _amount(unit, amount, currency, translator)
    template = _SENTENCES.get(window, _OTHER)
    return translator.gettext(template, amount=more, day=translator.day(last_on))


def exemption_text(exemption: Exemption, community: Community, translator: Translator) -> str:
    """The same of one of a community; where it is for one profile, its title comes last."""
    unit, window, amount = exemption.unit, exemption.window, exemption.amount
    last_on = last_day(exemption, community.zone)
    more = extra(unit, window, amount, community.currency, last_on, translator)
    slug = exemption.profile
    if slug is None:
        return more
    profile = community.profile(slug)
    return f"{more} · {text_in(profile.title, translator.language) if profile else slug}"


def given_text(exemption: Exemption, community: Community, translator: Translator) -> str:
    """The same as a sentence for whoever has it."""
    return translator.gettext(
        "In %(community)s you have %(what)s.",
        community=text_in(community.title, translator.language),
        what=exemption_text(exemption, community, translator),
    )


def extra_in(
    facts: Mapping[str, object],
    translator: Translator,
    profiles: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The same of what a mail or the audit knows of one; empty: it is about something else. Where
    it is for one profile, its title, in ``profiles`` by slug, comes last."""
    names = ("unit", "window", "amount", "currency", "last_on")
    unit, window, amount, currency, last_on = (str(facts.get(name, "")) for name in names)
    if unit not in set(Unit) or window not in set(Window) or not amount.isdigit():
        return ""
    day = date.fromisoformat(last_on)
    more = extra(Unit(unit), Window(window), int(amount), currency, day, translator)
    profile = str(facts.get("profile") or "")
    return f"{more} · {profiles.get(profile, profile)}" if profile else more
