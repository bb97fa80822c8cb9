"""What the ledger has not heard of yet: kept, and told in order, until its store is back.

A server never waits for the ledger. But only the Hub knows when a server began and ended whose
whole life falls into an outage: the observer's repair, which sees what there is, would give its
reservation back, uncharged. So the Hub writes down what it has to tell before it tells it: what
one that is killed had not told, the next one tells.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from tornado.ioloop import IOLoop, PeriodicCallback

from catalyst_hub.bootstrap import Log, Runtime
from catalyst_hub.core.server_event import Happened, ServerEvent
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.store.journal import Journal, JournalError
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.open_session import open_session

_RETRY_S = 1.0
_AT_STAKE = (
    "A hub that is killed while the database is away may lose what servers have used meanwhile."
)

T = TypeVar("T")


class Untold:
    """The events of each server that the store has not confirmed, the oldest first.

    Without a ``journal``, or while its disk is full, they are kept in memory alone.
    """

    def __init__(self, runtime: Runtime, log: Log, journal: Journal | None = None) -> None:
        self._runtime = runtime
        self.log = log
        self._journal = journal
        #: With the number that each has in the journal; None: it is not there.
        self._events: dict[ServerKey, deque[tuple[int | None, ServerEvent]]] = {}
        #: One at a time for each server, or an event could be told again after a start that was
        #: decided meanwhile, of the session that this has begun.
        self._turns: WeakValueDictionary[ServerKey, asyncio.Lock] = WeakValueDictionary()
        nothing: list[tuple[int, ServerEvent]] = []
        for number, event in self._written(Journal.events, nothing):
            self._expect(number, event)

    def expect(self, event: ServerEvent) -> None:
        """The ledger has to hear of this; from here on it will, whatever becomes of this process.

        :meth:`tell` tells it at once, :meth:`retry` soon.
        """
        self._expect(self._written(lambda journal: journal.add(event), None), event)

    async def tell(self, key: ServerKey) -> None:
        """Tell the ledger what has happened to a server, now or as soon as its store is back."""
        try:
            await self._tell_all(key)
        except StoreUnavailableError:
            self._written(Journal.sync, None)
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
            for key in tuple(self._events):
                await self._tell_all(key)

    def close(self) -> None:
        """Leave the journal to the next Hub."""
        self._written(Journal.close, None)
        self._journal = None

    def _expect(self, number: int | None, event: ServerEvent) -> None:
        self._events.setdefault(event.key, deque()).append((number, event))

    async def _tell_all(self, key: ServerKey) -> None:
        async with self._turn(key):
            await self._tell_in_turn(key)

    def _turn(self, key: ServerKey) -> asyncio.Lock:
        return self._turns.setdefault(key, asyncio.Lock())

    async def _tell_in_turn(self, key: ServerKey) -> None:
        """Each in a transaction of its own: it holds the community of its session, and several
        may be of several."""
        events = self._events.get(key, deque())
        while events:
            number, event = events[0]
            try:
                await self._runtime.write(partial(record, event=event))
            except StoreUnavailableError:
                raise
            except Exception:
                # A fault of ours, which would be there each time.
                self.log.exception("%s/%s is left to the repair", key.user_name, key.server_name)
            events.popleft()
            if number is not None:
                self._written(partial(Journal.remove, number=number), None)
        self._events.pop(key, None)

    def _written(self, work: Callable[[Journal], T], otherwise: T) -> T:
        """What the journal answers; ``otherwise`` where there is none, or none that works."""
        if self._journal is None:
            return otherwise
        try:
            return work(self._journal)
        except JournalError as error:
            self.log.error(
                "c.CatalystHub.untold_file cannot be written or read: %s. %s", error, _AT_STAKE
            )
            return otherwise


def watch(app: Any, runtime: Runtime, file: str) -> Untold:
    """Tell what the Hub before left untold, then what is late as long as this one runs, which
    stops its callbacks when it ends."""
    untold = Untold(runtime, app.log, _journal(Path(file), app.log) if file else None)
    callback = PeriodicCallback(untold.retry, _RETRY_S * 1000)
    app._periodic_callbacks["catalyst_untold"] = callback
    callback.start()
    IOLoop.current().add_callback(untold.retry)
    return untold


def record(uow: UnitOfWork, event: ServerEvent) -> None:
    """Open or close the session of the server. Told twice in a row, it changes nothing."""
    if event.happened is Happened.UP:
        open_session(uow, event.key, event.at)
    else:
        close_session(uow, event.key, event.at, event.alive_at, event.cause)


def _journal(path: Path, log: Log) -> Journal | None:
    """A hub opens without it as well: nobody may have to wait for an operator."""
    try:
        return Journal(path)
    except JournalError as error:
        log.error(
            "c.CatalystHub.untold_file: %s cannot be used: %s. %s It has to be a file of this Hub"
            " alone, in a folder that the Hub may write to; where the file is broken, move it away"
            " and start the Hub again.",
            path.absolute(),
            error,
            _AT_STAKE,
        )
        return None
