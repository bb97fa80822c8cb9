"""One look at the Hub, and what follows from it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.compare_sessions import Compared, compare_sessions
from catalyst_hub.usecases.observe_sessions import observe_sessions
from catalyst_hub.usecases.reconcile_sessions import Reconciled, reconcile_sessions

log = logging.getLogger(__name__)

#: Questions to the Hub at the same time: after a crash there may be hundreds.
_QUESTIONS = 8


class Observer:
    """Looks again and again. ``patience``: how long a start may take before it has failed."""

    def __init__(self, runtime: Runtime, hub: HubClient, patience: timedelta) -> None:
        self._runtime = runtime
        self._hub = hub
        self._patience = patience
        self._strangers: frozenset[ServerKey] = frozenset()

    async def look(self) -> None:
        """Ask the Hub, note who is there, repair what is wrong.

        Raises what HubClient raises, and StoreUnavailableError.
        """
        observation, compared = await self._ask()
        await self._runtime.write(
            lambda uow: observe_sessions(uow, observation, compared.seen, self._runtime.now())
        )
        if compared.is_settled:
            self._strangers = frozenset()
        else:
            await self._repair(observation)

    async def _repair(self, observation: HubObservation) -> None:
        has_more = True
        while has_more:
            reconciled = await self._runtime.write(
                lambda uow: reconcile_sessions(
                    uow, self._runtime.policy, observation, self._patience, self._runtime.now()
                )
            )
            self._tell(reconciled)
            has_more = reconciled.has_more

    async def _ask(self) -> tuple[HubObservation, Compared]:
        # The instant before the question: whatever the store learns from now on is newer.
        taken_at = self._runtime.now()
        listed = HubObservation(taken_at, await self._hub.servers())
        compared = await self._compare(listed)
        if not compared.unseen:
            return listed, compared
        asked = await self._ask_about(sorted(compared.unseen))
        observation = HubObservation(taken_at, {**listed.servers, **asked})
        return observation, await self._compare(observation)

    async def _compare(self, observation: HubObservation) -> Compared:
        return await self._runtime.read(
            lambda uow: compare_sessions(uow, observation, self._patience)
        )

    async def _ask_about(self, names: Sequence[str]) -> dict[ServerKey, ObservedServer]:
        places = asyncio.Semaphore(_QUESTIONS)

        async def ask(name: str) -> dict[ServerKey, ObservedServer]:
            async with places:
                return await self._hub.servers_of(name)

        answers = await asyncio.gather(*(ask(name) for name in names))
        return {key: server for answer in answers for key, server in answer.items()}

    def _tell(self, reconciled: Reconciled) -> None:
        repairs = {
            "gave back the reservation of": reconciled.released,
            "closed the lost session of": reconciled.closed,
            "opened the session of": reconciled.opened,
            "adopted": reconciled.adopted,
        }
        for what, sessions in repairs.items():
            for session in sessions:
                log.warning("%s %s", what, _described(session))
        strangers = frozenset(reconciled.strangers)
        for key in strangers - self._strangers:
            log.error(
                "server %r of %s runs uncharged: its owner is in no community",
                key.server_name,
                key.user_name,
            )
        self._strangers = strangers


def _described(session: Session) -> str:
    bound = f", at most {session.estimate_ms / 1000:.0f} s off" if session.estimate_ms else ""
    server = f"{session.key.user_name}/{session.key.server_name}"
    return f"{server} (session {session.session_id} in {session.choice.community}{bound})"
