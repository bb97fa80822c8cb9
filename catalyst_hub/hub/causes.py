"""Why a start has failed, or a server has ended by itself, as far as the spawner can know."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from jupyterhub.spawner import Spawner
from jupyterhub.utils import AnyTimeoutError, maybe_future

from catalyst_hub.core.session import EndReason

#: Whether a spawner looks at its server, or starts it. KubeSpawner stops, as it looks, what has
#: ended by itself, and as it starts, what an earlier run has left behind by the same name.
_IS_TIDYING = ContextVar("is_tidying", default=False)


class CauseMixin(Spawner):
    """Notices what goes wrong where it goes wrong, and says at the end what it was.

    Causes are members of :class:`EndReason`; nothing of an exception's own words is kept.
    """

    #: From the start's first hook until the Hub listens for the server's end.
    _is_starting = False
    #: What ``start`` failed of; what was wrong with the server at the last look, and whether it
    #: had ended then.
    _failed_of: EndReason | None = None
    _wrong: EndReason | None = None
    _has_ended = False
    #: Whether we have ended it ourselves.
    _was_stopped = False

    def trouble(self) -> EndReason | None:
        """What keeps the server from running, as the spawner sees it now; None: it does not know.
        Spawners that can see more extend this."""
        return None

    def cause_of_error(self, error: BaseException) -> EndReason | None:
        """What an exception of ``start`` tells; None: nothing. Spawners extend this."""
        return EndReason.START_TIMEOUT if isinstance(error, AnyTimeoutError) else None

    def cause_of_end(self) -> EndReason | None:
        """Why the start failed or the server died; None: nobody knows, or neither is so.

        Has to be asked in the task that stops the server. A start that fails stops it itself; one
        that is called off is over before; what the Hub stops as it ends has not failed.
        """
        if not self._is_starting:
            is_known = self._has_ended and self._wrong is EndReason.OUT_OF_MEMORY
            return self._wrong if is_known else None
        start = self._spawn_future
        # The Hub forgets a start that was cancelled, and keeps one that failed.
        if start is None or start.cancelled():
            return EndReason.CALLED_OFF
        if asyncio.current_task() is not start:
            return None
        return self._cause_of_silence() if self._waiting_for_response else self._failed_of

    def _cause_of_silence(self) -> EndReason:
        ended = EndReason.EXITED if self._has_ended else EndReason.NO_ANSWER
        return self._wrong or ended

    def run_pre_spawn_hook(self) -> Awaitable[None]:
        """As ever: the start begins."""
        self._is_starting, self._failed_of = True, None
        self._wrong, self._has_ended = None, False
        hook: Awaitable[None] = maybe_future(super().run_pre_spawn_hook())
        return hook

    def add_poll_callback(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """As ever: the start is done."""
        self._is_starting = False
        super().add_poll_callback(callback, *args, **kwargs)

    async def start(self) -> Any:
        """As ever; what is wrong is looked at before anybody tidies up."""
        starting = _IS_TIDYING.set(True)
        try:
            return await maybe_future(super().start())
        except asyncio.CancelledError:
            # Its time is up. Or it was called off, which is found out at the end.
            self._failed_of = self.trouble() or EndReason.START_TIMEOUT
            raise
        except Exception as error:
            self._failed_of = self.trouble() or self.cause_of_error(error)
            raise
        finally:
            _IS_TIDYING.reset(starting)

    async def poll(self) -> int | None:
        """As ever. A spawner may tidy up as it finds that the server has ended; and of one that was
        stopped it tells nothing that this was not the cause of."""
        wrong, was_stopped = self.trouble(), self._was_stopped
        looking = _IS_TIDYING.set(True)
        try:
            status: int | None = await maybe_future(super().poll())
        finally:
            _IS_TIDYING.reset(looking)
        is_seen_again = self._has_ended and status is not None
        if not (was_stopped or is_seen_again):
            self._wrong, self._has_ended = wrong, status is not None
        return status

    async def stop(self, now: bool = False) -> None:
        """Stop the server: it ends because we say so, and we know when."""
        if not _IS_TIDYING.get():
            self._was_stopped = True
        await maybe_future(super().stop(now))
