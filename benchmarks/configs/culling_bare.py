"""A bare JupyterHub with a token for a culler."""

import os

from benchmarks.culling.spawner import SeededSpawner
from benchmarks.hub_pieces import MemoryProxy

c = get_config()  # noqa: F821
hub = c.JupyterHub
hub.bind_url = f"http://127.0.0.1:{os.environ['BENCH_PROXY_PORT']}"
hub.hub_bind_url = f"http://127.0.0.1:{os.environ['BENCH_HUB_PORT']}"
hub.db_url = "sqlite:///hub.sqlite"
hub.proxy_class = MemoryProxy
hub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.DummyAuthenticator.password = "bench"
hub.spawner_class = SeededSpawner
hub.log_level = "WARN"
hub.authenticate_prometheus = False
# The passes come one after another at once.
hub.init_spawners_timeout = -1
hub.services = [{"name": "culler", "api_token": os.environ["BENCH_TOKEN"]}]
hub.load_roles = [
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]
