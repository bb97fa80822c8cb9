"""Mail in words: a subject and a text for what the outbox has facts of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from catalyst_hub.core.community import Community
from catalyst_hub.core.language import choose_language
from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.workshop import WorkshopState
from catalyst_hub.i18n.budgets import pace_text, resets_text, step_words
from catalyst_hub.i18n.exemptions import extra_in
from catalyst_hub.i18n.notices import Place, again_text, ground_text, place_of
from catalyst_hub.i18n.translator import N_, Translator, translator

#: A display name is whatever its owner has told a provider; so much of it fits into a subject.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in one language: plain text, every value on one line."""

    subject: str
    body: str


_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        MailKind.REQUEST_RECEIVED: N_("%(by)s asks to join %(community)s"),
        MailKind.REQUEST_APPROVED: N_("Welcome to %(community)s"),
        MailKind.REQUEST_DECLINED: N_("Your request to join %(community)s"),
        MailKind.MEMBER_ADDED: N_("Welcome to %(community)s"),
        MailKind.MEMBER_REMOVED: N_("You do not belong to %(community)s any more"),
        MailKind.SERVER_NOTICE: N_("Your server in %(community)s will be stopped"),
        MailKind.BUDGET_STEP: N_("%(community)s has used %(percent)s of its budget"),
        MailKind.EXCEPTION_MADE: N_("More for you in %(community)s"),
        MailKind.EXCEPTION_REVOKED: N_("An exception for you in %(community)s has ended"),
        MailKind.APPEAL_RECEIVED: N_("%(by)s asks for more in %(community)s"),
        MailKind.APPEAL_DECLINED: N_("What you asked the champions of %(community)s"),
        MailKind.APPEAL_PAID: N_("There is money again in the budget of %(community)s"),
        MailKind.WORKSHOP_ASKED: N_("May this workshop of %(community)s take place?"),
        MailKind.WORKSHOP_GRANTED: N_("Your workshop in %(community)s takes place"),
        MailKind.WORKSHOP_DECLINED: N_("Your workshop in %(community)s"),
        MailKind.STORAGE_WARNING: N_("Your files take up nearly all of your space"),
        MailKind.FAREWELL: N_("Your account of the workshop “%(workshop)s” and its files will go"),
    }
)
_WHAT: Mapping[str, str] = MappingProxyType(
    {
        MailKind.REQUEST_RECEIVED: N_(
            "%(by)s asks to join %(community)s. Please look at the request and approve or decline "
            "it, on the page “Requests” of your community."
        ),
        MailKind.REQUEST_APPROVED: N_(
            "Your request was approved: you belong to %(community)s now and can start a server."
        ),
        MailKind.REQUEST_DECLINED: N_(
            "Thank you for your interest in %(community)s. Its champions have not let you in for "
            "now."
        ),
        MailKind.MEMBER_ADDED: N_(
            "%(by)s has added you: you belong to %(community)s now and can start a server."
        ),
        MailKind.MEMBER_REMOVED: N_(
            "A champion has taken you out of %(community)s. Your files are kept."
        ),
        MailKind.SERVER_NOTICE: N_("%(why)s Your files are kept."),
        MailKind.APPEAL_RECEIVED: N_(
            "%(by)s has reached a limit of %(community)s and asks for more. Please look at it and "
            "answer, on the page “People who ask” of your community."
        ),
        MailKind.APPEAL_DECLINED: N_(
            "The champions of %(community)s make no exception for you this time. If they wrote "
            "something to you, you find it on your page of the hub."
        ),
        MailKind.APPEAL_PAID: N_(
            "You had asked for more, and the budget of %(community)s has been topped up. You can "
            "try again to start your server."
        ),
        MailKind.BUDGET_STEP: N_(
            "%(taken)s of the %(credit)s that %(community)s can spend is used up, running servers "
            "included. %(means)s"
        ),
        MailKind.WORKSHOP_ASKED: N_(
            "%(by)s asks whether “%(workshop)s” may take place: it goes beyond what %(community)s "
            "may arrange by itself. Please look at it and answer."
        ),
        MailKind.WORKSHOP_GRANTED: N_(
            "The people who run this hub have granted “%(workshop)s” in %(community)s."
        ),
        MailKind.WORKSHOP_DECLINED: N_(
            "The people who run this hub have not granted “%(workshop)s” in %(community)s. If they "
            "wrote why, you find it on the page of the workshop."
        ),
        MailKind.STORAGE_WARNING: N_(
            "You use %(used)s of the %(limit)s that you have for your files. Please delete what "
            "you do not need any more, or move it elsewhere. You can start a server in any case."
        ),
        MailKind.FAREWELL: N_(
            "You came for the workshop “%(workshop)s”, and that is over. On %(goes)s your account "
            "and all your files on this hub will be removed. On your page of the hub you can "
            "download everything, or say that you stay."
        ),
        MailKind.EXCEPTION_MADE: N_("%(by)s has made an exception in %(community)s: %(more)s."),
        MailKind.EXCEPTION_REVOKED: N_(
            "%(by)s has ended an exception for you in %(community)s: your limits are what they "
            "were."
        ),
    }
)

