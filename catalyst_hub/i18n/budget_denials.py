"""A denial for the sake of a budget as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.denial import Allowance, Code, Denied
from catalyst_hub.core.window import Window
from catalyst_hub.i18n.budgets import percent_text
from catalyst_hub.i18n.translator import N_, Translator

#: Codes that mean the budget although something of it is left.
OF_STEPS = frozenset({Code.BUDGET_CLOSED, Code.BUDGET_SIZES})

_STEPS: Mapping[Code, str] = {
    Code.BUDGET_CLOSED: N_(
        "%(percent)s of the budget of %(community)s is used up; the rest is for servers that run"
        " already and for workshops."
    ),
    Code.BUDGET_SIZES: N_(
        "%(percent)s of the budget of %(community)s is used up, so its larger sizes are put aside."
    ),
}
_SPENT: Mapping[Window, str] = {
    Window.DAY: N_(
        "The budget of %(community)s for today is spent: %(used)s of %(limit)s, running servers"
        " included."
    ),
    Window.WEEK: N_(
        "The budget of %(community)s for this week is spent: %(used)s of %(limit)s, running"
        " servers included."
    ),
    Window.MONTH: N_(
        "The budget of %(community)s for this month is spent: %(used)s of %(limit)s, running"
        " servers included."
    ),
    Window.TOTAL: N_(
        "The prepaid credit of %(community)s is spent: %(used)s of %(limit)s, running servers"
        " included."
    ),
}
#: Something is left, but less than this size sets aside when it starts.
_NEARLY_SPENT: Mapping[Window, str] = {
    Window.DAY: N_(
        "The budget of %(community)s for today is nearly spent: %(left)s of %(limit)s is left,"
        " and this size needs %(asked)s to start."
    ),
    Window.WEEK: N_(
        "The budget of %(community)s for this week is nearly spent: %(left)s of %(limit)s is left,"
        " and this size needs %(asked)s to start."
    ),
    Window.MONTH: N_(
        "The budget of %(community)s for this month is nearly spent: %(left)s of %(limit)s is"
        " left, and this size needs %(asked)s to start."
    ),
    Window.TOTAL: N_(
        "The prepaid credit of %(community)s is nearly spent: %(left)s of %(limit)s is left, and"
        " this size needs %(asked)s to start."
    ),
}


def budget_what(
    code: Code, limit: Allowance, words: Mapping[str, str], translator: Translator
) -> str:
    """What is in the way; ``words`` are the numbers of the limit as people write them."""
    if code in OF_STEPS:
        percent = percent_text(limit.used + limit.held, limit.limit, translator)
        return translator.gettext(_STEPS[code], percent=percent, **words)
    template = (_NEARLY_SPENT if limit.left else _SPENT)[limit.window]
    return translator.gettext(template, **words)


def budget_until(denied: Denied, limit: Allowance, translator: Translator) -> str:
    """When it helps to come back, and what helps until then."""
    _ = translator.gettext
    is_smaller = denied.code is Code.BUDGET_SIZES or (
        denied.code is Code.BUDGET_SPENT and bool(limit.left)
    )
    if limit.resets_at is None:
        if is_smaller:
            return _("A smaller size may still fit; or ask that credit is paid in.")
        return _("You can start again as soon as credit is paid in.")
    when = translator.instant(limit.resets_at, denied.zone)
    if is_smaller:
        return _("A smaller size may still fit; everything starts anew on %(when)s.", when=when)
    return _("You can start again from %(when)s.", when=when)


def put_aside_text(denied: Denied, translator: Translator, title: str) -> str:
    """Why some sizes are not shown, and until when; ``title`` is the community's."""
    limit = denied.allowance
    if limit is None:
        return ""
    what = budget_what(Code.BUDGET_SIZES, limit, {"community": title}, translator)
    if limit.resets_at is None:
        until = translator.gettext("They come back when credit is paid in.")
    else:
        when = translator.instant(limit.resets_at, denied.zone)
        until = translator.gettext("They come back on %(when)s.", when=when)
    return f"{what} {until}"
