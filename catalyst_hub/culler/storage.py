"""How full homes are: asked of a source again and again, slowly, and written down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from functools import partial
from importlib.metadata import entry_points
from itertools import islice

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.home_folders import folders_of
from catalyst_hub.core.storage import HomeSize
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.culler.storage_sources import StorageSource, StorageSourceError
from catalyst_hub.usecases.record_storage import record_storage

log = logging.getLogger(__name__)

#: Where other packages offer sources of their own.
GROUP = "catalyst_hub.storage_sources"
#: So many people are written in one transaction: others wait to start meanwhile.
_AT_ONCE = 20


def source_named(name: str, place: str) -> StorageSource:
    """The source of that name, which looks at ``place``. Raises StorageSourceError."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        known = ", ".join(sorted(found))
        raise StorageSourceError(f"there is no storage source {name!r}; there are: {known}")
    made: StorageSource = found[name].load()(place)
    return made


class StorageKeeper:
    """Measures and writes down, a person at a time as the source finds them."""

    def __init__(self, runtime: Runtime, source: StorageSource) -> None:
        self._runtime = runtime
        self._source = source

    async def round(self) -> None:
        """All homes once. Raises StoreUnavailableError; a source that fails is told to the log."""
        runtime = self._runtime
        names = await runtime.read(lambda uow: uow.storage.owners())
        whose = folders_of(names)
        sizes: dict[str, HomeSize] = {}
        try:
            async for folder, size in self._source.homes(whose.keys()):
                if folder in whose:
                    sizes[whose[folder]] = size
                if len(sizes) >= _AT_ONCE:
                    await self._record(sizes)
                    sizes = {}
        except StorageSourceError as error:
            log.warning("cannot measure homes: %s", error)
        await self._record(sizes)

    async def _record(self, sizes: Mapping[str, HomeSize]) -> None:
        runtime = self._runtime
        for some in _batches(sizes):
            await runtime.write(partial(self._write, some))
        await asyncio.sleep(0)

    def _write(self, sizes: Mapping[str, HomeSize], uow: UnitOfWork) -> None:
        record_storage(uow, self._runtime.policy, sizes, self._runtime.now())


def _batches(sizes: Mapping[str, HomeSize]) -> Iterator[Mapping[str, HomeSize]]:
    left = iter(sizes.items())
    while some := dict(islice(left, _AT_ONCE)):
        yield some
