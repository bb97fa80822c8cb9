"""What the ledger has not heard of yet: kept, and told in order, until its store is back.

A server never waits for the ledger. But only the Hub knows when a server began and ended whose
whole life falls into an outage: the observer's repair, which sees what there is, would give its
reservation back, uncharged. A Hub that is killed meanwhile leaves it to the repair.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from tornado.ioloop import PeriodicCallback

from catalyst_hub.bootstrap import Log, Runtime
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork

_RETRY_S = 1.0

T = TypeVar("T")
#: Changes nothing when it is told twice, and says itself when it happened.
Note = Callable[[UnitOfWork], object]


class Untold:
    """The notes of each server that the store has not confirmed, the oldest first."""

    def __init__(self, runtime: Runtime, log: Log) -> None:
        self._runtime = runtime
        self.log = log
        self._notes: dict[ServerKey, list[Note]] = {}
        #: Servers with notes that nobody is telling now.
        self._late: set[ServerKey] = set()

    async def tell(self, key: ServerKey, note: Note) -> None:
        """Tell the ledger now what has happened to a server, or as soon as its store is back."""
        self._notes.setdefault(key, []).append(note)
        try:
            await self.write(key, _nothing)
        except asyncio.CancelledError:
            # Nobody waits any more to hear whether it was told.
            self._late.add(key)
            raise
        except StoreUnavailableError:
            self._late.add(key)
            self.log.error(
                "The store is away: what happened to %s/%s is told when it is back",
                key.user_name,
                key.server_name,
            )

    async def write(self, key: ServerKey, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` after all that is untold of this server, in one transaction: no session of
        it is reserved before the ledger knows the end of the one before.

        Raises StoreUnavailableError; what is untold stays untold then.
        """
        notes = tuple(self._notes.get(key, ()))

        def in_order(uow: UnitOfWork) -> T:
            for note in notes:
                note(uow)
            return work(uow)

        try:
            answer = await self._runtime.write(in_order)
        except StoreUnavailableError:
            raise
        except Exception:
            # A fault of ours, which would be there each time: that is for the repair.
            self._forget(key, notes)
            raise
        self._forget(key, notes)
        return answer

    async def retry(self) -> None:
        """Tell what is late; where nothing is, nothing is asked."""
        for key in tuple(self._late):
            try:
                await self.write(key, _nothing)
            except StoreUnavailableError:
                return
            except Exception:
                self.log.exception("%s/%s is left to the repair", key.user_name, key.server_name)

    def _forget(self, key: ServerKey, told: tuple[Note, ...]) -> None:
        left = [note for note in self._notes.get(key, ()) if note not in told]
        if left:
            self._notes[key] = left
        else:
            self._notes.pop(key, None)
            self._late.discard(key)


def watch(app: Any, runtime: Runtime) -> Untold:
    """Tell what is late as long as the Hub runs; it stops its callbacks when it ends."""
    untold = Untold(runtime, app.log)
    callback = PeriodicCallback(untold.retry, _RETRY_S * 1000)
    app._periodic_callbacks["catalyst_untold"] = callback
    callback.start()
    return untold


def _nothing(_uow: UnitOfWork) -> None:
    """Only what is untold."""
