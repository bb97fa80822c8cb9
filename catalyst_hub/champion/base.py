"""What every page of the service has in common: who is asking, in which language, how it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from jupyterhub.services.auth import HubOAuth, HubOAuthenticated
from tornado.web import Finish, HTTPError, RequestHandler

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.champion.access import Action, Actor, actor_from, all_that, may
from catalyst_hub.champion.errors import explanation
from catalyst_hub.champion.rendering import language_links, render
from catalyst_hub.champion.renewal import RENEWED_COOKIE, RENEWED_FOR_S, is_outgrown
from catalyst_hub.core.community import Community
from catalyst_hub.core.language import choose_language
from catalyst_hub.core.maintenance import Maintenance, shown
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import Person, StoreUnavailableError, UnitOfWork
from catalyst_hub.i18n import Translator, translator
from catalyst_hub.i18n.maintenances import MaintenanceText, maintenance_text
from catalyst_hub.usecases.list_appeals import list_appeals
from catalyst_hub.usecases.list_requests import list_requests
from catalyst_hub.usecases.list_workshop_requests import list_workshop_requests

T = TypeVar("T")

LANGUAGE_COOKIE = "catalyst-language"
_RETRY_AFTER_S = 10
_log = logging.getLogger(__name__)


class Page(HubOAuthenticated, RequestHandler):
    """A page for signed-in people. Handlers begin with :meth:`community_for`."""

    #: The store's person behind the request; None for those it does not know.
    viewer: Person | None = None
    #: What the signed-in person may do in the community of this page.
    allowed: frozenset[Action] = frozenset()
    #: How many requests to join wait in this community; None: there is no page for them.
    waiting: int | None = None
    #: How many people of this community ask for more than a limit allows them.
    asking: int = 0
    #: How many workshops wait for the answer of whoever runs the hub, if she does.
    requested: int = 0
    #: Maintenances that are announced or on, of the hub and of communities of hers.
    maintenances: Sequence[Maintenance] = ()
    _translator: Translator | None = None

    @property
    def hub_auth(self) -> HubOAuth:
        """Our client of the Hub's sign-in."""
        return self.settings["hub_auth"]

    @property
    def hub_url(self) -> str:
        """The Hub's own address as browsers see it, ending in a slash."""
        return f"{self.hub_auth.hub_host}{self.hub_auth.hub_prefix}"

    @property
    def runtime(self) -> Runtime:
        """The store and the policy; 503 as long as they are not there."""
        runtime: Runtime | None = self.settings["catalyst"]
        if runtime is None:
            raise StoreUnavailableError("the store has not been opened yet")
        return runtime

    @property
    def policy(self) -> Policy:
        """The communities file in force."""
        return self.runtime.policy

    def set_default_headers(self) -> None:
        """Nothing from elsewhere, no scripts, no copies of what is personal."""
        site = f"'self' {self.hub_auth.hub_host}".strip()
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src {site}; img-src {site}; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "private, no-store")

    async def prepare(self) -> None:
        """Ask the Hub whose request this is; nobody's goes to the sign-in page."""
        model = await self.hub_auth.get_user(self, sync=False)
        if model is None:
            self._send_to_sign_in()
        if is_outgrown(model) and self._may_renew():
            self._renew()
        self.current_user = model
        if not self.hub_auth.check_scopes(self.hub_auth.access_scopes, model):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.actor: Actor = actor_from(model)
        await self.read(self._look_around)

    def _look_around(self, uow: UnitOfWork) -> None:
        """Who is reading, what waits for her in the community of this address, and what pauses."""
        self.viewer, slug = uow.people.by_name(self.actor.name), next(iter(self.path_args), "")
        self.waiting = self._count_waiting(uow, slug)
        self.asking = len(list_appeals(uow, slug)) if may(self.actor, Action.EXCEPT, slug) else 0
        if self.actor.is_operator:
            self.requested = len(list_workshop_requests(uow, self.policy, self.now()))
        self.maintenances = self._pausing(uow, self.viewer, slug)

    def _pausing(self, uow: UnitOfWork, viewer: Person | None, slug: str) -> Sequence[Maintenance]:
        current = uow.maintenances.current(self.now())
        mine = uow.memberships.of(viewer.person_id) if viewer and current else {}
        seen = {slug} if may(self.actor, Action.READ, slug) else set[str]()
        return shown(current, {*mine, *seen}, self.now())

    def _count_waiting(self, uow: UnitOfWork, slug: str) -> int | None:
        """How many ask to join; None: that is not for her to see, or nobody can."""
        community = self.policy.community(slug) if may(self.actor, Action.ANSWER, slug) else None
        if community is None:
            return None
        count = len(list_requests(uow, self.policy, slug))
        return count if count or community.takes_requests else None

    def _may_renew(self) -> bool:
        """Programs bring their own tokens, and forms must not be lost on the way."""
        is_read = self.request.method in {"GET", "HEAD"}
        is_by_cookie = not self.hub_auth.get_token(self, in_cookie=False)
        return is_read and is_by_cookie and not self.get_cookie(RENEWED_COOKIE)

    def _renew(self) -> None:
        """Through the Hub and back with a new token, which takes no click."""
        self.hub_auth.clear_cookie(self)
        self.set_cookie(
            RENEWED_COOKIE,
            "1",
            path=self.hub_auth.base_url,
            max_age=RENEWED_FOR_S,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
        self._send_to_sign_in()

    def _send_to_sign_in(self) -> None:
        # A form that was sent with an outdated token arrives here, too: what it asked is refused.
        if self.request.method not in {"GET", "HEAD"}:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        self.redirect(self.get_login_url())
        raise Finish

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run a use case that only reads."""
        return await self.runtime.read(work)

    def now(self) -> datetime:
        """The instant of this request."""
        return self.runtime.now()

    def community_for(self, action: Action, slug: str) -> Community:
        """The community, if the signed-in person may do this there; else there is no such page."""
        self.allowed = all_that(self.actor, slug)
        community = self.policy.community(slug)
        if community is not None and community.budget is None:
            self.allowed -= {Action.BUDGET}
        community = community if action in self.allowed else None
        if community is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return community

    def address_of(self, community: Community) -> str:
        """The path of a community's page."""
        return f"{self.hub_auth.base_url}communities/{community.slug}"

    def speak_for(self, community: Community | None) -> Translator:
        """Fix the page's language: the reader's own, the community's, the browser's."""
        own = self.viewer.language if self.viewer else None
        language = choose_language(
            self.get_cookie(LANGUAGE_COOKIE) or own,
            community.languages if community else (),
            self.request.headers.get("Accept-Language", ""),
        )
        self._translator = translator(language, community.country if community else None)
        return self._translator

    @property
    def translator(self) -> Translator:
        """Speaks the page's language."""
        return self._translator or self.speak_for(None)

    def show(self, template: str, **words: Any) -> None:
        """Send a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            render(
                f"champion/{template}.html", self.translator, self.hub_url, self._frame() | words
            )
        )

    def _frame(self) -> dict[str, Any]:
        """What surrounds every page."""
        actor: Actor | None = getattr(self, "actor", None)
        is_operator = actor is not None and actor.is_operator
        return {
            "announcement": "",
            "maintenances": [self._words_of(each) for each in self.maintenances],
            "user": self.current_user if actor else None,
            "is_operator": is_operator,
            "allowed": self.allowed,
            "waiting": self.waiting,
            "asking": self.asking,
            "requested": self.requested,
            "looks_after": actor is not None and (is_operator or actor.looks_after_some),
            "parsed_scopes": ("admin-ui",) if is_operator else (),
            "hub_title": self._hub_title(),
            "service_url": self.hub_auth.base_url,
            "languages": language_links(self.hub_url, self._address_to_return_to()),
        }

    def _words_of(self, maintenance: Maintenance) -> MaintenanceText:
        """In the time of its community; the hub's in that of the community of this page."""
        policy, slug = self.policy, next(iter(self.path_args), "")
        community = policy.community(maintenance.pause.community or "")
        title = text_in((community or policy).title, self.translator.language)
        nearest = community or policy.community(slug) or policy
        return maintenance_text(maintenance, title, nearest.zone, self.now(), self.translator)

    def _address_to_return_to(self) -> str:
        return self.request.uri if self.request.method in {"GET", "HEAD"} else self.request.path

    def _hub_title(self) -> str:
        runtime: Runtime | None = self.settings["catalyst"]
        return text_in(runtime.policy.title, self.translator.language) if runtime else "JupyterHub"

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """One line for a store that is away; the trace for what nobody expected."""
        if isinstance(value, StoreUnavailableError):
            _log.warning("%s: the store cannot answer: %s", self.request.path, value)
        else:
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """An error as a page in the reader's language."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        status, text = explanation(status_code, error, self.translator)
        self.set_status(status)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", str(_RETRY_AFTER_S))
        self.show("error", explanation=text)


class NoSuchPage(Page):
    """Every address that is none of ours."""

    async def prepare(self) -> None:
        """Sign in first: addresses must not tell strangers which pages exist."""
        await super().prepare()
        raise HTTPError(HTTPStatus.NOT_FOUND)
