"""The demo's hub: everything on loopback, in one folder. ``catalyst-hub demo`` starts it.

An existing hub needs only the two lines about ``configure`` and c.CatalystHub's settings.
"""

import json
import os
from pathlib import Path

from catalyst_hub.data_files import share_dir
from catalyst_hub.hub import configure

c = get_config()

folder = Path.cwd()
settings = json.loads(Path(os.environ["CATALYST_DEMO_SETTINGS"]).read_text())
ports = settings["ports"]

c.CatalystHub.communities_file = str(folder / "communities.yaml")
c.CatalystHub.database_url = f"sqlite:///{folder / 'catalyst.sqlite'}"
c.CatalystHub.champion_port = ports["champion"]
c.CatalystHub.culler_metrics_port = 0
c.CatalystHub.storage_source = "local"
c.CatalystHub.storage_place = str(folder / "homes")
c.JupyterHub.services = []
configure(c)

c.JupyterHub.bind_url = os.environ["CATALYST_DEMO_URL"]
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{ports['hub']}"
c.JupyterHub.db_url = f"sqlite:///{folder / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret = bytes.fromhex(settings["cookie_secret"])
c.CryptKeeper.keys = [bytes.fromhex(settings["crypt_key"])]

# A proxy that pip can install, watched: Traefik.
c.JupyterHub.proxy_class = "catalyst_hub.hub.supervised_traefik.SupervisedTraefikProxy"
c.SupervisedTraefikProxy.traefik_api_url = f"http://127.0.0.1:{ports['proxy_api']}"
c.SupervisedTraefikProxy.traefik_api_username = "hub"
c.SupervisedTraefikProxy.traefik_api_password = settings["proxy_password"]
c.SupervisedTraefikProxy.static_config_file = str(folder / "traefik.toml")
c.SupervisedTraefikProxy.dynamic_config_file = str(folder / "routes.toml")
c.SupervisedTraefikProxy.extra_static_config = {
    # It reports to nobody.
    "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
    # Uploads may take long; when the hub stops, open kernels' connections do not hold it up.
    "entryPoints": {
        "http": {
            "transport": {
                "respondingTimeouts": {"readTimeout": 0},
                "lifeCycle": {"graceTimeOut": "1s"},
            }
        }
    },
}

# Real servers as processes of this machine. Each stops within seconds, so that Ctrl-C does.
c.JupyterHub.spawner_class = "catalyst-local"
c.CatalystLocalSpawner.homes_dir = str(folder / "homes")
c.LocalProcessSpawner.interrupt_timeout = 2
c.LocalProcessSpawner.term_timeout = 1
c.LocalProcessSpawner.kill_timeout = 1

# By this mark `catalyst-hub demo` finds what a demo that was killed has left behind.
mark = {"CATALYST_DEMO_ID": settings["demo_id"]}
c.Spawner.environment = mark | {
    # JupyterLab asks nobody outside for news and updates, and people not for their consent.
    "JUPYTER_CONFIG_PATH": str(share_dir() / "demo" / "jupyter"),
}
for service in c.JupyterHub.services:
    service["environment"] = {**service.get("environment", {}), **mark}
