"""A quota in the way, as sentences: the number, whose it is, and when there is room again."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.denial import Allowance, Denied, LimitScope
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import CALENDAR, Window
from catalyst_hub.i18n.translator import N_, Translator


def quota_what(denied: Denied, limit: Allowance, translator: Translator, title: str) -> str:
    """Which limit it is, and its numbers; ``title`` is the community's."""
    owner = title
    if limit.scope is LimitScope.WORKSHOP:
        owner = translator.gettext("“%(title)s”", title=limit.workshop)
    words = numbers(denied, limit, translator, owner)
    by_window = _at_once if limit.window is Window.AT_ONCE else _over_time
    what = by_window(denied, limit, translator, words)
    if denied.profile is None:
        return what
    profile = text_in(denied.profile, translator.language)
    return " ".join((what, translator.gettext("This limit is for %(profile)s.", profile=profile)))


def quota_until(denied: Denied, limit: Allowance, translator: Translator) -> str:
    """When there is room for it, or what to do instead."""
    _ = translator.gettext
    if limit.window is Window.AT_ONCE:
        return _waiting(denied.asked > limit.limit, limit, translator)
    if limit.resets_at is not None:
        when = translator.instant(limit.resets_at, denied.zone)
        if not limit.left:
            return _("You can start again from %(when)s.", when=when)
        if limit.window in CALENDAR:
            return _("A smaller size may still fit; everything starts anew on %(when)s.", when=when)
        return _("A smaller size may still fit; this one does from %(when)s on.", when=when)
    if limit.window is not Window.TOTAL:
        return "" if limit.unit is Unit.SERVER_HOURS else _("Choose a smaller size.")
    if limit.left and limit.unit is not Unit.SERVER_HOURS:
        return _("A smaller size may still fit; this limit does not start anew by itself.")
    return _("This limit does not start anew by itself; somebody has to raise it.")


def numbers(denied: Denied, limit: Allowance, translator: Translator, title: str) -> dict[str, str]:
    """The amounts of a limit in words, and whose it is."""

    def amount(value: int) -> str:
        return translator.amount(limit.unit, value, denied.currency)

    return {
        "community": title,
        "used": amount(limit.used + limit.held),
        "left": amount(limit.left),
        "limit": amount(limit.limit),
        "asked": amount(denied.asked),
    }


def _at_once(
    denied: Denied, limit: Allowance, translator: Translator, words: Mapping[str, str]
) -> str:
    _ = translator.gettext
    is_shared = limit.scope is not LimitScope.PERSON
    if limit.unit is Unit.SERVERS and limit.limit == 0:
        return _("%(community)s has no seats at present.", community=words["community"])
    if limit.unit is Unit.SERVERS and is_shared:
        seats = translator.number(limit.limit)
        return translator.ngettext(
            "The only seat of %(community)s is taken.",
            "All %(n)s seats of %(community)s are taken.",
            limit.limit,
            n=seats,
            community=words["community"],
        )
    if denied.asked > limit.limit:
        return _("This takes %(asked)s; no more than %(limit)s is allowed at once.", **words)
    if is_shared:
        return _(
            "%(community)s is using %(used)s of its %(limit)s; this would take %(asked)s more.",
            **words,
        )
    if limit.unit is Unit.SERVERS:
        return _("You are running %(used)s already; you may run %(limit)s at once.", **words)
    return _("You are using %(used)s of your %(limit)s; this would take %(asked)s more.", **words)


def _waiting(is_too_large: bool, limit: Allowance, translator: Translator) -> str:
    _ = translator.gettext
    if is_too_large:
        return "" if limit.unit is Unit.SERVERS else _("Choose a smaller size.")
    if limit.scope is LimitScope.PERSON:
        return _("Stop a server of yours first, or choose a smaller size.")
    if limit.unit is Unit.SERVERS:
        return _("A seat is free as soon as somebody stops a server.")
    return _("Choose a smaller size, or try again when somebody has stopped a server.")


