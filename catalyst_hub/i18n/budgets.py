"""Budgets in words: what each step means, and what people are told when one is reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from catalyst_hub.core.budget import Step
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n.translator import N_, Translator

_MEANS: Mapping[Step, str] = MappingProxyType(
    {
        Step.TELL: N_("Champions and the people who run this hub are told."),
        Step.HIDE_SIZES: N_("Sizes that cost more are put aside: they cannot be started."),
        Step.CLOSE: N_("Only servers of workshops can be started; what runs goes on."),
        Step.DRAIN: N_(
            "Nothing that costs money can be started, and servers that run are stopped after"
            " notice."
        ),
    }
)

#: The hour matters only of what ends within this time.
_SOON = timedelta(days=2)
_BY_AVERAGE = N_("At this pace the budget is empty on %(when)s.")
_BY_RUNNING = N_("If the servers that run now go on, the budget is empty on %(when)s.")


def step_text(step: Step, speak: Translator) -> str:
    """What follows from a step, in a sentence."""
    return speak.gettext(_MEANS[step])


def percent_text(part: int, whole: int, speak: Translator) -> str:
    """``90%``, rounded down, at most all of it; of nothing, all is used."""
    percent = min(100, 100 * part // whole) if whole > 0 else 100
    return speak.percent(percent)


def step_words(facts: Mapping[str, object], speak: Translator) -> dict[str, str]:
    """The words of a mail about a step, from the facts that were queued with it; none where it is
    about something else. What a step of a later version means is not told."""
    step = str(facts.get("step", ""))
    if not step:
        return {}
    taken, credit = _number(facts["taken"]), _number(facts["credit"])
    currency = str(facts["currency"])
    return {
        "percent": percent_text(taken, credit, speak),
        "taken": speak.amount(Unit.MONEY, taken, currency),
        "credit": speak.amount(Unit.MONEY, credit, currency),
        "means": step_text(Step(step), speak) if step in set(Step) else "",
    }


def money_text(facts: Mapping[str, object], speak: Translator) -> str:
    """How much was paid in or taken back; empty where the facts are of something else."""
    micros = facts.get("micros")
    currency = str(facts.get("currency"))
    return speak.amount(Unit.MONEY, micros, currency) if isinstance(micros, int) else ""


def _number(fact: object) -> int:
    return fact if isinstance(fact, int) else 0


def pace_text(facts: Mapping[str, object], told_at: datetime, speak: Translator) -> str:
    """How long the budget of a step lasts, if it goes on like this; empty: the facts do not say,
    or nothing is left."""
    gone, empty_at = facts.get("gone_percent"), facts.get("empty_at")
    said = []
    if isinstance(gone, int):
        over = speak.percent(gone)
        said.append(speak.gettext("%(gone)s of the budget's time is over.", gone=over))
    if isinstance(empty_at, str):
        sentence = _BY_RUNNING if facts.get("by_running") else _BY_AVERAGE
        at, zone = datetime.fromisoformat(empty_at), str(facts.get("zone"))
        is_soon = at - told_at < _SOON
        when = speak.instant(at, zone) if is_soon else speak.day(local_day(at, zone))
        said.append(speak.gettext(sentence, when=when))
    elif said:
        said.append(speak.gettext("At this pace the budget lasts."))
    return " ".join(said)


def resets_text(facts: Mapping[str, object], speak: Translator) -> str:
    """When the budget of the facts starts anew; empty: it does not."""
    resets_at = facts.get("resets_at")
    if not isinstance(resets_at, str):
        return ""
    when = speak.instant(datetime.fromisoformat(resets_at), str(facts.get("zone")))
    return speak.gettext("The budget starts anew on %(when)s.", when=when)
