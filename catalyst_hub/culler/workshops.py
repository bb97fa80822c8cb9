"""Runs workshops: takes the steps whose time has come, and has servers started ahead."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.hub_client import HubAwayError, HubClient, HubUnavailableError
from catalyst_hub.usecases.find_unwarmed import ToWarm, find_unwarmed
from catalyst_hub.usecases.take_workshop_step import TakenStep, take_workshop_step

log = logging.getLogger(__name__)

#: Between two rounds: servers are started a few at a time all through the warm window.
EVERY_S = 10.0
#: Starts that the Hub is asked for at the same time; it answers each when the server is up, or
#: after ten seconds.
_AT_ONCE = 8
#: What cannot be started is left to its owner after so many tries.
_TRIES = 3


class Placeholders(Protocol):
    """Keeps room for people of a workshop who have no server yet, where nodes come and go."""

    async def hold(self, seats: Mapping[int, int]) -> None:
        """Hold so many seats by workshop, in place of what was held before; for others none."""


class StartedServers:
    """On a machine of its own the servers that are started ahead are the placeholders."""

    async def hold(self, seats: Mapping[int, int]) -> None:
        """There is nothing else to hold."""


class WorkshopRunner:
    """Looks again and again what is due. All of it is in the store: whoever is killed in between
    leaves nothing undone that the next round does not find."""

    def __init__(
        self, runtime: Runtime, hub: HubClient, placeholders: Placeholders | None = None
    ) -> None:
        self._runtime = runtime
        self._hub = hub
        self._placeholders = placeholders or StartedServers()
        self._tries: Counter[ToWarm] = Counter()

    async def round(self) -> None:
        """Take every step that is due, one by one, then warm. Raises what HubClient raises, and
        StoreUnavailableError."""
        while taken := await self.step():
            log.info("workshop %i: %s", taken.workshop.workshop_id, taken.step.name)
        await self.warm()

    async def step(self) -> TakenStep | None:
        """One step, if one is due. Nearly always there is nothing to write: no reason to keep those
        who write waiting."""
        runtime = self._runtime
        due = await runtime.read(
            lambda uow: take_workshop_step(uow, runtime.policy, runtime.now(), is_rehearsal=True)
        )
        if due is None:
            return None
        return await runtime.write(
            lambda uow: take_workshop_step(uow, runtime.policy, runtime.now())
        )

    async def warm(self) -> None:
        """Have those servers started whose turn it is, side by side; when the Hub answers nobody
        for as long as one waits, the others are left to the next round."""
        runtime = self._runtime
        found = await runtime.read(lambda uow: find_unwarmed(uow, runtime.policy, runtime.now()))
        await self._placeholders.hold(found.free_seats)
        if not found.due:
            self._tries.clear()
        places, answers, is_silent = asyncio.Semaphore(_AT_ONCE), 0, False

        async def start(one: ToWarm) -> None:
            nonlocal answers, is_silent
            async with places:
                before = answers
                if is_silent:
                    return
                if await self._start(one):
                    answers += 1
                elif answers == before:
                    is_silent = True

        await asyncio.gather(*(start(one) for one in found.due if self._tries[one] < _TRIES))

    async def _start(self, one: ToWarm) -> bool:
        """Whether the Hub answered. One that cannot be started holds no other. A refusal is in the
        store, which does not name her again; the rest is tried a few times, but for a Hub that is
        away she can do nothing."""
        self._tries[one] += 1
        try:
            status = await self._hub.warm(one.workshop_id, one.user_name)
        except HubUnavailableError as error:
            is_away = isinstance(error, HubAwayError)
            self._tries[one] -= is_away
            log.warning("could not warm the server of %s: %s", one.user_name, error)
            return not is_away
        if status >= 400:
            log.info("the server of %s is not warmed: %i", one.user_name, status)
        return True
