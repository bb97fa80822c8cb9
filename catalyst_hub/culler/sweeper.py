"""Looks again and again for what nobody looks after any more, and ends servers the Hub forgot."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.orphan import Kind, Orphan, is_overlooked
from catalyst_hub.core.trust import is_hub_starting
from catalyst_hub.culler.metrics import note_orphan_ended, note_orphans
from catalyst_hub.culler.places import Place
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.find_orphans import find_orphans
from catalyst_hub.usecases.record_orphan_ended import record_orphan_ended

log = logging.getLogger(__name__)


class Sweeper:
    """``grace``: so long after its session was over a server may go on, for the Hub ends most of
    them itself. Sessions without a server are the observer's, accounts the farewells': they are
    told here, and cleaned there."""

    def __init__(
        self, runtime: Runtime, hub: HubClient, places: Sequence[Place], grace: timedelta
    ) -> None:
        self._runtime = runtime
        self._hub = hub
        self._places = places
        self._grace = grace
        self._told: frozenset[Orphan] = frozenset()
        self._asked: frozenset[str] = frozenset()

    async def round(self) -> None:
        """Look, tell, and end what is due. Raises what HubClient raises, and
        StoreUnavailableError."""
        runtime = self._runtime
        found = [server for place in self._places for server in await asyncio.to_thread(place.find)]
        orphans, signs = await runtime.read(
            lambda uow: (
                find_orphans(uow, runtime.policy, found, runtime.now()),
                uow.heartbeats.all(),
            )
        )
        # While it begins, the Hub has not found yet what goes on from before: that is not over.
        is_starting = is_hub_starting(signs, runtime.now())
        looked_at = None if is_starting else signs.get(OBSERVER)
        self._tell([orphan for orphan in orphans if _is_news(orphan, looked_at)])
        due = [] if is_starting else filter(self._is_due, orphans)
        ended = {orphan.session_id for orphan in due if await self._end(orphan)}
        self._asked = frozenset(ended)

    def _tell(self, orphans: Sequence[Orphan]) -> None:
        note_orphans(Counter(orphan.kind for orphan in orphans))
        now = frozenset(orphans)
        for orphan in now - self._told:
            log.warning("nobody looks after the %s of %s", orphan.kind, described(orphan))
        self._told = now

    def _is_due(self, orphan: Orphan) -> bool:
        is_over = self._runtime.now() - orphan.since >= self._grace
        return orphan.kind is Kind.SERVER and is_over

    async def _end(self, orphan: Orphan) -> bool:
        """Ask it to end; make it, if it was asked in the round before."""
        runtime, is_forced = self._runtime, orphan.session_id in self._asked
        if not orphan.is_replaced and await self._is_known(orphan):
            return False
        for place in self._places:
            await asyncio.to_thread(place.end, orphan.session_id, is_forced=is_forced)
        if not is_forced:
            log.warning("ended the server of %s, which the hub has forgotten", described(orphan))
            note_orphan_ended()
            await runtime.write(lambda uow: record_orphan_ended(uow, orphan, runtime.now()))
        return True

    async def _is_known(self, orphan: Orphan) -> bool:
        """Whether the Hub has a server of that name after all: it is adopted soon."""
        server = await self._hub.server(orphan.key)
        return server is not None and (server.is_ready or server.is_pending)


def _is_news(orphan: Orphan, looked_at: datetime | None) -> bool:
    """Whether it can be told: after an absence of this process's, all sessions seem unseen until
    it has looked."""
    return orphan.kind is not Kind.SESSION or is_overlooked(orphan, looked_at)


def described(orphan: Orphan) -> str:
    """Whose it is, which, and where."""
    which = f"{orphan.user_name}/{orphan.server_name}" if orphan.session_id else orphan.user_name
    words = [f"session {orphan.session_id}" if orphan.session_id else "", orphan.place]
    more = ", ".join(filter(None, [*words, f"since {orphan.since.isoformat(timespec='seconds')}"]))
    return f"{which} in {orphan.community} ({more})"
