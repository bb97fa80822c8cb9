"""Stops servers whose owners may not run them any more, after they have had notice."""

from __future__ import annotations

import asyncio
import logging

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.notice import Verdict
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.culler.metrics import note_notices, note_stop
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from catalyst_hub.usecases.confirm_stop import confirm_stop
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.list_due_notices import list_due_notices

log = logging.getLogger(__name__)


class Stopper:
    """Looks again and again who is to be told, and whose time is over. All of it is in the store:
    whoever is killed in between leaves nothing undone that the next round does not find."""

    def __init__(self, runtime: Runtime, hub: HubClient) -> None:
        self._runtime = runtime
        self._hub = hub

    async def round(self) -> None:
        """Give the notices that nobody has given yet, stop what is due, side by side.

        Raises what HubClient raises, and StoreUnavailableError.
        """
        runtime, verdict = self._runtime, await self._judge()
        note_notices(verdict.given)
        due = await runtime.read(lambda uow: list_due_notices(uow, runtime.now()))
        await asyncio.gather(self._tell_the_hub(verdict), *(self._try_to_stop(s) for s in due))

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

    async def _try_to_stop(self, session: Session) -> None:
        """One that cannot be stopped now is tried again in the next round, and holds no other."""
        try:
            await self._stop(session)
        except (HubRefusedError, HubUnavailableError, StoreUnavailableError) as error:
            log.error("could not stop %s: %s", _described(session), error)

    async def _stop(self, session: Session) -> None:
        """Ask the Hub, then the store, at the very last: much may have happened since."""
        runtime, key, session_id = self._runtime, session.key, session.session_id
        if key not in await self._hub.servers_of(key.user_name):
            return
        notice = await runtime.write(
            lambda uow: confirm_stop(uow, runtime.policy, session_id, runtime.now())
        )
        if notice is not None and await self._hub.stop(key):
            note_stop(notice)
            log.info("stopped %s: its notice is over", _described(session))


def _described(session: Session) -> str:
    key, community = session.key, session.choice.community
    return f"{key.user_name}/{key.server_name} (session {session.session_id} in {community})"