#: What farewells say of a workshop that is not just over.
_CAME_TO_NOTHING: Mapping[str, str] = MappingProxyType(
    {
        WorkshopState.CANCELLED: N_(
            "You came for the workshop “%(workshop)s”, and that was called off. On %(goes)s your "
            "account and all your files on this hub will be removed. On your page of the hub you "
            "can download everything, or say that you stay."
        ),
        WorkshopState.DECLINED: N_(
            "You came for the workshop “%(workshop)s”, and the people who run this hub have not "
            "granted it. On %(goes)s your account and all your files on this hub will be removed. "
            "On your page of the hub you can download everything, or say that you stay."
        ),
    }
)


def letter(mail: Mail, policy: Policy, hub_url: str) -> Letter | None:
    """The mail in its reader's language; None: of a kind that this version does not know.

    ``hub_url`` is where people find the hub, ending in a slash; empty: nobody has said.
    """
    if mail.kind not in _SUBJECTS:
        return None
    community = policy.community(str(mail.facts.get("community")))
    speak = _translator(mail, policy, community)
    words = _words(mail, policy, speak)
    paragraphs = [
        speak.gettext("Hello %(name)s,", name=one_line(mail.display_name or mail.name)),
        speak.gettext(_what(mail)) % words,
        *_more(mail, policy, community, speak),
        hub_url,
        words["hub"],
    ]
    subject = speak.gettext(_SUBJECTS[mail.kind]) % words
    return Letter(subject, "\n\n".join(filter(None, paragraphs)) + "\n")


def _what(mail: Mail) -> str:
    if mail.kind != MailKind.FAREWELL:
        return _WHAT[mail.kind]
    # Mail that was queued by an older version knew only whether it was called off.
    older = WorkshopState.CANCELLED if mail.facts.get("is_called_off") is True else ""
    became = str(mail.facts.get("became", older))
    return _CAME_TO_NOTHING.get(became, _WHAT[MailKind.FAREWELL])


def one_line(text: str) -> str:
    """Without line breaks and whatever else does not print, and not too long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[:_LONGEST_NAME]


def _translator(mail: Mail, policy: Policy, community: Community | None) -> Translator:
    languages = community.languages if community else policy.languages
    country = community.country if community else None
    return translator(choose_language(mail.language, languages), country)


def _words(mail: Mail, policy: Policy, speak: Translator) -> dict[str, str]:
    place, by = _place(mail, policy, speak), str(mail.facts.get("by"))
    return {
        "why": _why(mail, place, speak),
        "community": place.title,
        "by": one_line(mail.names.get(by) or by),
        "hub": one_line(text_in(policy.title, speak.language)),
        "more": extra_in(mail.facts, speak, place.profiles),
        "workshop": one_line(str(mail.facts.get("workshop"))),
        "goes": _goes(mail, policy, speak),
        **_sizes(mail, speak),
        **step_words(mail.facts, speak),
    }


def _goes(mail: Mail, policy: Policy, speak: Translator) -> str:
    """When an account is removed, by the clock of its community."""
    community, at = policy.community(str(mail.facts.get("community"))), mail.facts.get("goes_at")
    zone = community.zone if community else policy.zone
    return speak.instant(datetime.fromisoformat(at), zone) if isinstance(at, str) else ""


def _sizes(mail: Mail, speak: Translator) -> dict[str, str]:
    return {
        word: speak.memory(size)
        for word in ("used", "limit")
        if isinstance(size := mail.facts.get(f"{word}_bytes"), int)
    }


def _place(mail: Mail, policy: Policy, speak: Translator) -> Place:
    place = place_of(policy, str(mail.facts.get("community")), speak)
    profiles = {profile: one_line(title) for profile, title in place.profiles.items()}
    return Place(one_line(place.title), profiles)


def _why(mail: Mail, place: Place, speak: Translator) -> str:
    """Why a server is stopped; mail that was queued by an older version knew of one reason."""
    reason = _reason(mail)
    return ground_text(reason, mail.facts, place, speak) if reason else ""


def _again(mail: Mail, policy: Policy, speak: Translator) -> str:
    """When its reader can start again, or who can help."""
    reason, zone = _reason(mail), str(mail.facts.get("zone"))
    if reason is None:
        return ""
    return again_text(reason, mail.facts, zone, _place(mail, policy, speak), speak)


def _reason(mail: Mail) -> Reason | None:
    reason = str(mail.facts.get("reason", Reason.REMOVED))
    return Reason(reason) if reason in set(Reason) else None


def _more(mail: Mail, policy: Policy, community: Community | None, speak: Translator) -> list[str]:
    """When servers stop, and whom to ask where somebody may have a question."""
    more = []
    stop_at, zone = mail.facts.get("stop_at"), str(mail.facts.get("zone"))
    if isinstance(stop_at, str):
        when = speak.instant(datetime.fromisoformat(stop_at), zone)
        more.append(
            speak.gettext(
                "Your servers there will be stopped on %(when)s. Please save your work before.",
                when=when,
            )
        )
    more += [_again(mail, policy, speak), pace_text(mail.facts, mail.queued_at, speak)]
    more.append(resets_text(mail.facts, speak))
    contact = (community.contact if community else None) or policy.contact
    if contact and mail.kind in _WITH_CONTACT:
        more.append(speak.gettext("Questions? Ask %(contact)s.", contact=one_line(contact)))
    return more


_WITH_CONTACT = frozenset(
    {MailKind.REQUEST_DECLINED, MailKind.MEMBER_REMOVED, MailKind.SERVER_NOTICE}
)