def _over_time(
    denied: Denied, limit: Allowance, translator: Translator, words: Mapping[str, str]
) -> str:
    if limit.scope is LimitScope.PERSON:
        by_window = _NEARLY_PERSON if limit.left else _PERSON
    else:
        by_window = _NEARLY_COMMUNITY if limit.left else _COMMUNITY
    # The last day alone is today.
    window = Window.DAY if limit.days == 1 else limit.window
    of_window = {"days": translator.number(limit.days), "workshop": limit.workshop}
    return translator.gettext(by_window[window], **words, **of_window)


_COMMUNITY: Mapping[Window, str] = {
    Window.DAY: N_("%(community)s has used %(used)s of its %(limit)s for today."),
    Window.WEEK: N_("%(community)s has used %(used)s of its %(limit)s for this week."),
    Window.MONTH: N_("%(community)s has used %(used)s of its %(limit)s for this month."),
    Window.ROLLING: N_(
        "%(community)s has used %(used)s of its %(limit)s for the last %(days)s days."
    ),
    Window.WORKSHOP: N_("%(community)s has used %(used)s of its %(limit)s for all of its days."),
    Window.TOTAL: N_("%(community)s has used %(used)s of its %(limit)s in all."),
}
_PERSON: Mapping[Window, str] = {
    Window.DAY: N_("You have used %(used)s of your %(limit)s for today."),
    Window.WEEK: N_("You have used %(used)s of your %(limit)s for this week."),
    Window.MONTH: N_("You have used %(used)s of your %(limit)s for this month."),
    Window.ROLLING: N_("You have used %(used)s of your %(limit)s for the last %(days)s days."),
    Window.WORKSHOP: N_("You have used %(used)s of your %(limit)s for “%(workshop)s”."),
    Window.TOTAL: N_("You have used %(used)s of your %(limit)s in all."),
}

#: Something is left, but less than this size sets aside when it starts.
_NEARLY_COMMUNITY: Mapping[Window, str] = {
    Window.DAY: N_(
        "%(community)s has only %(left)s of its %(limit)s left today, and this size needs"
        " %(asked)s to start."
    ),
    Window.WEEK: N_(
        "%(community)s has only %(left)s of its %(limit)s left this week, and this size needs"
        " %(asked)s to start."
    ),
    Window.MONTH: N_(
        "%(community)s has only %(left)s of its %(limit)s left this month, and this size needs"
        " %(asked)s to start."
    ),
    Window.ROLLING: N_(
        "%(community)s has only %(left)s of its %(limit)s for the last %(days)s days left, and this"
        " size needs %(asked)s to start."
    ),
    Window.WORKSHOP: N_(
        "%(community)s has only %(left)s of its %(limit)s for all of its days left, and this size"
        " needs %(asked)s to start."
    ),
    Window.TOTAL: N_(
        "%(community)s has only %(left)s of its %(limit)s left in all, and this size needs"
        " %(asked)s to start."
    ),
}
_NEARLY_PERSON: Mapping[Window, str] = {
    Window.DAY: N_(
        "You have only %(left)s of your %(limit)s left today, and this size needs %(asked)s to"
        " start."
    ),
    Window.WEEK: N_(
        "You have only %(left)s of your %(limit)s left this week, and this size needs %(asked)s"
        " to start."
    ),
    Window.MONTH: N_(
        "You have only %(left)s of your %(limit)s left this month, and this size needs %(asked)s"
        " to start."
    ),
    Window.ROLLING: N_(
        "You have only %(left)s of your %(limit)s for the last %(days)s days left, and this size"
        " needs %(asked)s to start."
    ),
    Window.WORKSHOP: N_(
        "You have only %(left)s of your %(limit)s for “%(workshop)s” left, and this size needs"
        " %(asked)s to start."
    ),
    Window.TOTAL: N_(
        "You have only %(left)s of your %(limit)s left in all, and this size needs %(asked)s to"
        " start."
    ),
}
