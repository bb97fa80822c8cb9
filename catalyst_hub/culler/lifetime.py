"""When this process ends: when it is told to, or when the Hub that started it is gone."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

log = logging.getLogger(__name__)

_LOOK_S = 1.0


def stop_on_signals() -> None:
    """Cancel the task that calls this on SIGTERM or Ctrl-C."""
    loop, task = asyncio.get_running_loop(), _current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)


async def end_with_parent() -> None:
    """Send this process SIGTERM once it is orphaned.

    A Hub that is killed leaves the services it manages behind, and the next one starts new ones.
    It says who it is, for it may be gone before this process can look. Where nobody manages this
    process, its parent never changes.
    """
    parent = int(os.environ.get("CATALYST_HUB_PID") or os.getppid())
    while os.getppid() == parent:  # noqa: ASYNC110 -- nothing tells a process that it is orphaned
        await asyncio.sleep(_LOOK_S)
    log.warning("ending: the process that started this one is gone")
    os.kill(os.getpid(), signal.SIGTERM)


def _current_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("not called from a coroutine")
    return task
