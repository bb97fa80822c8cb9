"""The same hub with catalyst-hub: sign-in, picker, admission, ledger, champion service, culler."""

import os

from benchmarks.hub_pieces import MemoryProxy, NothingSpawner
from catalyst_hub.hub import configure
from catalyst_hub.hub.spawner import CatalystSpawnerMixin


class AdmittedNothingSpawner(CatalystSpawnerMixin, NothingSpawner):
    """Admission and ledger as ever, around servers that do nothing."""


c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['BENCH_PROXY_PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['BENCH_HUB_PORT']}"
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.proxy_class = MemoryProxy
c.JupyterHub.spawner_class = AdmittedNothingSpawner
c.JupyterHub.log_level = "WARN"
c.CatalystHub.communities_file = os.environ["BENCH_COMMUNITIES"]
c.CatalystHub.database_url = os.environ.get("BENCH_DATABASE_URL", "sqlite:///catalyst.sqlite")
c.CatalystHub.champion_port = int(os.environ["BENCH_SERVICE_PORT"])
configure(c)
