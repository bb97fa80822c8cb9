"""What the ledger has not heard of yet: kept, and told in order, until its store is back.

A server never waits for the ledger. But only the Hub knows when a server began and ended whose
whole life falls into an outage: the observer's repair, which sees what there is, would give its
reservation back, uncharged. A Hub that is killed meanwhile leaves it to the repair.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from tornado.ioloop import PeriodicCallback

from catalyst_hub.bootstrap import Log, Runtime
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork

_RETRY_S = 1.0

T = TypeVar("T")
#: Says itself when it happened, and changes nothing when it is told twice in a row.
Note = Callable[[UnitOfWork], object]


class Untold:
    """The notes of each server that the store has not confirmed, the oldest first."""

    def __init__(self, runtime: Runtime, log: Log) -> None:
        self._runtime = runtime
        self.log = log
        self._notes: dict[ServerKey, deque[Note]] = {}
        #: One at a time for each server, or a note could be told again after a start that was
        #: decided meanwhile, of the session that this has begun.
        self._turns: WeakValueDictionary[ServerKey, asyncio.Lock] = WeakValueDictionary()

    async def tell(self, key: ServerKey, note: Note) -> None:
        """Tell the ledger now what has happened to a server, or as soon as its store is back."""
        self._notes.setdefault(key, deque()).append(note)
        try:
            await self._tell_all(key)
        except StoreUnavailableError:
            self.log.error(
                "The store is away: what happened to %s/%s is told when it is back",
                key.user_name,
                key.server_name,
            )

    async def write(self, key: ServerKey, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` after all that is untold of this server: no session of it is reserved
        before the ledger knows the end of the one before.

        Raises StoreUnavailableError; what is untold stays untold then.
        """
        async with self._turn(key):
            await self._tell_in_turn(key)
            return await self._runtime.write(work)

    async def retry(self) -> None:
        """Tell what is late; where nothing is, nothing is asked."""
        with suppress(StoreUnavailableError):
            for key in tuple(self._notes):
                await self._tell_all(key)

    async def _tell_all(self, key: ServerKey) -> None:
        async with self._turn(key):
            await self._tell_in_turn(key)

    def _turn(self, key: ServerKey) -> asyncio.Lock:
        return self._turns.setdefault(key, asyncio.Lock())

    async def _tell_in_turn(self, key: ServerKey) -> None:
        """Each in a transaction of its own: it holds the community of its session, and several
        may be of several."""
        notes = self._notes.get(key, deque())
        while notes:
            try:
                await self._runtime.write(notes[0])
            except StoreUnavailableError:
                raise
            except Exception:
                # A fault of ours, which would be there each time.
                self.log.exception("%s/%s is left to the repair", key.user_name, key.server_name)
            notes.popleft()
        self._notes.pop(key, None)


def watch(app: Any, runtime: Runtime) -> Untold:
    """Tell what is late as long as the Hub runs; it stops its callbacks when it ends."""
    untold = Untold(runtime, app.log)
    callback = PeriodicCallback(untold.retry, _RETRY_S * 1000)
    app._periodic_callbacks["catalyst_untold"] = callback
    callback.start()
    return untold
