"""A budget as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from catalyst_hub.champion.wording import N_
from catalyst_hub.core.budget import Step, TopUp
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.actors import actor_name
from catalyst_hub.i18n.budgets import percent_text, step_text
from catalyst_hub.usecases.show_budget import BudgetView

_PACE: Mapping[Window, str] = MappingProxyType(
    {
        Window.DAY: N_("%(spent)s of it is spent, and %(gone)s of the day is over."),
        Window.WEEK: N_("%(spent)s of it is spent, and %(gone)s of the week is over."),
        Window.MONTH: N_("%(spent)s of it is spent, and %(gone)s of the month is over."),
        Window.TOTAL: N_("%(spent)s is spent of what was there when it was last paid in."),
    }
)
_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step, what it means, and whether it is taken now."""

    percent: str
    means: str
    sizes: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class TopUpRow:
    """One payment; ``account`` is a hub name, or empty."""

    when: str
    name: str
    account: str
    amount: str
    reason: str
    is_back: bool


def pace_text(view: BudgetView, speak: Translator) -> str:
    """How fast it goes, and how long it lasts so; empty where nothing is spent."""
    if view.allowance.used <= 0:
        return ""
    spent = percent_text(view.allowance.used, view.allowance.limit, speak)
    gone = percent_text(view.pace.gone_percent or 0, 100, speak)
    said = speak.gettext(_PACE[view.allowance.window]) % {"spent": spent, "gone": gone}
    return f"{said} {_lasts(view, speak)}".strip()


def _lasts(view: BudgetView, speak: Translator) -> str:
    empty_at, zone = view.pace.empty_at, view.community.zone
    if not view.allowance.left:
        return ""
    if empty_at is None:
        # Few may run now, and many tomorrow: that does not last because of it.
        return "" if view.pace.by_running else speak.gettext("At this pace it lasts.")
    is_near = view.allowance.window is Window.DAY or _is_soon(view, empty_at)
    when = speak.instant(empty_at, zone) if is_near else speak.day(local_day(empty_at, zone))
    if view.pace.by_running:
        return speak.gettext(
            "If the servers that run now go on, it is empty on %(when)s.", when=when
        )
    return speak.gettext("At this pace it is empty on %(when)s.", when=when)


def _is_soon(view: BudgetView, empty_at: datetime) -> bool:
    """Whether the hour matters: what was paid in does not even last for two days."""
    paid_at = view.standing.frame.paid_at if view.standing.frame else None
    return paid_at is not None and empty_at - paid_at < _SOON


def step_rows(view: BudgetView, speak: Translator) -> list[StepRow]:
    """The steps in their order."""
    return [
        StepRow(
            percent_text(percent, 100, speak),
            step_text(step, speak),
            ", ".join(_hidden(view, speak)) if step is Step.HIDE_SIZES else "",
            step in view.standing.steps,
        )
        for step, percent in view.budget.steps
    ]


def _hidden(view: BudgetView, speak: Translator) -> Iterator[str]:
    for profile in view.community.profiles:
        for size in profile.sizes:
            if view.budget.hides(profile, size):
                words = (text_in(one.title, speak.language) for one in (profile, size))
                yield " – ".join(words)


def top_up_row(top_up: TopUp, view: BudgetView, speak: Translator) -> TopUpRow:
    """One payment in the reader's language."""
    person = view.people.get(top_up.made_by)
    return TopUpRow(
        when=speak.day(local_day(top_up.made_at, view.community.zone)),
        name=person.shown_as if person else actor_name(top_up.made_by, {}, speak),
        account=person.name if person else "",
        amount=speak.amount(Unit.MONEY, top_up.micros, top_up.currency),
        reason=top_up.reason,
        is_back=top_up.micros < 0,
    )


def as_object(view: BudgetView) -> dict[str, object]:
    """The same for programs: money in millionths of the currency."""
    allowance, resets_at = view.allowance, view.allowance.resets_at
    empty_at = view.pace.empty_at
    return {
        "currency": view.community.currency,
        "window": "prepaid" if view.budget.is_prepaid else view.budget.window,
        "credit": allowance.limit,
        "used": allowance.used,
        "held": allowance.held,
        "left": allowance.left,
        "set_aside": view.standing.set_aside,
        "step": view.standing.step,
        "resets_at": resets_at.isoformat() if resets_at else None,
        "empty_at": empty_at.isoformat() if empty_at else None,
        "top_ups": [_top_up_object(top_up) for top_up in view.top_ups],
    }


def _top_up_object(top_up: TopUp) -> dict[str, object]:
    return {
        "amount": top_up.micros,
        "reason": top_up.reason,
        "made_by": top_up.made_by,
        "made_at": top_up.made_at.isoformat(),
    }


def sums(view: BudgetView, community: Community, speak: Translator) -> list[tuple[str, str]]:
    """What the credit is made of, where it is more than what the file says; else nothing."""
    frame, currency, kept = view.standing.frame, community.currency, view.standing.set_aside
    parts: list[tuple[str, int]] = []
    if frame is not None and not view.budget.is_prepaid:
        starts_at = frame.current.starts_at
        paid_in = sum(top_up.micros for top_up in view.top_ups if top_up.made_at >= starts_at)
        rest = view.allowance.limit + kept - view.budget.micros - paid_in
        parts = [
            (speak.gettext("Given each time"), view.budget.micros),
            (speak.gettext("Paid in"), paid_in),
            (speak.gettext("Left from before, and exceptions"), rest),
        ]
    parts.append((speak.gettext("Set aside for workshops"), -kept))
    if not any(n for _, n in parts[1:]):
        return []
    return [(name, speak.amount(Unit.MONEY, n, currency)) for name, n in parts if n]
