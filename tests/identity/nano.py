"""``nanoidp`` of PyPI: another program's idea of OpenID Connect, by the draft of OAuth 2.1."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.hub.conftest import free_port


class NanoIdp:
    """In a process, with a folder of settings. People sign in with the password ``x``."""

    client_id = "hub"
    # In a header it takes a secret as it stands, which for most secrets is the same.
    secret = "a-secret-of-the-tests"
    scopes = ("openid", "profile", "email", "offline_access")

    def __init__(self, folder: Path, callback: str) -> None:
        self.issuer = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        client = {
            "client_id": self.client_id,
            "client_secret": self.secret,
            "redirect_uris": [callback],
        }
        settings = {
            "server": {"host": "127.0.0.1"},
            "oauth": {"issuer": self.issuer, "audience": "hub", "clients": [client]},
        }
        folder.mkdir()
        (folder / "settings.yaml").write_text(yaml.safe_dump(settings))

    def start(self, **users: dict[str, Any]) -> None:
        """With these people."""
        known = {name: {"password": "x", **about} for name, about in users.items()}
        (self._folder / "users.yaml").write_text(yaml.safe_dump({"users": known}))
        port = self.issuer.rpartition(":")[2]
        options = ["--config", str(self._folder), "--port", port, "--profile", "oauth21"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nanoidp", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.issuer}/.well-known/openid-configuration")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the provider did not start")

    def kill(self) -> None:
        """The provider is gone from one moment to the next."""
        self._process.kill()
        self._process.wait()
