"""Stops side by side: so many at once, each looked at once more just before, none held by another.

The Hub answers a stop when the server is gone. Whoever takes long gives her place to the next
after a moment, and is waited for beside; how fast stops begin is bounded all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.notice import OF_CULLING, Notice
from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.culler.metrics import note_stop
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from catalyst_hub.usecases.confirm_stops import confirm_stops

log = logging.getLogger(__name__)

#: Seconds after which a stop that goes on holds no place any more.
SLOW_S = 3.0


class Stops:
    """Those that wait, and those under way; a session is one of them at most once.

    ``at_once``: places. ``is_removing``: a named server that is stopped because nobody uses it, or
    as too old, is forgotten, too.
    """

    def __init__(
        self,
        runtime: Runtime,
        hub: HubClient,
        at_once: int,
        *,
        is_removing: bool = False,
        slow_s: float = SLOW_S,
    ) -> None:
        self._runtime = runtime
        self._hub = hub
        self._is_removing = is_removing
        self._slow_s = slow_s
        self._free = at_once
        self._freed = asyncio.Event()
        self._settled = asyncio.Event()
        self._waiting: deque[Session] = deque()
        self._known: set[str] = set()
        #: Tasks that nobody holds may vanish half-way.
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_serving = False

    def begin(self, sessions: Iterable[Session]) -> None:
        """Stop these as soon as there is a place, if that is still right by then."""
        new = [session for session in sessions if session.session_id not in self._known]
        self._known.update(session.session_id for session in new)
        self._waiting.extend(new)
        if self._waiting and not self._is_serving:
            self._is_serving = True
            self._settled.clear()
            self._spawn(self._serve())

    async def settle(self, longest_s: float) -> None:
        """Until all that were begun are over, or for so long."""
        if self._known:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), longest_s)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self) -> None:
        """Whoever waits takes a free place; several are confirmed together, in one transaction."""
        try:
            while self._waiting:
                while not self._free:
                    self._freed.clear()
                    await self._freed.wait()
                places = min(self._free, len(self._waiting))
                await self._serve_some([self._waiting.popleft() for _ in range(places)])
        finally:
            self._is_serving = False

    async def _serve_some(self, turn: Sequence[Session]) -> None:
        notices = await self._confirmed(turn)
        for session in turn:
            if notice := notices.get(session.session_id):
                self._free -= 1
                self._spawn(self._stop(session, notice))
            else:
                self._over(session)

    def _over(self, session: Session) -> None:
        self._known.discard(session.session_id)
        if not self._known:
            self._settled.set()

    async def _confirmed(self, turn: Sequence[Session]) -> Mapping[str, Notice]:
        """Ask the Hub, then the store, at the very last: much may have happened since. What
        cannot be told now is for the next round."""
        runtime, taken_at = self._runtime, self._runtime.now()
        session_ids = [session.session_id for session in turn]
        try:
            servers = await self._hub.some_servers([session.key for session in turn])
            observation = HubObservation(taken_at, servers)
            return await runtime.write(
                lambda uow: confirm_stops(
                    uow, runtime.policy, session_ids, observation, runtime.now()
                )
            )
        except (HubRefusedError, HubUnavailableError, StoreUnavailableError) as error:
            log.error("could not stop %d servers: %s", len(turn), error)
        except Exception:
            # Or nobody would ever be asked about again.
            log.exception("could not stop %d servers", len(turn))
        return {}

    async def _stop(self, session: Session, notice: Notice) -> None:
        asked = asyncio.create_task(self._ask(session, notice))
        await asyncio.wait({asked}, timeout=self._slow_s)
        self._free += 1
        self._freed.set()
        await asked
        self._over(session)

    async def _ask(self, session: Session, notice: Notice) -> None:
        is_removed = self._is_removing and notice.reason in OF_CULLING
        try:
            if await self._hub.stop(session.key, is_removed=is_removed):
                note_stop(notice)
                log.info("stopped %s: its notice is over (%s)", _described(session), notice.reason)
        except (HubRefusedError, HubUnavailableError) as error:
            log.error("could not stop %s: %s", _described(session), error)
        except Exception:
            # Or it would never be begun again.
            log.exception("could not stop %s", _described(session))


def _described(session: Session) -> str:
    key, community = session.key, session.choice.community
    return f"{key.user_name}/{key.server_name} (session {session.session_id} in {community})"
