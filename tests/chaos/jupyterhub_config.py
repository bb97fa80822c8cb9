"""The hub of the chaos: what an operator would run on one machine, looking more often."""

from __future__ import annotations

import os
from pathlib import Path

from jupyterhub.services.service import _ServiceSpawner

from catalyst_hub.hub import configure

c = get_config()  # noqa: F821

folder = Path.cwd()
ports = {name: int(os.environ[f"{name}_PORT"]) for name in ("HUB", "PROXY", "API", "CHAMPION")}

c.CatalystHub.communities_file = "communities.yaml"
c.CatalystHub.database_url = os.environ["DATABASE_URL"]
c.CatalystHub.champion_port = ports["CHAMPION"]
configure(c)

hub = c.JupyterHub
hub.bind_url = f"http://127.0.0.1:{ports['PROXY']}"
hub.hub_bind_url = f"http://127.0.0.1:{ports['HUB']}"
hub.db_url = "sqlite:///hub.sqlite"
hub.cookie_secret = bytes(32)
hub.proxy_class = "catalyst_hub.hub.supervised_traefik.SupervisedTraefikProxy"
c.SupervisedTraefikProxy.traefik_api_url = f"http://127.0.0.1:{ports['API']}"
c.SupervisedTraefikProxy.traefik_api_username = "hub"
c.SupervisedTraefikProxy.traefik_api_password = "chaos"
c.SupervisedTraefikProxy.static_config_file = str(folder / "traefik.toml")
c.SupervisedTraefikProxy.dynamic_config_file = str(folder / "routes.toml")
c.SupervisedTraefikProxy.check_running_interval = 0.2

c.LocalProcessSpawner.interrupt_timeout = 1
c.LocalProcessSpawner.term_timeout = 1
c.Spawner.poll_interval = 1
# The Hub ends itself when starts fail in a row, so that whoever watches it starts it anew: here
# nearly all failures are ours.
c.Spawner.consecutive_failure_limit = 0
# The Hub looks after its services every 30 s, which nothing configures.
_ServiceSpawner.poll_interval = 0.5

services = hub.services.get_value([])
for service in services:
    if service["name"] == "catalyst-culler":
        service["command"] += ["--every", "0.5", "--patience", "5"]
hub.services = [*services, {"name": "test", "api_token": "test-token"}]
hub.load_roles = [
    *hub.load_roles.get_value([]),
    {"name": "test", "services": ["test"], "scopes": ["list:users", "servers"]},
]
