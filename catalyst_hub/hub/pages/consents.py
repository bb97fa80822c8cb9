"""``/hub/consents``: who asks to start or open my server, what I have said, what they have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.utils import url_escape_path
from tornado.web import authenticated

from catalyst_hub.core.consent import Answer, Consent, Kind
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.session import Session
from catalyst_hub.core.warming import WARMER
from catalyst_hub.hub.opening import close_what_has_ended
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.stopping import stop_server
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.answer_consent import answer_consent
from catalyst_hub.usecases.list_consents import ConsentsView, list_consents

_ANSWERS = {"allow": Answer.ALLOWED, "refuse": Answer.REFUSED, "withdraw": Answer.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A question or consent in the reader's language; ``name`` is who asked.

    ``was_used`` is empty as long as nothing was done with it.
    """

    number: int
    kind: str
    name: str
    community: str
    server: str
    reason: str
    asked: str
    until: str
    stop_url: str
    answer: str
    was_used: str


class ConsentsWords(Localized):
    """A mixin for pages that show them: goes before the stock handler."""

    async def consents_of(self, user: Any) -> dict[str, Any]:
        """What the templates show of a person's consents. Raises StoreUnavailableError."""
        runtime, name = self.runtime, user.name
        view = await runtime.read(lambda uow: list_consents(uow, name, runtime.now()))
        return self.consents_words(user, view)

    def consents_words(self, user: Any, view: ConsentsView) -> dict[str, Any]:
        """The same for a page that has looked it up already."""
        return {
            "questions": [self._row(view, consent) for consent in view.questions],
            "standing": [self._row(view, consent) for consent in view.standing],
            "lingering": [self._row(view, each) for each in view.past if _lingers(user, each)],
            "past": [self._row(view, consent) for consent in view.past],
            "started": [self._start(view, session) for session in view.started],
        }

    def _row(self, view: ConsentsView, consent: Consent) -> ConsentRow:
        community = self.policy.community(consent.community) if self.policy else None
        zone = community.zone if community else "UTC"
        title = text_in(community.title, self.translator.language) if community else ""
        return ConsentRow(
            number=consent.consent_id,
            kind=consent.kind.value,
            name=view.name_of(consent.asked_by),
            community=title or consent.community,
            server=consent.server_name,
            reason=consent.reason,
            asked=self.translator.instant(consent.asked_at, zone),
            until=self.translator.instant(consent.ends_at, zone),
            stop_url=self.hub_url("stop", url_escape_path(consent.server_name)),
            answer=self._said(consent),
            was_used=self.translator.instant(consent.used_at, zone) if consent.used_at else "",
        )

    def _said(self, consent: Consent) -> str:
        _ = self.translator.gettext
        match consent.answer:
            case Answer.ALLOWED:
                return _("You allowed it; it has ended.")
            case Answer.REFUSED:
                return _("You refused.")
            case Answer.WITHDRAWN:
                return _("You allowed it, and took it back.")
            case _:
                return _("You did not answer.")

    def _start(self, view: ConsentsView, session: Session) -> str:
        if session.actor == WARMER:
            return self.translator.gettext(
                "The hub started your server ahead of a workshop on %(when)s.",
                when=self.translator.instant(session.reserved_at, session.zone),
            )
        return self.translator.gettext(
            "%(name)s started your server on %(when)s.",
            name=view.name_of(session.actor or ""),
            when=self.translator.instant(session.reserved_at, session.zone),
        )


def _lingers(user: Any, consent: Consent) -> bool:
    """Whether the server that was opened then has been running since: what was left open in it,
    or taken from it, ends with it and not before."""
    spawner = user.orm_spawners.get(consent.server_name)
    if consent.kind is not Kind.OPEN or consent.used_at is None or spawner is None:
        return False
    is_running = spawner.server is not None and spawner.started is not None
    return is_running and spawner.started.replace(tzinfo=UTC) < consent.ends_at


class ConsentsPage(ConsentsWords, BaseHandler):
    """All of it on one page."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show it."""
        with store_needed():
            words = await self.consents_of(self.current_user)
        self.finish(await self.render_template("catalyst/consents.html", **words))


class AnswerPage(Localized, BaseHandler):
    """``POST /hub/consents/ID/allow``, ``refuse`` or ``withdraw``: the owner decides.

    Only in person: a token is no proof of that, and whoever has a server open holds one.
    """

    is_strict = True

    def get(self, number: str, word: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.redirect(self.hub_url("consents"))

    @authenticated
    async def post(self, number: str, word: str) -> None:
        """Note the answer; what is taken back ends before this answers."""
        consent = await self._answer(int(number), _ANSWERS[word])
        if consent is not None and consent.kind is Kind.OPEN:
            await close_what_has_ended(self.db, self.runtime)
            if self.get_body_argument("stop", ""):
                await self._stop(consent.server_name)
        self.redirect(self.hub_url("consents"), status=303)

    async def _answer(self, number: int, answer: Answer) -> Consent | None:
        """What was answered; None: it was too late, or not this person's to answer."""
        runtime, name = self.runtime, self.current_user.name
        return await self.change(
            lambda uow: answer_consent(uow, name, number, answer, runtime.now())
        )

    async def _stop(self, server_name: str) -> None:
        user = self.current_user
        if not server_name or server_name in user.orm_spawners:
            await stop_server(self, user, server_name)


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [
        (r"/consents", ConsentsPage),
        (r"/consents/(\d{1,18})/(allow|refuse|withdraw)", AnswerPage),
    ]
