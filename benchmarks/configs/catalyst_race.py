"""The hub with catalyst-hub, with named servers and a token for whoever starts many of them."""

import os
from pathlib import Path

c = get_config()  # noqa: F821
load_subconfig(str(Path(__file__).with_name("catalyst.py")))  # noqa: F821
c.JupyterHub.allow_named_servers = True
c.JupyterHub.services.append(
    {"name": "race", "api_token": os.environ["BENCH_TOKEN"], "admin": True}
)
