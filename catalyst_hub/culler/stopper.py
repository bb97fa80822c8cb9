"""Stops servers whose owners may not run them any more, after they have had notice."""

from __future__ import annotations

import asyncio
import logging

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.notice import Verdict
from catalyst_hub.culler.metrics import note_notices
from catalyst_hub.culler.stops import SLOW_S, Stops
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.list_due_notices import list_due_notices

log = logging.getLogger(__name__)

#: Places for stops, unless said otherwise.
STOPS_AT_ONCE = 30


class Stopper:
    """Looks again and again who is to be told, and whose time is over. All of it is in the store:
    whoever is killed in between leaves nothing undone that the next round does not find."""

    def __init__(
        self,
        runtime: Runtime,
        hub: HubClient,
        at_once: int = STOPS_AT_ONCE,
        *,
        is_removing: bool = False,
    ) -> None:
        self._runtime = runtime
        self._hub = hub
        self._stops = Stops(runtime, hub, at_once, is_removing=is_removing)

    async def round(self) -> None:
        """Give the notices that nobody has given yet, stop what is due, side by side. Stops that
        take longer than a moment go on while the next rounds look.

        Raises what HubClient raises, and StoreUnavailableError.
        """
        runtime, verdict = self._runtime, await self._judge()
        note_notices(verdict.given)
        due = await runtime.read(lambda uow: list_due_notices(uow, runtime.now()))
        self._stops.begin(due)
        await asyncio.gather(self._tell_the_hub(verdict), self._stops.settle(SLOW_S))

    async def settle(self, longest_s: float) -> None:
        """Until every stop that was begun is over, or for so long."""
        await self._stops.settle(longest_s)

    async def _judge(self) -> Verdict:
        """Nearly always there is nothing to write: no reason to keep those who write waiting."""
        runtime = self._runtime
        verdict = await runtime.read(
            lambda uow: give_notices(uow, runtime.policy, runtime.now(), is_rehearsal=True)
        )
        if verdict == Verdict():
            return verdict
        return await runtime.write(lambda uow: give_notices(uow, runtime.policy, runtime.now()))

    async def _tell_the_hub(self, verdict: Verdict) -> None:
        """It was away when somebody was removed: it brings her groups up to date, and calls off
        what she is starting."""
        sessions = await self._runtime.read(
            lambda uow: [uow.sessions.get(notice.session_id) for notice in verdict.given]
        )
        for name in sorted({s.key.user_name for s in (*sessions, *verdict.called_off) if s}):
            log.warning("a server of %s is in a community that is closed to them", name)
            await self._hub.follow_store(name)
