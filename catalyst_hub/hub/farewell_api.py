"""The end of an account that came for a workshop alone: its files, its name, the Hub's user.

The process that says whose time has come holds a scope of our own for it, and none to delete
users or servers with: here the store is asked whether that is so. What has begun is noted before
anything is done, so whoever is killed half-way is asked for again, and each step finds its work
done or does it.
"""

from __future__ import annotations

from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError

from catalyst_hub.core.audit import CULLER
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.hub.erasure import forget_user
from catalyst_hub.hub.roles import FAREWELL_SCOPE
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.begin_departure import begin_departure
from catalyst_hub.usecases.erase_person import erase_person
from catalyst_hub.usecases.record_removal import record_removal


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    return [(r"/api/catalyst/farewells/(\d{1,18})/([^/]+)", FarewellHandler)]


class FarewellHandler(APIHandler):
    """``POST /hub/api/catalyst/farewells/ID/NAME``: after the workshop of that number."""

    async def post(self, number: str, name: str) -> None:
        """204: they and their files are gone; 409: it is not time, they stay, or a server runs."""
        if FAREWELL_SCOPE not in self.expanded_scopes:
            raise HTTPError(403, "Action is not authorized with current scopes")
        user = self.find_user(name)
        _refuse_whoever_is_here(user)
        runtime, workshop_id = self.settings["catalyst"], int(number)
        if not await self._write(
            lambda uow: begin_departure(uow, runtime.policy, workshop_id, name, runtime.now())
        ):
            raise HTTPError(409, "It is not time, or they stay")
        # Who was admitted while the store was away, the store has not seen.
        _refuse_whoever_is_here(user)
        await self._remove_files(user, name)
        refusal = await self._write(
            lambda uow: erase_person(uow, runtime.policy, name, runtime.now(), CULLER)
        )
        if refusal is not None:
            raise HTTPError(409, f"Not forgotten: {refusal}")
        if user is not None:
            forget_user(self.authenticator, self.users, user)
        self.set_status(204)

    async def _write(self, work: Any) -> Any:
        with store_needed():
            return await self.settings["catalyst"].write(work)

    async def _remove_files(self, user: Any, name: str) -> None:
        """Of every server, and of the one without a name though the Hub may have forgotten it;
        what a spawner cannot delete, or was not there to delete because the Hub does not know her
        any more, somebody has to be told of."""
        servers = {"", *user.orm_spawners} if user else set()
        spawners = [user.get_or_create_spawner(server, "") for server in servers]
        removed = [await spawner.remove_home() for spawner in spawners]
        is_removed, now = bool(removed) and all(removed), self.settings["catalyst"].now()
        if not is_removed:
            self.log.error("The spawner cannot delete files: please delete the home of %s", name)

        def note(uow: UnitOfWork) -> None:
            record_removal(uow, name, now, is_removed=is_removed)

        await self._write(note)


def _refuse_whoever_is_here(user: Any) -> None:
    if user is not None and (user.admin or any(s.active for s in user.spawners.values())):
        raise HTTPError(409, "A server runs, or they run the hub")
