"""``/hub/home``: one's own servers, to open, start and stop without a line of JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.pages import HomeHandler
from jupyterhub.scopes import needs_scope
from jupyterhub.utils import url_escape_path, url_path_join
from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.session import Session
from catalyst_hub.core.storage import Home
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages.appeals import appeals_words
from catalyst_hub.hub.pages.asking import joining_words
from catalyst_hub.hub.pages.consents import ConsentsWords
from catalyst_hub.hub.pages.failures import failures_on
from catalyst_hub.hub.pages.farewell import farewell_on
from catalyst_hub.hub.pages.given import given_lines
from catalyst_hub.hub.pages.line import has_light_way, light_url
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.maintenances import maintenances_on
from catalyst_hub.hub.pages.notices import notices_words
from catalyst_hub.hub.pages.waiting import waiting_url
from catalyst_hub.hub.stopping import stop_server
from catalyst_hub.i18n.storage import home_text
from catalyst_hub.usecases.find_failure import find_failures
from catalyst_hub.usecases.find_waiting import find_waiting
from catalyst_hub.usecases.list_consents import ConsentsView, list_consents
from catalyst_hub.usecases.show_given import show_given
from catalyst_hub.usecases.show_homes import show_home
from catalyst_hub.usecases.show_joining import Joining, show_joining
from catalyst_hub.usecases.show_notices import NoticesView, show_notices

_REFRESH_S = 3
#: People leave the page open while they save; it must not promise what is over.
_REFRESH_WITH_NOTICE_S = 30


@dataclass(frozen=True, slots=True)
class _Told:
    """What the store has for the page beside the servers; by default, what it has for nobody."""

    notices: NoticesView = field(default_factory=NoticesView)
    joining: Joining = field(default_factory=Joining)
    consents: ConsentsView = field(default_factory=ConsentsView)
    home: Home | None = None
    waiting: frozenset[str] = frozenset()
    given: Sequence[tuple[Community, Exemption]] = ()
    failures: Sequence[Session] = ()


class HomePage(ConsentsWords, HomeHandler):
    """The state of one's servers."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show them; a server that died meanwhile is noticed first."""
        user = self.current_user
        if user.running:
            await user.spawner.poll_and_notify()
        told = await self._told(user.name, [s.name for s in self._spawners(user) if not s.active])
        words = notices_words(self, told.notices)
        notices = words["notices"]
        zones = {name: notice.text.zone for name, notice in notices.items()}
        servers = [self._view(user, s, zones.get(s.name)) for s in self._spawners(user)]
        if any(server["state"] in {"starting", "stopping"} for server in servers):
            self.set_header("Refresh", str(_REFRESH_S))
        elif notices:
            self.set_header("Refresh", str(_REFRESH_WITH_NOTICE_S))
        self.finish(
            await self.render_template(
                "home.html",
                servers=servers,
                places={name: waiting_url(self, name) for name in told.waiting},
                may_add_server=self.allow_named_servers,
                **words,
                **appeals_words(self, told.notices),
                given=given_lines(self, told.given),
                maintenances=maintenances_on(self),
                farewell=await farewell_on(self),
                home=home_text(told.home, self.translator) if told.home else None,
                failures=failures_on(self, told.failures),
                **joining_words(self, told.joining),
                **self.consents_words(user, told.consents),
            )
        )

    async def _told(self, name: str, stopped: Sequence[str]) -> _Told:
        """Looked up in one go, for everybody who signs in comes here; nothing while the store is
        away, for one's servers are still there."""
        runtime = self.runtime
        try:
            return await runtime.read(
                lambda uow: _Told(
                    show_notices(uow, runtime.policy, name, runtime.now()),
                    show_joining(uow, runtime.policy, name, runtime.now()),
                    list_consents(uow, name, runtime.now()),
                    show_home(uow, runtime.policy, name, runtime.now())
                    if runtime.settings.storage_source
                    else None,
                    find_waiting(uow, name),
                    show_given(uow, runtime.policy, name, runtime.now()),
                    find_failures(uow, name, stopped, runtime.now()),
                )
            )
        except StoreUnavailableError:
            self.log.warning("The store is away: %s sees no notices, requests, questions", name)
            return _Told()

    def _spawners(self, user: Any) -> list[Any]:
        named = list(user.all_spawners(include_default=False)) if self.allow_named_servers else []
        return [user.spawner, *named]

    def _view(self, user: Any, spawner: Any, zone: str | None) -> dict[str, Any]:
        """What the template shows of one server, which may be in a zone of its own."""
        state = _state(spawner)
        below = (user.escaped_name, url_escape_path(spawner.name))
        return {
            "name": spawner.name,
            "state": state,
            "heading": self._heading(state, spawner),
            "what": self._what(spawner) if state != "stopped" else "",
            "since": self._since(spawner, zone) if state == "running" else "",
            "url": user.server_url(spawner.name),
            "light_url": light_url(self, spawner.name) if has_light_way(self, spawner) else "",
            "start_url": self.hub_url("spawn", *below),
            "watch_url": self.hub_url("spawn-pending", *below),
            "stop_url": self.hub_url("stop", url_escape_path(spawner.name)),
        }

    def _heading(self, state: str, spawner: Any) -> str:
        _ = self.translator.gettext
        heading = {
            "running": _("Your server is running"),
            "starting": _("Your server is starting"),
            "stopping": _("Your server is stopping"),
            "stopped": _("Your server is not running"),
        }[state]
        return f"{spawner.name}: {heading}" if spawner.name else heading

    def _community(self, spawner: Any) -> Community | None:
        """The one that the server was started in; None: she belongs to it no longer."""
        slug = _options(spawner).get("community")
        return next((c for c in self.communities if c.slug == slug), None)

    def _what(self, spawner: Any) -> str:
        community = self._community(spawner)
        profile = community.profile(str(_options(spawner).get("profile"))) if community else None
        if community is None or profile is None:
            return ""
        titles = (text_in(t.title, self.translator.language) for t in (profile, community))
        return " · ".join(titles)

    def _since(self, spawner: Any, zone: str | None) -> str:
        started = spawner.orm_spawner.started
        community = self._community(spawner) or next(iter(self.communities), None)
        zone = zone or (community.zone if community else "UTC")
        return self.translator.instant(started.replace(tzinfo=UTC), zone) if started else ""


