"""Where servers run, looked at without the Hub: what it has forgotten is found there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from catalyst_hub.core.orphan import FoundServer

_SESSION = b"CATALYST_SESSION="


class Place(Protocol):
    """One kind of place. Both may block, and never raise for what vanishes meanwhile."""

    def find(self) -> Sequence[FoundServer]:
        """Every server that runs there under a session."""

    def end(self, session_id: str, *, is_forced: bool) -> None:
        """Ask what runs under this session to end, or make it."""


class LocalProcesses:
    """Processes of our own user on this machine, as ``catalyst-local`` starts them: a server, its
    kernels and whatever they have started carry the session in their environment."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc

    def find(self) -> Sequence[FoundServer]:
        """Of each session all processes, by number."""
        found: dict[str, list[int]] = {}
        for pid in self._own():
            if session_id := self._session_of(pid):
                found.setdefault(session_id, []).append(pid)
        return [FoundServer(session_id, _in_words(pids)) for session_id, pids in found.items()]

    def end(self, session_id: str, *, is_forced: bool) -> None:
        """The server first, and then its kernels, for it starts them anew."""
        sent = signal.SIGKILL if is_forced else signal.SIGTERM
        for pid in self._own():
            with suppress(ProcessLookupError), _held(pid) as descriptor:
                # Looked at while held: a number that was given to somebody else is not hit.
                if self._session_of(pid) == session_id:
                    signal.pidfd_send_signal(descriptor, sent)

    def _own(self) -> Iterator[int]:
        """None where there is no such folder, as on a Mac. Neither this process nor the Hub that
        has started it: one that was started in a terminal of a server carries that one's session.
        """
        ours, user = {os.getpid(), os.getppid()}, os.getuid()
        for folder in sorted(self._numbered(), key=lambda folder: int(folder.name)):
            with suppress(OSError):
                if int(folder.name) not in ours and folder.stat().st_uid == user:
                    yield int(folder.name)

    def _numbered(self) -> Iterable[Path]:
        if not self._proc.is_dir():
            return []
        return (folder for folder in self._proc.iterdir() if folder.name.isdigit())

    def _session_of(self, pid: int) -> str:
        try:
            variables = (self._proc / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            return ""
        values = (v.removeprefix(_SESSION) for v in variables if v.startswith(_SESSION))
        return next(values, b"").decode(errors="replace")


@contextmanager
def _held(pid: int) -> Iterator[int]:
    """The process itself, not its number. Raises ProcessLookupError when it is gone."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _in_words(pids: Sequence[int]) -> str:
    several = "processes" if len(pids) > 1 else "process"
    return f"{several} {', '.join(map(str, pids))}"
