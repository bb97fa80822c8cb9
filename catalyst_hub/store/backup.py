"""A copy of a SQLite store, made while others write."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.store.errors import StoreSettingsError

_PARTIAL = ".partial"


def back_up(database_url: str, target: Path) -> int:
    """Copy the store at ``database_url`` into a new file, readable by its owner only; its size.

    The copy is of one instant, checked, and gets its name when it lies safely on the disk. Raises
    StoreSettingsError where that is not SQLite's work, OSError, or StoreUnavailableError.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreSettingsError(
            "a PostgreSQL store is copied with its own tool: "
            "pg_dump --format=custom --file=FILE DATABASE"
        )
    if target.exists():
        raise FileExistsError(f"{target} is there already; backups are never overwritten")
    partial = _new_file(target)
    try:
        _copy(Path(url.database), partial)
        _onto_disk(partial)
        partial.rename(target)
        _onto_disk(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def _new_file(target: Path) -> Path:
    """Beside the target, under a name that nobody can have prepared: others may write there, too,
    and a link of theirs would be followed."""
    handle, path = tempfile.mkstemp(suffix=_PARTIAL, prefix=f"{target.name}.", dir=target.parent)
    os.close(handle)
    return Path(path)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(_opened(source, "ro")) as reader, closing(_opened(target, "rw")) as writer:
            # All pages in one step: in steps, each write of the hub would begin it anew.
            reader.backup(writer)
            (said,) = writer.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise StoreUnavailableError(f"the database cannot be copied: {error}") from error
    if said != "ok":
        raise StoreUnavailableError(f"the copy is damaged: {said}")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True)


def _onto_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
