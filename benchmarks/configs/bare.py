"""A bare JupyterHub: dummy authenticator, an options form, one managed HTTP service."""

import os
import sys

from benchmarks.hub_pieces import MemoryProxy, NothingSpawner

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['BENCH_PROXY_PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['BENCH_HUB_PORT']}"
c.JupyterHub.db_url = "sqlite:///bare.sqlite"
c.JupyterHub.proxy_class = MemoryProxy
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.DummyAuthenticator.password = "bench"
c.JupyterHub.spawner_class = NothingSpawner
c.JupyterHub.log_level = "WARN"
c.Spawner.options_form = """
<label for="size">Size</label>
<select id="size" name="size">
<option value="small">2 GB</option><option value="large">6 GB</option>
</select>
"""
port = os.environ["BENCH_SERVICE_PORT"]
c.JupyterHub.services = [
    {
        "name": "report",
        "url": f"http://127.0.0.1:{port}",
        "command": [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", port],
    }
]
