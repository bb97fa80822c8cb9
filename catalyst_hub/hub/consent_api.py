"""What is done with another person's consent: started, or opened, inside the Hub.

Nobody holds a scope for either. Whoever asks is known by session or token, must look after the
community at this moment by the Hub's own account, and the store must know of a consent of the
owner's that was given to just this person and has not ended.
"""

from __future__ import annotations

import json
from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.user import User
from tornado.web import HTTPError

from catalyst_hub.core.consent import Consent, Kind, Standing
from catalyst_hub.hub.opening import let_in
from catalyst_hub.hub.roles import CHAMPION_SCOPE, INSTRUCTOR_SCOPE
from catalyst_hub.hub.server_api import StartsServers
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.find_consents import find_consents
from catalyst_hub.usecases.record_opening import record_opening

#: Any of them, limited to the community, says that somebody looks after it.
_LOOKING_AFTER = (CHAMPION_SCOPE, INSTRUCTOR_SCOPE)


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    number = r"/api/catalyst/consents/(\d{1,18})"
    return [(f"{number}/start", StartHandler), (f"{number}/open", OpenHandler)]


class _ConsentHandler(APIHandler):
    async def standing(self, number: str, kind: Kind) -> Standing:
        """The consent of that number, if whoever asks may use it; others learn nothing of it."""
        runtime = self.settings["catalyst"]
        with store_needed():
            standing = await runtime.read(
                lambda uow: find_consents(uow, runtime.policy, runtime.now())
            )
        found = next((s for s in standing if s.consent.consent_id == int(number)), None)
        if found is None or found.consent.kind is not kind or not self._may_use(found.consent):
            raise HTTPError(404)
        return found

    def _may_use(self, consent: Consent) -> bool:
        guest = self.current_user
        if not isinstance(guest, User) or guest.name != consent.asked_by:
            return False
        named = {f"{scope}!group={consent.community}" for scope in _LOOKING_AFTER}
        return not named.isdisjoint(self.expanded_scopes) or CHAMPION_SCOPE in self.expanded_scopes

    def owner(self, standing: Standing) -> Any:
        """Whose server it is. An admin's is nobody's to start or open, whatever was said."""
        user, server_name = self.find_user(standing.owner), standing.consent.server_name
        if user is None or user.admin or (server_name and server_name not in user.orm_spawners):
            raise HTTPError(404)
        return user


class StartHandler(_ConsentHandler, StartsServers):
    """``POST /hub/api/catalyst/consents/ID/start`` with the choice, as for one's own server."""

    async def post(self, number: str) -> None:
        """201 or 202; 409: it runs already; 4xx with the denial, as for one's own server."""
        standing = await self.standing(number, Kind.START)
        owner, server_name = self.owner(standing), standing.consent.server_name
        spawner = owner.get_or_create_spawner(server_name, "", replace_failed=True)
        if spawner.active:
            raise HTTPError(409, "The server runs, or is starting or stopping")
        options = self.get_json_body()
        self.refuse_malformed(options)
        # Admission looks for the consent again, and for all else.
        await self.spawn_single_user(owner, server_name, options=options or {})
        self.set_status(202 if spawner.pending == "spawn" else 201)


class OpenHandler(_ConsentHandler):
    """``POST /hub/api/catalyst/consents/ID/open``: answers with where the server is."""

    async def post(self, number: str) -> None:
        """200 with ``url``, a path; 409: the server does not run."""
        standing = await self.standing(number, Kind.OPEN)
        owner, server_name = self.owner(standing), standing.consent.server_name
        if not owner.spawners[server_name].ready:
            raise HTTPError(409, "The server does not run")
        await self._note(standing)
        let_in(self.db, owner, server_name, self.current_user, standing.consent.ends_at)
        self.write(json.dumps({"url": owner.server_url(server_name)}))

    async def _note(self, standing: Standing) -> None:
        """What cannot be noted is not done."""
        runtime = self.settings["catalyst"]
        with store_needed():
            is_noted = await runtime.write(lambda uow: record_opening(uow, standing, runtime.now()))
        if not is_noted:
            raise HTTPError(404)
