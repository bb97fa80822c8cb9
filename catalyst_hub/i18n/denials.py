"""A denial as sentences: what, how much, until when, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.i18n.budget_denials import budget_until, budget_what
from catalyst_hub.i18n.translator import N_, Translator


@dataclass(frozen=True, slots=True)
class DenialText:
    """A denial in one language. ``until`` is empty when no date helps."""

    what: str
    until: str
    ask: str

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        return " ".join(filter(None, (self.what, self.until, self.ask)))


def denial_sentence(denied: Denied, translator: Translator, community_title: str = "") -> str:
    """The whole denial in one line; without a title the community goes by its slug."""
    return denial_text(denied, translator, community_title).sentence


def denial_text(denied: Denied, translator: Translator, community_title: str = "") -> DenialText:
    """The parts of a denial, for pages that show them one by one."""
    title = community_title or denied.community or ""
    return DenialText(
        what=_what(denied, translator, title),
        until=_until(denied, translator),
        ask=question(denied.contact, translator),
    )


def _what(denied: Denied, translator: Translator, title: str) -> str:
    allowance = denied.allowance
    if allowance is None:
        return _without_numbers(denied, translator, title)
    if allowance.is_budget:
        words = _numbers(denied, allowance, translator, title)
        return budget_what(denied.code, allowance, words, translator)
    if allowance.resets_at is None:
        return _at_once(denied, allowance, translator, title)
    return _over_time(denied, allowance, translator, title)


def _without_numbers(denied: Denied, translator: Translator, title: str) -> str:
    _ = translator.gettext
    templates: Mapping[Code, str] = {
        Code.NO_COMMUNITY: _("You do not belong to any community of this hub yet."),
        Code.NOT_A_MEMBER: _("There is no community “%(name)s” that you belong to."),
        Code.CONSENT_NEEDED: _(
            "This server belongs to somebody else. You can start it for them only while they allow"
            " it on their own page."
        ),
        Code.TERMS_NOT_ACCEPTED: _(
            "Whose server it is has to accept the terms of use of %(community)s first, on the hub's"
            " page hub/terms/%(name)s."
        ),
        Code.MALFORMED_CHOICE: _("The hub does not understand what you chose."),
        Code.UNKNOWN_PROFILE: _("%(community)s does not offer “%(name)s”."),
        Code.UNKNOWN_SIZE: _("The size “%(name)s” is not on offer."),
        Code.UNKNOWN_INTERFACE: _("It cannot be opened in “%(name)s”."),
        Code.UNFIT_IMAGE: _("The image “%(name)s” cannot be started here.")
        if denied.name
        else _("Write in which image you want to start."),
        Code.QUOTA_AT_ONCE: _("A limit of %(community)s is reached."),
        Code.QUOTA_WINDOW: _("A limit of %(community)s is reached."),
        **dict.fromkeys(
            (Code.BUDGET_SPENT, Code.BUDGET_CLOSED, Code.BUDGET_SIZES),
            _("The budget of %(community)s is spent."),
        ),
        Code.NOT_ENFORCED: _(
            "The money of %(community)s is limited, and at present nobody watches over it. So"
            " nothing that costs money can be started."
        ),
        Code.MAINTENANCE: _("%(community)s is paused for maintenance: nothing new can be started."),
        Code.STORE_UNAVAILABLE: _("The hub cannot look up your limits right now."),
    }
    what = templates[denied.code] % {"community": title, "name": denied.name or ""}
    if denied.known:
        what += " " + _("Possible: %(words)s.", words=", ".join(denied.known))
    return what


def _at_once(denied: Denied, limit: Allowance, translator: Translator, title: str) -> str:
    _ = translator.gettext
    if limit.unit is Unit.SERVERS and limit.limit == 0:
        return _("%(community)s has no seats at present.", community=title)
    if limit.unit is Unit.SERVERS and limit.scope is LimitScope.COMMUNITY:
        seats = translator.number(limit.limit)
        return translator.ngettext(
            "The only seat of %(community)s is taken.",
            "All %(n)s seats of %(community)s are taken.",
            limit.limit,
            n=seats,
            community=title,
        )
    words = _numbers(denied, limit, translator, title)
    if denied.asked > limit.limit:
        return _("This takes %(asked)s; no more than %(limit)s is allowed at once.", **words)
    if limit.scope is LimitScope.COMMUNITY:
        return _(
            "%(community)s is using %(used)s of its %(limit)s; this would take %(asked)s more.",
            **words,
        )
    if limit.unit is Unit.SERVERS:
        return _("You are running %(used)s already; you may run %(limit)s at once.", **words)
    return _("You are using %(used)s of your %(limit)s; this would take %(asked)s more.", **words)


def _over_time(denied: Denied, limit: Allowance, translator: Translator, title: str) -> str:
    words = _numbers(denied, limit, translator, title)
    if limit.scope is LimitScope.COMMUNITY:
        by_window = _NEARLY_COMMUNITY if limit.left else _COMMUNITY
    else:
        by_window = _NEARLY_PERSON if limit.left else _PERSON
    return translator.gettext(by_window[limit.window], **words)


def _numbers(
    denied: Denied, limit: Allowance, translator: Translator, title: str
) -> dict[str, str]:
    def amount(value: int) -> str:
        return translator.amount(limit.unit, value, denied.currency)

    return {
        "community": title,
        "used": amount(limit.used + limit.held),
        "left": amount(limit.left),
        "limit": amount(limit.limit),
        "asked": amount(denied.asked),
    }


_COMMUNITY: Mapping[Window, str] = {
    Window.DAY: N_("%(community)s has used %(used)s of its %(limit)s for today."),
    Window.WEEK: N_("%(community)s has used %(used)s of its %(limit)s for this week."),
    Window.MONTH: N_("%(community)s has used %(used)s of its %(limit)s for this month."),
}
_PERSON: Mapping[Window, str] = {
    Window.DAY: N_("You have used %(used)s of your %(limit)s for today."),
    Window.WEEK: N_("You have used %(used)s of your %(limit)s for this week."),
    Window.MONTH: N_("You have used %(used)s of your %(limit)s for this month."),
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
}


def _until(denied: Denied, translator: Translator) -> str:
    _ = translator.gettext
    if denied.code in (Code.STORE_UNAVAILABLE, Code.NOT_ENFORCED):
        return _("Please try again in a few minutes.")
    if denied.until is not None:
        when = translator.instant(denied.until, denied.zone)
        return _("You can start again from %(when)s.", when=when)
    limit = denied.allowance
    if limit is None:
        return ""
    if limit.is_budget:
        return budget_until(denied, limit, translator)
    if limit.resets_at is None:
        return _waiting(denied.asked > limit.limit, limit, translator)
    when = translator.instant(limit.resets_at, denied.zone)
    if limit.left:
        return _("A smaller size may still fit; everything starts anew on %(when)s.", when=when)
    return _("You can start again from %(when)s.", when=when)


def _waiting(is_too_large: bool, limit: Allowance, translator: Translator) -> str:
    _ = translator.gettext
    if is_too_large:
        return "" if limit.unit is Unit.SERVERS else _("Choose a smaller size.")
    if limit.scope is LimitScope.PERSON:
        return _("Stop a server of yours first, or choose a smaller size.")
    if limit.unit is Unit.SERVERS:
        return _("A seat is free as soon as somebody stops a server.")
    return _("Choose a smaller size, or try again when somebody has stopped a server.")


def question(contact: str | None, translator: Translator) -> str:
    """Whom to ask."""
    if contact:
        return translator.gettext("Questions? Ask %(contact)s.", contact=contact)
    return translator.gettext("Questions? Ask the people who run this hub.")
