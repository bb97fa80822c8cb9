"""What a page says when something did not work."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from jupyterhub.spawner import SpawnException
from tornado.web import HTTPError

from catalyst_hub.core.appeal import plea_about
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.hub.blocked import BlockedError
from catalyst_hub.hub.pages.hub_messages import by_status, known_message
from catalyst_hub.i18n import Translator, denial_text, question


@dataclass(frozen=True, slots=True)
class Explanation:
    """Title and sentences in the reader's language; ``original`` is what the hub itself said,
    for those who run it, where that says more. ``plea`` is where champions who may help are asked,
    as a path below ``/hub``."""

    title: str
    what: str
    until: str = ""
    ask: str = ""
    original: str = ""
    plea: str = ""


def explain(
    status: int,
    message: str,
    error: BaseException | None,
    translator: Translator,
    policy: Policy | None,
) -> Explanation:
    """The explanation of an error: a denial, a message we know, else what its status says."""
    title = translator.gettext(by_status(status).title)
    denied = getattr(error, "denied", None)
    if isinstance(denied, Denied):
        return explain_denial(denied, translator, policy)
    if isinstance(error, BlockedError):
        return _explain_blocking(error, translator)
    known = known_message(message, translator)
    if known is not None:
        return Explanation(title, known)
    if _is_for_people(error):
        return Explanation(title, message)
    what = translator.gettext(by_status(status).what)
    return Explanation(title, what, original=_original(status, message))


def _explain_blocking(error: BlockedError, translator: Translator) -> Explanation:
    _ = translator.gettext
    return Explanation(
        _("You cannot sign in"),
        _("The people who run this hub do not let this account in."),
        ask=question(error.contact, translator),
    )


def _original(status: int, message: str) -> str:
    """What helps an operator to find the entry in the log; a plain 404 needs no finding."""
    is_telling = message or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return f"{status} {message}".strip() if is_telling else ""


def explain_denial(denied: Denied, translator: Translator, policy: Policy | None) -> Explanation:
    """The explanation of a refused start."""
    community = policy.community(denied.community) if policy and denied.community else None
    name = text_in(community.title, translator.language) if community else ""
    text = denial_text(denied, translator, name)
    title = translator.gettext("It cannot start right now")
    return Explanation(title, text.what, text.until, text.ask, plea=plea_about(denied))


def is_told(error: BaseException) -> bool:
    """Whether an error that ended a start says itself what it was: somebody refused it, or wrote
    why."""
    if isinstance(error, HTTPError) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    return hasattr(error, "denied") or _is_for_people(error)


def _is_for_people(error: BaseException | None) -> bool:
    """Whether the operator's own hook wrote the message, addressed to whoever reads it."""
    return isinstance(error, SpawnException) or hasattr(error, "jupyterhub_message")
