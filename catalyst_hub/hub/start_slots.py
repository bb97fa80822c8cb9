"""How many servers start at once, and whose turn is next.

The stock hub answers whoever comes while ``concurrent_spawn_limit`` servers are starting with an
error and a random time to come back. They come back too late or again too early, and a hub that
has a slot free waits for somebody to ask. Ours lets them wait, in the order in which they came.
"""

from __future__ import annotations

import asyncio
from typing import Any

from catalyst_hub.i18n import Translator


class StartSlots:
    """At most ``number`` starts at once, 0: as many as there are.

    A start is the Hub's own future of it, which ends when the server can be opened, or has failed,
    or was cancelled. A slot is tied to that future alone, so no way to end a start keeps its slot.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._starting: set[asyncio.Future[Any]] = set()
        self._turns: dict[asyncio.Future[Any], asyncio.Future[None]] = {}

    async def take(self, start: asyncio.Future[Any] | None) -> None:
        """Return when ``start`` has a slot. One that is nobody's future could not give it back."""
        if not self.number or start is None or start.done():
            return
        self._turns[start] = turn = asyncio.get_running_loop().create_future()
        start.add_done_callback(self._is_over)
        self._call()
        try:
            await turn
        except asyncio.CancelledError:
            self._turns.pop(start, None)
            raise

    def before(self, start: asyncio.Future[Any] | None) -> int | None:
        """How many starts come before this one; None: it does not wait."""
        if start not in self._turns:
            return None
        return list(self._turns).index(start)

    def withdraw(self, start: asyncio.Future[Any] | None) -> None:
        """End the wait of a start whose server was stopped meanwhile, by cancelling it."""
        turn = self._turns.pop(start, None) if start is not None else None
        if turn is not None:
            turn.cancel()

    def _is_over(self, start: asyncio.Future[Any]) -> None:
        self._turns.pop(start, None)
        self._starting.discard(start)
        self._call()

    def _call(self) -> None:
        """Give the free slots to those who have waited longest."""
        while self._turns and len(self._starting) < self.number:
            start = next(iter(self._turns))
            turn = self._turns.pop(start)
            if not turn.done():
                self._starting.add(start)
                turn.set_result(None)


def take_over(app: Any) -> StartSlots:
    """The slots of a hub: as many as its own limit says, which refuses nobody from now on."""
    app.tornado_settings["concurrent_spawn_limit"] = 0
    if app.active_server_limit:
        app.log.warning(
            "c.JupyterHub.active_server_limit = %i answers with an error beyond that many servers;"
            " with a limit on servers at once in the communities file, people wait for a seat",
            app.active_server_limit,
        )
    return StartSlots(app.concurrent_spawn_limit)


def turn_text(before: int, speak: Translator) -> str:
    """What to tell somebody whose start has so many others before it."""
    if not before:
        return speak.gettext("Many servers are starting right now. Yours is next.")
    return speak.ngettext(
        "Many servers are starting right now. One starts before yours.",
        "Many servers are starting right now. %(n)s start before yours.",
        before,
        n=speak.number(before),
    )
