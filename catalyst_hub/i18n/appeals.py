"""The limit that somebody asks about, in words."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.resources import AT_ONCE, Unit
from catalyst_hub.core.window import Window
from catalyst_hub.i18n.translator import N_, Translator
from catalyst_hub.i18n.units import unit_name

_OVER: Mapping[str, str] = {
    Window.DAY: N_("%(used)s of %(limit)s today"),
    Window.WEEK: N_("%(used)s of %(limit)s this week"),
    Window.MONTH: N_("%(used)s of %(limit)s this month"),
}


def obstacle_text(
    facts: Mapping[str, object], titles: Mapping[str, str], translator: Translator
) -> str:
    """``CPU-hours: 4 h of 5 h today``, from the facts of an appeal; of a limit that all share, or
    on servers of one profile, it says so. ``titles`` are those of profiles by slug; one that is
    gone goes by its slug. Facts that nobody understands any more say nothing."""
    unit = str(facts.get("unit"))
    if unit not in set(Unit):
        return ""
    is_budget = bool(facts.get("is_budget"))
    name = translator.gettext("Budget") if is_budget else unit_name(Unit(unit), translator)
    whose = "" if facts.get("scope") == LimitScope.PERSON else translator.gettext("of all together")
    profile = str(facts.get("profile") or "")
    about = ", ".join(filter(None, (name, titles.get(profile, profile), whose)))
    return f"{about}: {_numbers(Unit(unit), facts, translator)}"


def _numbers(unit: Unit, facts: Mapping[str, object], translator: Translator) -> str:
    used = _whole(facts, "used") + (0 if unit in AT_ONCE else _whole(facts, "held"))
    currency = str(facts.get("currency"))
    words = {
        "used": translator.amount(unit, used, currency),
        "limit": translator.amount(unit, _whole(facts, "limit"), currency),
    }
    template = _OVER.get(str(facts.get("window")), N_("%(used)s of %(limit)s"))
    return translator.gettext(template, **words)


def _whole(facts: Mapping[str, object], name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0
