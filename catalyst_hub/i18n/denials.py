"""A denial as sentences: what, how much, until when, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.i18n.budget_denials import budget_until, budget_what
from catalyst_hub.i18n.quota_denials import numbers, quota_until, quota_what
from catalyst_hub.i18n.translator import Translator


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
        words = numbers(denied, allowance, translator, title)
        return budget_what(denied.code, allowance, words, translator)
    return quota_what(denied, allowance, translator, title)


def _without_numbers(denied: Denied, translator: Translator, title: str) -> str:
    template = _templates(denied, translator)[denied.code]
    what = template % {"community": title, "name": denied.name or ""}
    if denied.known:
        what += " " + translator.gettext("Possible: %(words)s.", words=", ".join(denied.known))
    return what


def _templates(denied: Denied, translator: Translator) -> Mapping[Code, str]:
    _ = translator.gettext
    return {
        Code.NO_COMMUNITY: _("You do not belong to any community of this hub yet."),
        Code.NOT_A_MEMBER: _("There is no community “%(name)s” that you belong to."),
        Code.CONSENT_NEEDED: _(
            "This server belongs to somebody else. You can start it for them only while they allow"
            " it on their own page."
        ),
        Code.BEING_REMOVED: _(
            "This account was for a workshop that is over or does not take place. It is being"
            " removed with its files, so nothing can be started with it."
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
    return quota_until(denied, limit, translator)


def question(contact: str | None, translator: Translator) -> str:
    """Whom to ask."""
    if contact:
        return translator.gettext("Questions? Ask %(contact)s.", contact=contact)
    return translator.gettext("Questions? Ask the people who run this hub.")
