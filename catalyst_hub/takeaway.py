"""Inside each person's server: everything of theirs as one file to take along.

This one file needs nothing but what Jupyter's own server has, so that it can be put into an image
by itself. The zip file is made while it is sent, so it needs no room in a home that may be full,
and a plain link is enough to fetch it.
"""

from __future__ import annotations

import asyncio
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

_CHUNK_BYTES = 256 * 1024


class _Pipe(io.RawIOBase):
    """What was written since somebody last took it; nothing can go back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """All of it; then it is empty."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def zipped(home: Path) -> Iterator[bytes]:
    """The files below a folder as a zip file, piece by piece.

    Links are left out: they may lead out of the home, or round in circles. So is what cannot be
    read, which must not cost the rest.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in _files(home):
            yield from _added(archive, pipe, path, _name(path.relative_to(home)))
    yield pipe.take()


def _files(home: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(home):
        folders.sort()
        for name in sorted(names):
            yield Path(folder, name)


def _name(path: Path) -> str:
    """As every program that unpacks reads it: what is no text would cost the whole file, and a
    backslash is a folder to some of them, the one above this one, say."""
    return path.as_posix().encode(errors="replace").decode().replace("\\", "_")


def _open(path: Path) -> IO[bytes]:
    """No link, nor a pipe that nobody ever writes to, put there since it was looked at."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _added(archive: zipfile.ZipFile, pipe: _Pipe, path: Path, name: str) -> Iterator[bytes]:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return
        source = _open(path)
    except OSError:
        return
    info = zipfile.ZipInfo.from_file(source.fileno(), name, strict_timestamps=False)  # type: ignore[arg-type]
    info.compress_type = zipfile.ZIP_DEFLATED
    with source, archive.open(info, "w", force_zip64=True) as entry:
        # One that grows while it is read is taken as far as it went when it was opened.
        left = info.file_size
        while left > 0 and (data := source.read(min(_CHUNK_BYTES, left))):
            left -= len(data)
            entry.write(data)
            yield pipe.take()


class FilesHandler(JupyterHandler):
    """``catalyst-hub/files.zip``: the home of whoever asks."""

    auth_resource = "contents"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Send it; only its owner takes everything along, guests do not."""
        if getattr(self.current_user, "username", "") != os.environ.get("JUPYTERHUB_USER"):
            self.set_status(HTTPStatus.NOT_FOUND)
            return
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", 'attachment; filename="files.zip"')
        self.set_header("Cache-Control", "no-store")
        pieces, loop = zipped(Path.home()), asyncio.get_running_loop()
        try:
            while (piece := await loop.run_in_executor(None, next, pieces, None)) is not None:
                if piece:
                    self.write(piece)
                    await self.flush()
        except StreamClosedError:
            self.log.info("The download of all files was broken off")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server when it starts; one that no hub has started is left as it is."""
    if "JUPYTERHUB_USER" in os.environ:
        address = url_path_join(server.web_app.settings["base_url"], "catalyst-hub", "files.zip")
        server.web_app.add_handlers(".*$", [(address, FilesHandler)])
