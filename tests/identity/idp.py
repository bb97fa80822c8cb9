"""Identity providers as processes of their own, which tests may tell what to say, and kill."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.hub.conftest import free_port

SCRIPT = Path(__file__).with_name("provider.mjs")
#: With everything that a form or a header could spoil.
SECRET = "a secret of the tests: &=+%"


class StrictIdp:
    """``oidc-provider`` of npm, in a process. The second start finds it at the same address."""

    client_id = "hub-basic"
    secret = SECRET
    scopes = ("openid", "profile", "email", "groups")

    def __init__(self, callback: str) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._callback = callback
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Empty, however it was left."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                ["node", str(SCRIPT), str(self.port), self._callback],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ,
            )
            self._wait()
        httpx.delete(f"{self.issuer}/test/everything").raise_for_status()

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.issuer}/.well-known/openid-configuration")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the provider did not start")

    def kill(self) -> None:
        """The provider is gone from one moment to the next."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def says(self, account: str, **claims: Any) -> None:
        """From now on, of an account."""
        await self._tell("PUT", f"accounts/{account}", claims)

    async def revokes(self, account: str) -> None:
        """Everything that was granted in the name of an account."""
        await self._tell("DELETE", f"grants/{account}")

    async def answers(self, status: int | None) -> None:
        """Whatever the hub asks, with this status (0: with silence); None: as it should."""
        await self._tell("PUT", "status/all", status)

    async def questions(self) -> list[str]:
        """What the hub has asked so far: the paths of its requests, in order."""
        return list(await self._tell("GET", "questions"))

    async def _tell(self, method: str, path: str, body: Any = None) -> Any:
        async with httpx.AsyncClient() as client:
            answer = await client.request(method, f"{self.issuer}/test/{path}", json=body)
            answer.raise_for_status()
            return answer.json()
