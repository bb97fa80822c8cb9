"""Servers that are stopped together are written down together.

The Hub writes each stop down in three transactions. Each waits for the disk, and nobody is served
meanwhile. Nearly all of it can be written just before, for all servers that have come so far at
the same moment, in one transaction. The Hub finds it done then; what it does not find done, for
the server is stopped alone or its database has failed, it does as ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jupyterhub.spawner import Spawner

from catalyst_hub.bootstrap import Log
from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.causes import CauseMixin

#: Seconds that whoever has come so far waits for the others at most: some servers take long.
_GATHERING_S = 0.1


class StopsTogether:
    """Some servers that are being stopped. Each is written down twice: when it is gone, and when
    the last hook has run."""

    def __init__(self, db: Any, log: Log, keys: Collection[ServerKey]) -> None:
        self.gone = _Step(db, log, keys, _write_end)
        self.closed = _Step(db, log, keys, _write_state)

    @contextmanager
    def one(self, key: ServerKey) -> Iterator[None]:
        """Whatever is stopped in here is this one of them; afterwards nobody waits for it."""
        _TOGETHER.set(self)
        try:
            yield
        finally:
            self.gone.expect_no_more(key)
            self.closed.expect_no_more(key)


#: Those that a server is stopped with, in the task that asks for it; None: it is alone.
_TOGETHER: ContextVar[StopsTogether | None] = ContextVar("together", default=None)


class _Step:
    """Whoever has come waits for the others, a moment at most; then all are written down."""

    def __init__(
        self, db: Any, log: Log, keys: Collection[ServerKey], write: Callable[[Any, Spawner], None]
    ) -> None:
        self._db = db
        self.log = log
        self._write = write
        self._coming = set(keys)
        self._here: list[Spawner] = []
        self._written = asyncio.Event()

    async def take(self, key: ServerKey, spawner: Spawner) -> None:
        """Until it is written down, if that can be."""
        written = self._written
        if not self._here:
            asyncio.get_running_loop().call_later(_GATHERING_S, self._write_down, written)
        self._here.append(spawner)
        self.expect_no_more(key)
        await written.wait()

    def expect_no_more(self, key: ServerKey) -> None:
        """It has come, or will not."""
        self._coming.discard(key)
        if self._here and not self._coming:
            self._write_down(self._written)

    def _write_down(self, written: asyncio.Event) -> None:
        """Without a pause between the first change and the commit: the Hub has one session, which
        any request that ends meanwhile would roll back."""
        if written.is_set():
            return
        here, self._here, self._written = self._here, [], asyncio.Event()
        try:
            for spawner in here:
                self._write(self._db, spawner)
            self._db.commit()
        except Exception:
            self.log.exception("%d stops could not be written down together", len(here))
            self._db.rollback()
        finally:
            written.set()


def _write_end(db: Any, spawner: Spawner) -> None:
    """What ``User.stop`` does when the server is gone, but for the instant."""
    row = spawner.orm_spawner
    spawner.server = None
    row.started = None
    if row.oauth_client is not None and not spawner.will_resume:
        db.delete(row.oauth_client)


def _write_state(_db: Any, spawner: Spawner) -> None:
    """What ``User.stop`` does when the last hook has run."""
    spawner.clear_state()
    spawner.orm_spawner.state = spawner.get_state()
    spawner.orm_spawner.user_options = {}


class TogetherMixin(CauseMixin):
    """A server that may be stopped together with others."""

    async def stop(self, now: bool = False) -> None:
        """As ever."""
        await super().stop(now)
        # A look that finds a server ended may stop it, too, before the Hub says that it stops.
        if self._stop_pending and (together := _TOGETHER.get()):
            await together.gone.take(ServerKey(self.user.name, self.name), self)

    async def write_state(self) -> None:
        """At the end of the last hook; one that is stopped alone is left to the Hub."""
        if together := _TOGETHER.get():
            key = ServerKey(self.user.name, self.name)
            # It may have ended by itself, or its stop may have failed.
            together.gone.expect_no_more(key)
            await together.closed.take(key, self)
