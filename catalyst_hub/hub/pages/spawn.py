"""The picker, and the wait until a server runs. Looking never starts anything; pressing does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from jupyterhub.handlers.pages import SpawnHandler, SpawnPendingHandler
from jupyterhub.scopes import needs_scope
from jupyterhub.utils import url_escape_path
from tornado.httputil import url_concat
from tornado.web import HTTPError, authenticated

from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.profile import Offers
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages import terms
from catalyst_hub.hub.pages.explanation import Explanation
from catalyst_hub.hub.pages.failures import explain_start, failure_words
from catalyst_hub.hub.pages.given import given_on
from catalyst_hub.hub.pages.line import LIGHT, light_words, line_words
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.maintenances import maintenances_on
from catalyst_hub.hub.pages.notices import notices_beside
from catalyst_hub.hub.pages.picker import image_field, picker_view
from catalyst_hub.hub.pages.waiting import is_waiting, waiting_url
from catalyst_hub.hub.start_slots import turn_text
from catalyst_hub.i18n.storage import HomeText, home_text
from catalyst_hub.usecases.offer_profiles import offer_profiles
from catalyst_hub.usecases.show_homes import show_home

_WORDS = ("community", "profile", "size", "interface")
#: A browser that waits on the pending page asks again after this, then is answered when there
#: is news, at the latest after the second: few requests, and no delay once the server runs.
_REFRESH_S = 1
#: A start that is over sooner needs no page to wait on. The stock hub gives it one second; in a
#: storm most starts take a little more, and each page they are sent to makes the storm worse.
_QUICK_S = 3
_HOLD_S = 10


def words_of_form(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The Hub's ``user_options`` from the picker's fields; what is left out is left out.

    ``choice`` is ``community/profile/size``; links and scripts may give the words one by one.
    """
    words = {key: fields[key][0] for key in (*_WORDS, "image") if fields.get(key)}
    choice = fields.get("choice") or [""]
    words |= dict(zip(_WORDS, filter(None, choice[0].split("/", 2)), strict=False))
    written = fields.get(image_field(words.get("community", ""), words.get("profile", "")))
    return words | ({"image": written[0].strip()} if written else {})


