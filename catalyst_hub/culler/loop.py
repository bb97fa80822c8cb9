"""Doing something again and again, whatever is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub_client import HubRefusedError, HubUnavailableError

log = logging.getLogger(__name__)

_FIRST_RETRY_S = 0.5


def retries(longest_s: float) -> Iterator[float]:
    """Seconds to wait after the first, second, ... failure in a row: doubling up to the longest."""
    delay_s = min(_FIRST_RETRY_S, longest_s)
    while True:
        yield delay_s
        delay_s = min(2 * delay_s, longest_s)


async def repeat(do: Callable[[], Awaitable[None]], pause_s: float | Callable[[], float]) -> None:
    """Do it now and every so often, until cancelled; a pause that may change is asked for anew.

    When the Hub or the store is away it is tried again soon, then less and less often.
    """
    delays: Iterator[float] | None = None
    while True:
        every_s = pause_s() if callable(pause_s) else pause_s
        delays = delays or retries(every_s)
        try:
            await do()
        except (HubUnavailableError, StoreUnavailableError) as error:
            delay_s = next(delays)
            log.warning("trying again in %.1f s: %s", delay_s, error)
        except HubRefusedError as error:
            delay_s = every_s
            log.error("%s", error)
        except Exception:
            # A fault in one round must not end the observation of all others.
            delay_s = every_s
            log.exception("this round failed")
        else:
            delay_s, delays = every_s, None
        await asyncio.sleep(delay_s)
