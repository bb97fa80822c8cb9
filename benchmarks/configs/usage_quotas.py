"""A bare hub with jupyterhub-usage-quotas; run by the Python of its own environment."""

import json
import os

import kubespawner.spawner
from jupyterhub_usage_quotas import setup_usage_quotas
from kubespawner import KubeSpawner

from benchmarks.hub_pieces import MemoryProxy, NothingSpawner

# Outside a cluster KubeSpawner would look for a kubeconfig for each new spawner.
kubespawner.spawner.load_config = lambda *args, **kwargs: None


class NothingKubeSpawner(NothingSpawner, KubeSpawner):
    """Its hooks are real, its pods are not."""

    def get_state(self):
        return {}

    def load_state(self, state):
        pass


c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['BENCH_PROXY_PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['BENCH_HUB_PORT']}"
c.JupyterHub.db_url = "sqlite:///theirs.sqlite"
c.JupyterHub.proxy_class = MemoryProxy
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = NothingKubeSpawner
c.JupyterHub.allow_named_servers = True
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.log_level = "WARN"
c.JupyterHub.load_groups = {"limited": {"users": [os.environ["BENCH_RACER"]]}}
c.JupyterHub.services = [{"name": "race", "api_token": os.environ["BENCH_TOKEN"], "admin": True}]
c.UsageQuotaManager.prometheus_url = os.environ["BENCH_PROMETHEUS"]
c.UsageQuotaManager.hub_url = f"http://127.0.0.1:{os.environ['BENCH_HUB_PORT']}"
c.UsageQuotaManager.hub_namespace = "hub"
c.UsageQuotaManager.failover_open = False
c.UsageQuotaManager.metrics_exporter_token = "unused"
c.UsageQuotaManager.policy = json.loads(os.environ["BENCH_POLICY"])
setup_usage_quotas(c)
