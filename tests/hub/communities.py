"""A hub of two communities, for tests: the personas, and what their hub is configured with."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import httpx
from jupyterhub.app import JupyterHub
from traitlets.config import Config

from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.hub import configure
from tests.hub.visitor import Visitor, page

LIGHT_SERVER = Path(__file__).with_name("light_server.py")
_KNOWN = ("name", "api_token")

COMMUNITIES = f"""
version: 1
hub:
  name: test
  title: Test hub
  contact: root@example.org
  operators: [{{provider: demo, people: [root]}}]
providers:
  demo:
    type: demo
    title: Demo
    personas:
      - {{name: amina, display_name: Amina}}
      - {{name: kofi, display_name: Kofi}}
      - {{name: lucia, display_name: Lucía, language: es}}
      - {{name: joao, display_name: João}}
      - {{name: bo, display_name: Bo}}
      - {{name: root, display_name: Root}}
defaults:
  profiles:
    python:
      title: Python
      environment:
        command: [{sys.executable}, {LIGHT_SERVER}]
        variables: {{GREETING: "hello {{you}}"}}
      interfaces: [lab, notebook]
      sizes:
        small: {{title: Small, cpu: 0.5, memory: 1G, guarantees: {{cpu: 0.1, memory: 500M}}}}
        large: {{title: Large, cpu: 2, memory: 8G}}
communities:
  nairobi:
    title: Nairobi
    country: KE
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    contact: amina@example.org
    members: [{{provider: demo, people: [kofi, lucia]}}]
    champions: [{{provider: demo, people: [amina]}}]
    quotas:
      community: {{at_once: {{servers: 2}}}}
      person: {{at_once: {{cpu: 2}}}}
  cordoba:
    title: {{es: Córdoba, en: Cordoba}}
    country: AR
    time_zone: America/Argentina/Cordoba
    currency: ARS
    languages: [es]
    members: [{{provider: demo, people: [lucia]}}]
    champions: [{{provider: demo, people: [joao]}}]
    profiles:
      r:
        title: R
        environment: {{command: [{sys.executable}, {LIGHT_SERVER}]}}
        sizes: {{only: {{title: Only, cpu: 1, memory: 2G}}}}
"""


def catalyst_config(
    folder: Path, communities: str = COMMUNITIES, managed: Collection[str] = ()
) -> Config:
    """All of catalyst-hub over light servers in homes of ``folder``; of its two processes those
    that are named."""
    file = folder / "communities.yaml"
    file.write_text(communities)
    config = Config()
    config.CatalystHub.communities_file = str(file)
    config.CatalystHub.database_url = f"sqlite:///{folder / 'catalyst.sqlite'}"
    config.CatalystHub.tokens_file = str(folder / "tokens.json")
    config.CatalystHub.untold_file = str(folder / "untold.sqlite")
    config.CatalystLocalSpawner.homes_dir = str(folder / "homes")
    # A server that an earlier hub of the same test started stays a zombie of this process.
    for patience in ("interrupt_timeout", "term_timeout", "kill_timeout"):
        config.LocalProcessSpawner[patience] = 1
    configure(config)
    # The Hub knows the others, and does not start them.
    given = config.JupyterHub.services.get_value([])
    config.JupyterHub.services = [
        {key: service[key] for key in (service if service["name"] in managed else _KNOWN)}
        for service in given
    ]
    return config


def outliving_config(folder: Path) -> Config:
    """The same of a hub whose servers run on when it ends."""
    config = catalyst_config(folder)
    config.JupyterHub.cleanup_servers = False
    return config


def api(app: JupyterHub, name: str) -> httpx.AsyncClient:
    """The Hub's REST API with a token of a user's own, who has all the rights of the user."""
    user = app.users[name]
    headers = {"Authorization": f"token {user.new_api_token()}"}
    return httpx.AsyncClient(base_url=app.hub.url + "api/", headers=headers, timeout=30)


async def live_session(app: JupyterHub, name: str, server: str = "") -> Session | None:
    """The ledger's live session of a server."""
    runtime: Any = app.authenticator.runtime
    session: Session | None = await runtime.read(
        lambda uow: uow.sessions.live(ServerKey(name, server))
    )
    return session


async def latest_session(app: JupyterHub, name: str, server: str = "") -> Session | None:
    """The ledger's last session of a server, whatever became of it."""
    runtime: Any = app.authenticator.runtime
    session: Session | None = await runtime.read(
        lambda uow: uow.sessions.latest(ServerKey(name, server))
    )
    return session


async def sign_in(app: JupyterHub, name: str) -> None:
    """Sign a persona in through the page, as a browser of her own would."""
    async with Visitor(app) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": name}
        answer = await visitor.client.post(form.url, data=data)
        assert answer.status_code == 200


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for what the Hub does by itself."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def until_ready(app: JupyterHub, name: str) -> None:
    """Wait for a server that has been asked for."""
    await until(lambda: app.users[name].spawner.ready)


def groups(app: JupyterHub, name: str) -> set[str]:
    return {group.name for group in app.users[name].groups}
