"""The same hub with catalyst-hub. Its culler runs where the benchmark runs it."""

import os

from benchmarks.culling.spawner import SeededSpawner
from benchmarks.hub_pieces import MemoryProxy
from catalyst_hub.hub import configure_authenticator, configure_culler
from catalyst_hub.hub.roles import CULLER_SERVICE
from catalyst_hub.hub.spawner import CatalystSpawnerMixin


class AdmittedSeededSpawner(CatalystSpawnerMixin, SeededSpawner):
    """Admission and ledger as ever, around servers that do nothing."""


c = get_config()  # noqa: F821
hub = c.JupyterHub
hub.bind_url = f"http://127.0.0.1:{os.environ['BENCH_PROXY_PORT']}"
hub.hub_bind_url = f"http://127.0.0.1:{os.environ['BENCH_HUB_PORT']}"
hub.db_url = "sqlite:///hub.sqlite"
hub.proxy_class = MemoryProxy
hub.spawner_class = AdmittedSeededSpawner
hub.log_level = "WARN"
hub.authenticate_prometheus = False
hub.init_spawners_timeout = -1
c.CatalystHub.communities_file = "communities.yaml"
c.CatalystHub.database_url = "sqlite:///catalyst.sqlite"
hub.services = [{"name": CULLER_SERVICE, "api_token": os.environ["BENCH_TOKEN"]}]
configure_authenticator(c)
configure_culler(c)
