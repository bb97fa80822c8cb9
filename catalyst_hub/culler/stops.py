"""Stops side by side: so many at once, each looked at once more just before, none held by another.

Those that find a place at the same time are asked for by one request, for requests cost the Hub.
It tells of each when the server is gone. Whoever takes long gives her place to the next after a
moment, and is waited for beside; how fast stops begin is bounded all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.notice import OF_CULLING, Notice
from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.culler.metrics import note_stop
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from catalyst_hub.usecases.confirm_stops import confirm_stops

log = logging.getLogger(__name__)

#: Seconds after which a stop that goes on holds no place any more.
SLOW_S = 3.0
#: Seconds that a free place waits for others at most, so that a turn is of several.
_GATHERING_S = 0.25

#: A session whose notice is over, and that notice.
_Due = tuple[Session, Notice]
#: Is called with the status of each server as soon as it is over.
_Tell = Callable[[ServerKey, int], None]
#: Asks the Hub to stop servers.
_Ask = Callable[[Collection[ServerKey], _Tell], Awaitable[None]]


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
        self._at_once = at_once
        self._holding: set[str] = set()
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
                places = await self._places()
                await self._serve_some([self._waiting.popleft() for _ in range(places)])
        finally:
            self._is_serving = False

    async def _places(self) -> int:
        """How many can begin now: at least one. Stops end one by one; asked for as soon as there
        is a place for it each would be a turn of its own."""
        await self._until_free(1)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GATHERING_S):
                await self._until_free(min(len(self._waiting), self._at_once // 2))
        return min(self._free, len(self._waiting))

    async def _until_free(self, count: int) -> None:
        while self._free < count:
            self._freed.clear()
            await self._freed.wait()

    @property
    def _free(self) -> int:
        return self._at_once - len(self._holding)

    async def _serve_some(self, turn: Sequence[Session]) -> None:
        notices = await self._confirmed(turn)
        together: list[_Due] = []
        for session in turn:
            notice = notices.get(session.session_id)
            if notice is None:
                self._over(session)
            elif self._is_forgetting(session, notice):
                self._begin([(session, notice)], self._forget)
            else:
                together.append((session, notice))
        if together:
            self._begin(together, self._hub.stop_some)

    def _is_forgetting(self, session: Session, notice: Notice) -> bool:
        is_named = bool(session.key.server_name)
        return self._is_removing and is_named and notice.reason in OF_CULLING

    def _over(self, session: Session) -> None:
        self._give_place(session)
        self._known.discard(session.session_id)
        if not self._known:
            self._settled.set()

    def _give_place(self, session: Session) -> None:
        self._holding.discard(session.session_id)
        self._freed.set()

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

    def _begin(self, due: Sequence[_Due], ask: _Ask) -> None:
        self._holding.update(session.session_id for session, _ in due)
        self._spawn(self._stop({session.key: (session, notice) for session, notice in due}, ask))

    async def _stop(self, unknown: dict[ServerKey, _Due], ask: _Ask) -> None:
        asked = asyncio.create_task(self._ask(unknown, ask))
        await asyncio.wait({asked}, timeout=self._slow_s)
        for session, _ in unknown.values():
            self._give_place(session)
        await asked

    async def _ask(self, unknown: dict[ServerKey, _Due], ask: _Ask) -> None:
        """``unknown`` has those of which the Hub has not told yet."""

        def tell(key: ServerKey, status: int) -> None:
            if due := unknown.pop(key, None):
                self._note(*due, status)

        try:
            await ask(tuple(unknown), tell)
            problem: object = "the Hub has not said what came of it"
        except (HubRefusedError, HubUnavailableError) as error:
            problem = error
        except Exception as error:
            log.exception("could not stop %d servers", len(unknown))
            problem = error
        for session, _ in unknown.values():
            log.error("could not stop %s: %s", _described(session), problem)
            self._over(session)

    async def _forget(self, keys: Collection[ServerKey], tell: _Tell) -> None:
        """Stop named servers that are forgotten then, which the Hub does for one at a time."""
        for key in keys:
            tell(key, 204 if await self._hub.stop(key, is_removed=True) else 404)

    def _note(self, session: Session, notice: Notice, status: int) -> None:
        """One is over. What is not there, or pending by now, is looked at again in any case."""
        try:
            if status < 400:
                note_stop(notice)
                log.info("stopped %s: its notice is over (%s)", _described(session), notice.reason)
            elif status >= 500:
                log.error("could not stop %s: the Hub answered %d", _described(session), status)
        except Exception:
            # Or those who are told of later would not be noted either.
            log.exception("could not note the stop of %s", _described(session))
        self._over(session)


def _described(session: Session) -> str:
    key, community = session.key, session.choice.community
    return f"{key.user_name}/{key.server_name} (session {session.session_id} in {community})"
