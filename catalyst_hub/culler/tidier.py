"""Lets old details go, once a day."""

from __future__ import annotations

import logging
from collections import Counter
from functools import partial

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.audit import CULLER
from catalyst_hub.core.retention import KeptPlace, OldDetails
from catalyst_hub.usecases.find_old_details import find_old_details
from catalyst_hub.usecases.forget_old_details import forget_old_details

log = logging.getLogger(__name__)

EVERY_S = 86_400.0

#: So few rows that a transaction is done before anybody minds.
_AT_ONCE = 500


class Tidier:
    """Takes names out of rows that are older than the communities file wants them kept."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def round(self) -> None:
        """All that is old by now. Raises StoreUnavailableError."""
        if rows := (await self.tidy(CULLER)).total():
            log.info("%d old rows have lost their details", rows)

    async def tidy(self, actor: str, *, is_dry_run: bool = False) -> Counter[str]:
        """The same, and how many rows by table; of a dry run, how many it would be. Whoever ends
        it half-way loses nothing: the next one goes on."""
        rows, place = Counter[str](), KeptPlace()
        while keep_for := self._runtime.policy.keep_details_for:
            found = await self._runtime.read(
                partial(find_old_details, keep_for=keep_for, place=place, now=self._runtime.now())
            )
            if is_dry_run:
                rows[found.kept] += len(found.keys)
            else:
                rows[found.kept] += await self._forget(found, actor)
            if found.next_place is None:
                break
            place = found.next_place
        return +rows

    async def _forget(self, found: OldDetails, actor: str) -> int:
        rows = 0
        for some in found.in_parts(_AT_ONCE):
            rows += await self._runtime.write(
                partial(forget_old_details, old=some, actor=actor, now=self._runtime.now())
            )
        return rows
