"""The services' own API tokens, the same at every start.

The Hub would make new ones each time, and never revoke the old.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path


def service_token(path: Path, service: str) -> str:
    """The token of a service from a file that only the hub's user can read; made when missing.

    Raises PermissionError when others can read the file.
    """
    tokens = _read(path)
    if service not in tokens:
        tokens[service] = secrets.token_hex(32)
        _write(path, tokens)
    return tokens[service]


def _read(path: Path) -> dict[str, str]:
    with suppress(FileNotFoundError):
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"{path} holds secrets and others can read it: chmod 600 it")
        tokens: dict[str, str] = json.loads(path.read_text())
        return tokens
    return {}


def _write(path: Path, tokens: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(tokens, file)
    draft.replace(path)