def _options(spawner: Any) -> dict[str, Any]:
    return spawner.user_options if isinstance(spawner.user_options, dict) else {}


def _state(spawner: Any) -> str:
    if spawner.pending == "stop":
        return "stopping"
    if spawner.pending:
        return "starting"
    return "running" if spawner.ready else "stopped"


class StopPage(Localized, BaseHandler):
    """``POST /hub/stop``: stops one's own server as the REST API does, then shows home."""

    is_strict = True

    def get(self, server_name: str = "") -> None:
        """A reload after the POST: nothing to do."""
        self.redirect(self.hub_url("home"))

    @authenticated
    async def post(self, server_name: str = "") -> None:
        """Stop it, or call off its start."""
        await self._stop(user_name=self.current_user.name, server_name=server_name)
        self.redirect(self.hub_url("home"), status=303)

    @needs_scope("delete:servers")
    async def _stop(self, user_name: str, server_name: str) -> None:
        user = self.find_user(user_name)
        if server_name and server_name not in user.orm_spawners:
            raise HTTPError(404)
        await stop_server(self, user, server_name)


class NewServerPage(Localized, BaseHandler):
    """``POST /hub/new-server``: from a name to the picker; the hub checks the name there."""

    @authenticated
    def post(self) -> None:
        """Go to the picker of that server."""
        name = self.get_body_argument("server_name", "").strip()
        path = url_path_join("spawn", self.current_user.escaped_name, url_escape_path(name))
        self.redirect(self.hub_url(path), status=303)
