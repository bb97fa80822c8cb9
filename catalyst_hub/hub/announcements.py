"""What is announced, at hand for every page of the Hub.

Most people who load a page have nothing to be told: they should not wait for a look at the store.
Admission itself always asks the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tornado.ioloop import IOLoop, PeriodicCallback

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.maintenance import Maintenance
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.usecases.list_maintenances import list_maintenances

#: An announcement, or its end, is on every page within this many seconds.
_LOOK_S = 5


class Announcements:
    """The maintenances of this hub, as they were at the last look."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.maintenances: Sequence[Maintenance] = ()

    async def look(self) -> None:
        """Look again; while the store is away, what was known stands."""
        runtime = self._runtime
        try:
            self.maintenances = await runtime.read(
                lambda uow: list_maintenances(uow, runtime.now())
            )
        except StoreUnavailableError:
            return


def watch(app: Any, runtime: Runtime) -> None:
    """Look as long as the Hub runs; it stops its callbacks when it ends."""
    announcements = Announcements(runtime)
    callback = PeriodicCallback(announcements.look, _LOOK_S * 1000)
    app._periodic_callbacks["catalyst_announcements"] = callback
    callback.start()
    app.tornado_settings["catalyst_announcements"] = announcements
    # Those who come in the first seconds are told, too.
    IOLoop.current().add_callback(announcements.look)
