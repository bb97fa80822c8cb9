"""``/communities/<slug>/sessions/<id>/stop``: ask once more, then stop through the Hub."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.base import Page
from catalyst_hub.champion.server_rows import server_row
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import RunningServer
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from catalyst_hub.usecases.find_operators import find_operators
from catalyst_hub.usecases.record_stop import record_stop
from catalyst_hub.usecases.show_community import show_community


class StopPage(Page):
    """Stops one session. Naming the session, not the server, keeps an old page from stopping
    the server that its owner has started since."""

    async def get(self, slug: str, session_id: str) -> None:
        """Ask whether to stop it."""
        community = self.community_for(Action.STOP, slug)
        self.speak_for(community)
        server = await self.read(lambda uow: self._find(uow, community, session_id))
        if server is None:
            self._back(community, "gone")
            return
        self.show(
            "stop",
            title=text_in(community.title, self.translator.language),
            address=self.address_of(community),
            server=server_row(server, community, self.now(), self.translator),
            xsrf=self.xsrf_token.decode(),
        )

    async def post(self, slug: str, session_id: str) -> None:
        """Stop it."""
        community = self.community_for(Action.STOP, slug)
        server = await self.read(lambda uow: self._find(uow, community, session_id))
        if server is None:
            self._back(community, "gone")
            return
        key, now = server.session.key, self.now()
        # Noted first: what cannot be noted is not done.
        await self.runtime.write(lambda uow: record_stop(uow, self.actor.name, key, slug, now))
        self._back(community, await self._ask_the_hub(key))

    def _find(self, uow: UnitOfWork, community: Community, session_id: str) -> RunningServer | None:
        """The live session, unless it belongs to somebody a champion has no power over."""
        view = show_community(uow, self.policy, community.slug, self.now())
        servers = view.sessions if view else ()
        found = next((s for s in servers if s.session.session_id == session_id), None)
        if found and find_operators(uow, self.policy, [found.person.person_id]):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found

    async def _ask_the_hub(self, key: ServerKey) -> str:
        """Stop with the signed-in person's own token, so that the Hub judges as well."""
        hub = HubClient(self.hub_auth.api_url, self.hub_auth.get_token(self))
        try:
            return "stopped" if await hub.stop(key) else "refused"
        except HubRefusedError:
            return "refused"
        except HubUnavailableError as error:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from error

    def _back(self, community: Community, note: str) -> None:
        self.redirect(f"{self.address_of(community)}?note={note}", status=HTTPStatus.SEE_OTHER)
