"""An OpenID Connect provider in a process of its own: code flow with PKCE, and user info.

    python -m benchmarks.identity_provider PORT

It takes whoever ``login_hint`` names for signed in, so that nothing of a measured sign-in is
spent on another program's password page. Everything else is as OpenID Connect Core has it:
discovery, codes that are good once and for one client, address and verifier, signed ID tokens,
bearer tokens.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import jwt
from tornado.httputil import url_concat
from tornado.web import Application, HTTPError, RequestHandler

CLIENT_ID, CLIENT_SECRET = "hub", "a-secret-of-the-benchmark-of-32-bytes-at-least"
#: Communities to whose teams people belong, in turn.
TEAMS = 15
_LIFETIME_S = 3600


def claims_of(name: str) -> dict[str, Any]:
    """What it says of somebody: ``learner-0007`` is in the team 7."""
    number = int(name.rpartition("-")[2]) if name.rpartition("-")[2].isdecimal() else 0
    return {
        "sub": f"id-{name}",
        "preferred_username": name,
        "name": name.replace("-", " ").title(),
        "email": f"{name}@uni.edu",
        "email_verified": True,
        "groups": [f"team-{number % TEAMS}", *(f"other-{i}" for i in range(10))],
    }


class _Page(RequestHandler):
    def initialize(self, issuer: str, granted: dict[str, Any]) -> None:
        self.issuer, self.granted = issuer, granted

    def wanted(self, name: str) -> str:
        """An argument that must be there."""
        return self.get_argument(name)

    def compute_etag(self) -> None:
        """Answers are never the same."""


class _Discovery(_Page):
    def get(self) -> None:
        self.finish(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["HS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
            }
        )


class _Authorize(_Page):
    def get(self) -> None:
        if self.wanted("client_id") != CLIENT_ID or self.wanted("response_type") != "code":
            raise HTTPError(400)
        code, back = secrets.token_urlsafe(24), self.wanted("redirect_uri")
        self.granted[code] = {
            "name": self.wanted("login_hint"),
            "redirect_uri": back,
            "challenge": self.wanted("code_challenge"),
        }
        self.redirect(url_concat(back, {"code": code, "state": self.wanted("state")}))


class _Token(_Page):
    def post(self) -> None:
        self._check_client()
        given = self.granted.pop(self.wanted("code"), None)
        verifier = hashlib.sha256(self.wanted("code_verifier").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            given is None
            or given["redirect_uri"] != self.wanted("redirect_uri")
            or given["challenge"] != challenge
        ):
            raise HTTPError(400)
        token = secrets.token_urlsafe(24)
        self.granted[token] = given["name"]
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": _LIFETIME_S}
        self.finish(answer | {"id_token": self._id_token(given["name"])})

    def _check_client(self) -> None:
        scheme, _, said = self.request.headers.get("Authorization", "").partition(" ")
        client = base64.b64decode(said).decode() if scheme == "Basic" else ""
        if unquote_plus(client) != f"{CLIENT_ID}:{CLIENT_SECRET}":
            raise HTTPError(401)

    def _id_token(self, name: str) -> str:
        now = int(time.time())
        about = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + _LIFETIME_S}
        return jwt.encode(about | claims_of(name), CLIENT_SECRET, "HS256")


class _UserInfo(_Page):
    def get(self) -> None:
        name = self.granted.get(self.request.headers.get("Authorization", "").partition(" ")[2])
        if not isinstance(name, str):
            raise HTTPError(401)
        self.finish(claims_of(name))


async def serve(port: int) -> None:
    """Until the process ends."""
    words = {"issuer": f"http://127.0.0.1:{port}", "granted": {}}
    pages = {
        "/.well-known/openid-configuration": _Discovery,
        "/authorize": _Authorize,
        "/token": _Token,
        "/userinfo": _UserInfo,
    }
    application = Application([(path, page, words) for path, page in pages.items()])
    application.listen(port, "127.0.0.1")
    await asyncio.Event().wait()


@contextlib.contextmanager
def running(port: int) -> Iterator[str]:
    """Its issuer, for as long as the block lasts."""
    issuer = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.identity_provider", str(port)])
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            address = f"{issuer}/.well-known/openid-configuration"
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
                break
            time.sleep(0.05)
        yield issuer
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