class SpawnPage(Localized, SpawnHandler):
    """``/hub/spawn``: GET shows the picker and only that, POST starts once."""

    is_strict = True
    #: Whoever finds no seat free has pressed for one, and gets a place in line.
    waits_for_seat = True

    @needs_scope("servers")
    async def _get(self, user_name: str, server_name: str, display_name: str) -> None:
        user, spawner = await self._server(user_name, server_name, display_name)
        if spawner.active:
            self.redirect(self._where(user, spawner))
            return
        await self._show(user)

    @needs_scope("servers")
    async def _post(self, user_name: str, server_name: str, display_name: str) -> None:
        user, spawner = await self._server(user_name, server_name, display_name)
        if spawner.active:
            self.redirect(self._where(user, spawner), status=303)
            return
        error = await self._start(user, spawner, server_name, display_name)
        if user.name == self.current_user.name and (slug := terms.waited_for(error)):
            self.redirect(self._terms(slug, server_name), status=303)
            return
        if is_waiting(error):
            self.redirect(waiting_url(self, server_name), status=303)
            return
        if error is not None:
            self._log_failure(spawner, error)
            await self._refuse(user, server_name, error)
            return
        self.redirect(self._where(user, spawner), status=303)

    async def _server(self, user_name: str, server_name: str, display_name: str) -> tuple[Any, Any]:
        user = self.find_user(user_name)
        if user is None:
            raise HTTPError(404)
        if server_name:
            await self._check_named_server_request(user, server_name, display_name)
        spawner = user.get_or_create_spawner(server_name, display_name, replace_failed=True)
        return user, spawner

    def _where(self, user: Any, spawner: Any) -> str:
        """The address of a server that runs, or of the page that waits for it."""
        if spawner.ready:
            return self.get_next_url(user, default=user.server_url(spawner.name))
        return self._get_pending_url(user, spawner.name)

    def _get_pending_url(self, user: Any, server_name: str) -> str:
        url = self.hub_url("spawn-pending", user.escaped_name, url_escape_path(server_name))
        return url_concat(url, self._goal())

    def _goal(self) -> dict[str, str]:
        """Where the person wanted to go, to be kept from page to page."""
        goal = self.get_argument("next", "")
        return {"next": goal} if goal else {}

    async def spawn_single_user(
        self,
        user: Any,
        server_name: str = "",
        display_name: str = "",
        options: dict[str, str] | None = None,
    ) -> None:
        """Start, unless another press of the button came first while this one was waiting."""
        # The stock method awaits this between looking and starting; once done, it does not.
        if await self._refreshed(user) is None:
            raise HTTPError(403, f"auth has expired for {user.name}, login again")
        if not user.spawners[server_name].active:
            await super().spawn_single_user(user, server_name, display_name, options)

    async def _refreshed(self, user: Any) -> Any:
        return await self.refresh_auth(user, force=self.authenticator.refresh_pre_spawn)

    async def _start(
        self, user: Any, spawner: Any, server_name: str, display_name: str
    ) -> BaseException | None:
        """Start, and wait a little; what went wrong by then, if anything did."""
        options = self._fitting(words_of_form(_decoded(self.request.body_arguments)))
        if spawner._spawn_future and spawner._spawn_future.done():
            # What became of an earlier start is no reason to refuse one that was asked for.
            spawner._spawn_future = None
        # A task of its own: it goes on when nobody waits for this answer any more.
        start = asyncio.ensure_future(
            self.spawn_single_user(user, server_name, display_name, options)
        )
        await asyncio.wait([start], timeout=_QUICK_S)
        return start.exception() if start.done() else None

    def _terms(self, slug: str, server_name: str) -> str:
        """Where a community's terms of use are accepted; what was chosen is kept."""
        words = self._fitting(words_of_form(_decoded(self.request.body_arguments)))
        kept = {**words, "server": server_name, **self._goal()}
        return url_concat(self.hub_url("terms", slug), {k: v for k, v in kept.items() if v})

    def _log_failure(self, spawner: Any, error: BaseException) -> None:
        if isinstance(error, HTTPError):
            self.log.warning("%s did not start: %s", spawner._log_name, error)
        else:
            self.log.error("%s did not start", spawner._log_name, exc_info=error)

    def _fitting(self, words: dict[str, str]) -> dict[str, str]:
        """The form has one choice of interface for all profiles: leave out what does not fit."""
        community = self.policy.community(words.get("community", "")) if self.policy else None
        profile = community.profile(words.get("profile", "")) if community else None
        if profile is not None and words.get("interface") not in profile.interfaces:
            return {key: word for key, word in words.items() if key != "interface"}
        return words

    async def _refuse(self, user: Any, server_name: str, refused: BaseException) -> None:
        """Say why, above the form; unless another press of the button came first."""
        spawner = user.spawners[server_name]
        if spawner.active:
            self.redirect(self._where(user, spawner), status=303)
            return
        self.set_status(getattr(refused, "status_code", 500))
        for name, value in (getattr(refused, "headers", None) or {}).items():
            self.set_header(name, value)
        await self._show(user, await explain_start(self, spawner, refused, has_heading=False))

    async def _show(self, user: Any, explanation: Explanation | None = None) -> None:
        asked = words_of_form(_decoded(self.request.arguments))
        try:
            offers = await self._offers(user, asked)
        except StoreUnavailableError:
            self.log.exception("The store cannot say what is on offer for %s", user.name)
            offers, explanation = Offers((), None), self._no_store()
        if not offers.communities:
            explanation = explanation or self._no_community()
        picker = picker_view(offers, self.translator.language)
        has_light = any(interface.slug == LIGHT for interface in picker.interfaces)
        html = await self.render_template(
            "spawn.html",
            for_user=user,
            picker=picker,
            **(line_words(self) if has_light else {}),
            explanation=explanation,
            maintenances=maintenances_on(self),
            home=await self._home(user.name),
            given=await given_on(self) if user is self.current_user else [],
            **await notices_beside(self),
            url=url_concat(self.request.path, self._goal()),
        )
        self.finish(html)

    async def _offers(self, user: Any, asked: dict[str, str]) -> Offers:
        runtime, name = self.runtime, user.name
        return await runtime.read(
            lambda uow: offer_profiles(uow, runtime.policy, name, asked, runtime.now())
        )

    async def _home(self, name: str) -> HomeText | None:
        """How full the home is of whoever the server will belong to, if anybody says."""
        runtime = self.runtime
        if not runtime.settings.storage_source:
            return None
        try:
            home = await runtime.read(
                lambda uow: show_home(uow, runtime.policy, name, runtime.now())
            )
        except StoreUnavailableError:
            return None
        return home_text(home, self.translator) if home else None

    def _no_community(self) -> Explanation:
        """Whom to ask to be let in, before anybody has pressed anything in vain."""
        contact = self.policy.contact if self.policy else None
        return self.explain_denial(Denied(Code.NO_COMMUNITY, contact=contact))

    def _no_store(self) -> Explanation:
        self.set_status(503)
        contact = self.policy.contact if self.policy else None
        denied = Denied(Code.STORE_UNAVAILABLE, contact=contact)
        return self.explain_denial(denied)


