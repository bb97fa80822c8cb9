"""A hub whose people come from providers elsewhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jupyterhub.app import JupyterHub
from traitlets.config import Config

from tests.hub.communities import catalyst_config
from tests.hub.conftest import StartHub
from tests.hub.visitor import Visitor
from tests.hub.visitor import page as soup
from tests.identity.idp import SECRET

RULES: dict[str, Any] = {
    "savanna": {
        "title": "Savanna",
        "members": [{"provider": "uni", "groups": ["savanna"]}],
        "champions": [{"provider": "uni", "people": ["amina"]}],
    },
    "pampa": {
        "title": "Pampa",
        "members": [
            {"provider": "uni", "email_domains": ["uni.edu"]},
            {"provider": "lab", "everyone": True},
        ],
    },
}


class World:
    """Starts the hub, and turns its clock."""

    def __init__(
        self, start_hub: StartHub, port: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._start_hub = start_hub
        self._folder = folder
        self._monkeypatch = monkeypatch
        self.origin = f"http://127.0.0.1:{port}"
        self.app: JupyterHub = None

    async def start(
        self,
        communities: dict[str, Any] | None = None,
        config: Config | None = None,
        operators: list[Any] | None = None,
        hub: dict[str, Any] | None = None,
        **idps: Any,
    ) -> JupyterHub:
        """A hub with these providers: each a real one, or a part of the communities file; and
        with more about the ``hub``."""
        for slug, given in idps.items():
            secret = getattr(given, "secret", SECRET)
            self._monkeypatch.setenv(f"CATALYST_{slug.upper()}_CLIENT_SECRET", secret)
        providers = {slug: part(given) for slug, given in idps.items()}
        self.app = await self._start_hub(
            self.config(providers, communities or rules_of(*idps), config, operators, hub)
        )
        return self.app

    def config(
        self,
        providers: dict[str, Any],
        communities: dict[str, Any],
        config: Config | None = None,
        operators: list[Any] | None = None,
        hub: dict[str, Any] | None = None,
    ) -> Config:
        file = {
            "version": 1,
            "hub": {"name": "test", "operators": operators or [], **(hub or {})},
            "providers": providers,
            "defaults": {
                "profiles": {
                    "python": {
                        "environment": {"command": ["x"]},
                        "sizes": {"small": {"cpu": 1, "memory": "1G"}},
                    }
                }
            },
            "communities": communities,
        }
        made = catalyst_config(
            self._folder, yaml.safe_dump(file, allow_unicode=True, sort_keys=False)
        )
        made.JupyterHub.hub_bind_url = self.origin
        made.merge(config or Config())
        return made

    @staticmethod
    def settings(**hub: Any) -> Config:
        """Of ``c.JupyterHub``."""
        return Config({"JupyterHub": hub})

    def later(self, **by: float) -> None:
        """Let time pass for the hub, from now on."""
        runtime, ahead = self.app.authenticator.runtime, timedelta(**by)
        self._monkeypatch.setattr(runtime, "now", lambda: datetime.now(UTC) + ahead)
        for user in self.app.users.values():
            user._auth_refreshed = None

    def identities(self) -> dict[tuple[str, str], str]:
        """The hub name of each (provider, subject) in the store."""
        with closing(sqlite3.connect(self._folder / "catalyst.sqlite")) as database:
            rows = database.execute(
                "SELECT i.provider, i.subject, p.name FROM identities i"
                " JOIN people p USING (person_id)"
            )
            return {(provider, subject): name for provider, subject, name in rows}


def part(given: Any) -> dict[str, Any]:
    """Its part of the communities file."""
    if isinstance(given, dict):
        return given
    known = {"client_id": given.client_id, "issuer": given.issuer, "scopes": list(given.scopes)}
    return {"type": "oidc", **known}


def rules_of(*providers: str) -> dict[str, Any]:
    """``RULES``, as far as these providers go."""

    def kept(community: dict[str, Any]) -> dict[str, Any]:
        kinds = ("members", "champions")
        return community | {
            kind: [rule for rule in community.get(kind, []) if rule["provider"] in providers]
            for kind in kinds
        }

    return {slug: kept(community) for slug, community in RULES.items()}


async def sign_in(
    visitor: Visitor, provider: str, account: str, start: str = "/hub/login"
) -> httpx.Response:
    """From the sign-in page by the provider's own page to wherever it ends."""
    form = await to_provider(visitor, provider, start)
    return await visitor.submit(form, "form", account=account)


async def to_provider(visitor: Visitor, provider: str, start: str = "/hub/login") -> httpx.Response:
    """The provider's own page."""
    page = await visitor.get(start)
    [link] = [a["href"] for a in links(page) if f"/oauth_login/{provider}" in a["href"]]
    return await visitor.get(link)


def links(page: httpx.Response) -> Any:
    return soup(page).select("a[href]")
