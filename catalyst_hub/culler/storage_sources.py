"""Where the sizes of homes come from. Other packages may offer more, as entry points."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from prometheus_client.parser import text_string_to_metric_families
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from catalyst_hub.core.storage import HomeSize

log = logging.getLogger(__name__)

#: A disk counts in blocks of so many bytes, whatever its own are.
_BLOCK = 512
#: A home that takes longer is told as what was found by then; the next round begins anew.
_LONGEST_S = 120.0
#: After this long a scan rests for as long: servers need the disk more.
_BREATH_S = 0.05
_TIMEOUT_S = 20.0


class StorageSourceError(Exception):
    """The source cannot say how full homes are; the message is for the operator."""


class StorageSource(Protocol):
    """Made with one text, the setting ``storage_place``, which says where to look."""

    def homes(self, folders: Collection[str]) -> AsyncIterator[tuple[str, HomeSize]]:
        """The homes there are, by the names of their folders, one after the other; others than
        ``folders`` are of no use. Raises StorageSourceError."""


class LocalScan:
    """Adds up what lies in the folders of a disk of this machine."""

    def __init__(self, place: str) -> None:
        self._root = Path(place)

    async def homes(self, folders: Collection[str]) -> AsyncIterator[tuple[str, HomeSize]]:
        """As ``du`` counts: blocks, each file once, no other disks, and links are not followed."""
        for name in await asyncio.to_thread(self._present, folders):
            size = await asyncio.to_thread(used_bytes, self._root / name)
            if size is not None:
                yield name, HomeSize(size)

    def _present(self, folders: Collection[str]) -> list[str]:
        try:
            with os.scandir(self._root) as entries:
                return sorted(
                    e.name for e in entries if e.name in folders and e.is_dir(follow_symlinks=False)
                )
        except OSError as error:
            raise StorageSourceError(str(error)) from error


def used_bytes(home: Path, longest_s: float = _LONGEST_S) -> int | None:
    """What a folder takes on its disk, or at least that much if it takes too long to say; None:
    it is gone. What cannot be read counts nothing."""
    scan = _Scan(longest_s)
    try:
        root = home.lstat()
    except OSError:
        return None
    scan.device = root.st_dev
    if scan.add(root):
        scan.descend(home, root)
    if scan.is_over:
        log.warning("a home takes long to measure: it has %d files or more", scan.entries)
    return scan.total


class _Scan:
    def __init__(self, longest_s: float) -> None:
        self.total = self.entries = self.device = 0
        self.is_over = False
        self._seen: set[int] = set()
        self._ends_at = time.monotonic() + longest_s
        self._rests_at = time.monotonic() + _BREATH_S

    def add(self, found: os.stat_result) -> bool:
        """Count it, once; whether it is a folder of this disk, to be looked into."""
        self.entries += 1
        self._rest()
        if found.st_dev != self.device:
            return False
        if found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode):
            if found.st_ino in self._seen:
                return False
            self._seen.add(found.st_ino)
        self.total += found.st_blocks * _BLOCK
        return stat.S_ISDIR(found.st_mode)

    def descend(self, home: Path, root: os.stat_result) -> None:
        """Everything below, without calling itself: people nest folders deeply."""
        left = [(str(home), root)]
        while left and not self.is_over:
            path, found = left.pop()
            try:
                with _opened(path, found) as folder, os.scandir(folder) as entries:
                    left += [
                        (str(Path(path, entry.name)), seen)
                        for entry in entries
                        if (seen := self._to_enter(entry)) is not None
                    ]
            except OSError:
                # It went away, or is closed to us.
                continue

    def _to_enter(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        """What is known of a folder that is to be looked into; None: it is not."""
        try:
            found = None if self.is_over else entry.stat(follow_symlinks=False)
        except OSError:
            return None
        return found if found is not None and self.add(found) else None

    def _rest(self) -> None:
        now = time.monotonic()
        self.is_over = self.is_over or now > self._ends_at
        if now > self._rests_at:
            time.sleep(_BREATH_S)
            self._rests_at = time.monotonic() + _BREATH_S


@contextmanager
def _opened(path: str, found: os.stat_result) -> Iterator[int]:
    """The folder that was found there. Its owner may have put a link in its place meanwhile, or in
    that of a folder above it, which would lead out of the home. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not os.path.samestat(os.fstat(handle), found):
            raise FileNotFoundError(path)
        yield handle
    finally:
        os.close(handle)


class HomeNfs:
    """Reads what jupyterhub-home-nfs, or prometheus-dirsize-exporter, tells Prometheus."""

    def __init__(self, place: str) -> None:
        self._url = place

    async def homes(self, folders: Collection[str]) -> AsyncIterator[tuple[str, HomeSize]]:
        """Every folder it tells of, with the quota that it holds to."""
        used, limits = sizes_in(await self._text())
        for folder, size in used.items():
            yield folder, HomeSize(size, limits.get(folder) or None)

    async def _text(self) -> str:
        try:
            answer = await AsyncHTTPClient().fetch(self._url, request_timeout=_TIMEOUT_S)
        except (OSError, HTTPClientError, ValueError) as error:
            raise StorageSourceError(f"{self._url}: {error}") from error
        return answer.body.decode(errors="replace")


def sizes_in(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """Bytes used, and quotas, by the name of the folder. Raises StorageSourceError."""
    used: dict[str, int] = {}
    limits: dict[str, int] = {}
    wanted = {"dirsize_total_size_bytes": used, "dirsize_hard_limit_bytes": limits}
    try:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name in wanted:
                    folder = PurePosixPath(sample.labels["directory"]).name
                    wanted[sample.name][folder] = int(sample.value)
    except (KeyError, OverflowError, ValueError) as error:
        raise StorageSourceError(f"this is not what Prometheus reads: {error}") from error
    return used, limits