def _decoded(arguments: Mapping[str, Sequence[bytes]]) -> dict[str, list[str]]:
    return {key: [v.decode("utf8", "replace") for v in values] for key, values in arguments.items()}


class SpawnPendingPage(Localized, SpawnPendingHandler):
    """``/hub/spawn-pending``: waits, and tells when it failed why.

    The page reloads itself by a ``Refresh`` header: a ``<meta>`` of that name takes the page away
    from people who read slowly or by ear in a way that they cannot stop, and audits forbid it.
    """

    is_strict = True
    _beside: Mapping[str, Any] = MappingProxyType({"beside": ()})

    @authenticated
    @needs_scope("servers")
    async def get(self, user_name: str, server_name: str = "") -> None:
        """Answer at once on the first visit, later when there is news."""
        user = self.find_user(user_name)
        spawner = user.spawners.get(server_name) if user is not None else None
        if self.get_argument("wait", ""):
            await _news(spawner)
        if user is self.current_user and is_waiting(_failure(spawner)):
            self.redirect(waiting_url(self, server_name))
            return
        if user is self.current_user:
            self._beside = await notices_beside(self, server_name)
        await super().get(user_name, server_name)

    def append_query_parameters(self, url: str, exclude: list[str] | None = None) -> str:
        """What the stock page hands on to the server, without our own word."""
        without: str = super().append_query_parameters(url, [*(exclude or ["next"]), "wait"])
        return without

    def render_template(self, name: str, sync: bool = False, **ns: Any) -> Any:
        """Add where to look again; a start that failed gets its explanation."""
        if name in {"spawn_pending.html", "stop_pending.html"}:
            ns |= self._watching(ns["spawner"])
        if name == "spawn_pending.html":
            ns |= {**light_words(self, ns["spawner"]), **self._beside}
            ns["maintenances"] = maintenances_on(self)
        if name == "not_running.html" and not sync:
            return self._with_cause(name, ns)
        return super().render_template(name, sync=sync, **ns)

    async def _with_cause(self, name: str, ns: dict[str, Any]) -> str:
        """Why it did not start; the Hub itself forgets a start that was called off."""
        user, server_name = ns["user"], ns["server_name"]
        if ns.get("exception") is not None:
            spawner = user.spawners[server_name]
            ns["explanation"] = await explain_start(
                self, spawner, ns["exception"], has_heading=True
            )
        elif user is self.current_user:
            ns |= await failure_words(self, user.name, server_name)
        page: str = await super().render_template(name, **ns)
        return page

    def _watching(self, spawner: Any) -> dict[str, str]:
        goal = self.get_argument("next", "")
        query = {"wait": "1"} | ({"next": goal} if goal else {})
        watch_url = url_concat(self.request.path, query)
        self.set_header("Refresh", f"{_REFRESH_S}; url={watch_url}")
        is_own = spawner.user.name == self.current_user.name
        stop_url = self.hub_url("stop", url_escape_path(spawner.name)) if is_own else ""
        return {"watch_url": watch_url, "stop_url": stop_url, "turn": self._turn(spawner)}

    def _turn(self, spawner: Any) -> str:
        """How many starts come before this one, if it waits for others."""
        before = self.authenticator.start_slots.before(spawner._spawn_future)
        return "" if before is None else turn_text(before, self.translator)


def _failure(spawner: Any) -> BaseException | None:
    """What became of the last start, as long as nobody has asked for another."""
    start = spawner._spawn_future if spawner is not None and not spawner.active else None
    return start.exception() if start and start.done() and not start.cancelled() else None


async def _news(spawner: Any) -> None:
    """Until a pending start or stop is over, or it is time to show a sign of life."""
    pending = spawner.pending if spawner is not None else None
    future = getattr(spawner, f"_{pending}_future", None)
    if future is not None:
        await asyncio.wait([future], timeout=_HOLD_S)
