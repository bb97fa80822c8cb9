"""A copy of the database's files, taken at any instant under load, opens and is sound.

Copying the file and its log one after the other while somebody writes is no power cut: between
the two copies the log may have been carried over and begun anew, and such a pair was never on any
disk. So the writers are stopped (SIGSTOP) while both are copied: that pair is what another process
would find after ``kill -9`` of all writers.

A power cut can leave less than that: what was written but not yet synced may be there, or not, or
in parts. SQLite syncs the log before a transaction is committed, and the file before the log is
begun anew. So in the copy, everything that no sync has promised is spoilt:

- of the log, all that comes after the last committed frame. Which one that is, the index of the
  log (``-shm``) knows; it is advanced after the sync;
- of the file, every page that stands in a committed frame of the log: carrying over may have been
  in the middle of any of them.

Whatever a writer had reported as committed must be there, and ``catalyst-hub db check`` finds
nothing wrong.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalyst_hub.store import Store
from tests.support.chaos import moments
from tests.support.ledger import breaches

_ROOT = Path(__file__).parents[2]
_WRITERS = 2
_LOG_HEADER, _FRAME_HEADER = 32, 24
_DEADLINE_S = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "catalyst.sqlite"
    Store.open(f"sqlite:///{path}", "andes").close()
    return path


class Writers:
    """Processes that write all the time, and what each has reported."""

    def __init__(self, path: Path, reports: Path) -> None:
        self._path = path
        self._reports = reports
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "tests.crash.hammering",
            f"sqlite:///{self._path}",
            "andes",
        ]
        for _ in range(_WRITERS):
            with self._reports.open("ab") as reports:
                self._processes.append(subprocess.Popen(command, cwd=_ROOT, stdout=reports))
        deadline, before = time.monotonic() + _DEADLINE_S, len(self.reported())
        while len(self.reported()) < before + 10:
            assert time.monotonic() < deadline, "the writers do not write"
            time.sleep(0.01)

    def reported(self) -> set[str]:
        """The sessions whose end was committed."""
        text = self._reports.read_text() if self._reports.exists() else ""
        return set(text.rpartition("\n")[0].split())

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        self._processes.clear()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        for process in self._processes:
            assert process.poll() is None
            os.kill(process.pid, signal.SIGSTOP)
        for process in self._processes:
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        yield
        for process in self._processes:
            os.kill(process.pid, signal.SIGCONT)


@pytest.fixture
def writers(path: Path) -> Iterator[Writers]:
    writers = Writers(path, path.with_name("reports"))
    yield writers
    writers.kill()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _spoil_what_was_not_synced(copy: Path, index: bytes, dice: random.Random) -> None:
    """``index`` is the -shm of the same instant: two headers, the second is written first."""
    size, committed = struct.unpack_from("=H", index, 14)[0], _committed(index)
    frame = _FRAME_HEADER + size
    log = bytearray(_beside(copy, "-wal").read_bytes())
    end = _LOG_HEADER + committed * frame
    pages = {
        struct.unpack_from(">I", log, _LOG_HEADER + number * frame)[0]
        for number in range(committed)
    }
    with copy.open("r+b") as file:
        length = copy.stat().st_size
        for page in pages:
            if page * size <= length:
                file.seek((page - 1) * size)
                file.write(dice.randbytes(size))
    tail = dice.randbytes(dice.randrange(4 * frame))
    _beside(copy, "-wal").write_bytes(bytes(log[:end]) + tail)


def _committed(index: bytes) -> int:
    return min(struct.unpack_from("=I", index, offset + 16)[0] for offset in (0, 48))


def _assert_sound(copy: Path, promised: set[str]) -> None:
    store = Store.open(f"sqlite:///{copy}", "andes")
    assert breaches(store) == []
    with store.unit_of_work() as uow:
        missing = {name for name in promised if uow.sessions.get(name) is None}
        live = {session.session_id for session in uow.sessions.all_live()}
    store.close()
    assert missing | (live & promised) == set()


def test_a_copy_of_any_instant_and_what_a_power_cut_leaves_of_it_are_sound(
    path: Path, writers: Writers, tmp_path: Path
) -> None:
    writers.start()
    dice = random.Random(2026)
    for number, moment_s in enumerate(moments((0.05, 0.31, 0.2, 0.13, 0.4), 2.0)):
        time.sleep(moment_s)
        copies = [tmp_path / f"{number}-{kind}.sqlite" for kind in ("killed", "cut")]
        with writers.stopped():
            promised = writers.reported()
            index = _beside(path, "-shm").read_bytes()
            for copy in copies:
                shutil.copy(path, copy)
                shutil.copy(_beside(path, "-wal"), _beside(copy, "-wal"))
        _spoil_what_was_not_synced(copies[1], index, dice)
        for copy in copies:
            _assert_sound(copy, promised)


def test_a_store_whose_writers_were_killed_is_sound_and_can_be_written(
    path: Path, writers: Writers
) -> None:
    for moment_s in moments((0.1, 0.33), 2.0):
        writers.start()
        time.sleep(moment_s)
        writers.kill()
        _assert_sound(path, writers.reported())


def test_the_spoiling_has_teeth(path: Path, writers: Writers, tmp_path: Path) -> None:
    """Half of what was committed is spoilt, and something is missing or broken.

    Not at each instant: the lost half may have held nothing yet that was reported.
    """
    writers.start()
    assert any(_half_is_missed(path, writers, tmp_path / f"{number}.sqlite") for number in range(9))


def _half_is_missed(path: Path, writers: Writers, copy: Path) -> bool:
    committed = 0
    while committed < 20:
        with writers.stopped():
            promised = writers.reported()
            index = bytearray(_beside(path, "-shm").read_bytes())
            shutil.copy(path, copy)
            shutil.copy(_beside(path, "-wal"), _beside(copy, "-wal"))
        committed = _committed(bytes(index))
    for offset in (0, 48):
        struct.pack_into("=I", index, offset + 16, committed // 2)
    _spoil_what_was_not_synced(copy, bytes(index), random.Random(2026))
    try:
        _assert_sound(copy, promised)
    except Exception:  # noqa: BLE001 -- how it shows depends on what was lost
        return True
    return False
