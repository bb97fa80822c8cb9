"""Tells people who came for a workshop alone that they go, and has them removed in the end."""

from __future__ import annotations

import logging

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.hub_client import HubClient, HubUnavailableError
from catalyst_hub.usecases.give_farewells import give_farewells
from catalyst_hub.usecases.list_departures import list_departures

log = logging.getLogger(__name__)

#: Whoever goes after days does not mind some minutes.
EVERY_S = 600.0


class Farewells:
    """Looks again and again whom it concerns. All of it is in the store: whoever is killed in
    between leaves nothing undone that the next round does not find."""

    def __init__(self, runtime: Runtime, hub: HubClient) -> None:
        self._runtime = runtime
        self._hub = hub

    async def round(self) -> None:
        """Give what notices are due, then let those go whose time has come, one by one. Raises what
        HubClient raises, and StoreUnavailableError."""
        while told := await self._tell():
            log.info("%i people were told that they go after their workshop", told)
        runtime = self._runtime
        due = await runtime.read(lambda uow: list_departures(uow, runtime.policy, runtime.now()))
        for leaving in due:
            await self._remove(leaving.workshop.workshop_id, leaving.guest.person.name)

    async def _tell(self) -> int:
        """Nearly always there is nothing to write: no reason to keep those who write waiting."""
        runtime = self._runtime
        due = await runtime.read(
            lambda uow: give_farewells(uow, runtime.policy, runtime.now(), is_rehearsal=True)
        )
        if not due:
            return 0
        return await runtime.write(lambda uow: give_farewells(uow, runtime.policy, runtime.now()))

    async def _remove(self, workshop_id: int, name: str) -> None:
        """One that cannot be removed now is tried again in the next round, and holds no other."""
        try:
            is_gone = await self._hub.say_farewell(workshop_id, name)
        except HubUnavailableError as error:
            log.error("could not remove somebody after workshop %i: %s", workshop_id, error)
            return
        log.info("after workshop %i: %s", workshop_id, "one is gone" if is_gone else "not yet")
