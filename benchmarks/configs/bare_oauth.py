"""A bare JupyterHub with one provider: oauthenticator's GenericOAuthenticator, as its own
documentation sets it up. With ``BENCH_GROUPS`` it keeps groups and tokens, too, as ours does."""

import os
import sys

from benchmarks.hub_pieces import MemoryProxy, NothingSpawner
from benchmarks.identity_provider import CLIENT_ID, CLIENT_SECRET

c = get_config()  # noqa: F821
issuer, hub_port = os.environ["BENCH_ISSUER"], os.environ["BENCH_HUB_PORT"]
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['BENCH_PROXY_PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub_port}"
c.JupyterHub.db_url = "sqlite:///bare.sqlite"
c.JupyterHub.proxy_class = MemoryProxy
c.JupyterHub.spawner_class = NothingSpawner
c.JupyterHub.log_level = "WARN"
c.JupyterHub.authenticator_class = "generic-oauth"
c.GenericOAuthenticator.client_id = CLIENT_ID
c.GenericOAuthenticator.client_secret = CLIENT_SECRET
c.GenericOAuthenticator.authorize_url = f"{issuer}/authorize"
c.GenericOAuthenticator.token_url = f"{issuer}/token"
c.GenericOAuthenticator.userdata_url = f"{issuer}/userinfo"
c.GenericOAuthenticator.oauth_callback_url = f"http://127.0.0.1:{hub_port}/hub/oauth_callback"
c.GenericOAuthenticator.scope = ["openid", "profile", "email"]
c.GenericOAuthenticator.username_claim = "preferred_username"
c.GenericOAuthenticator.basic_auth = True
c.GenericOAuthenticator.allow_all = True
if os.environ.get("BENCH_GROUPS"):
    c.GenericOAuthenticator.enable_auth_state = True
    c.GenericOAuthenticator.manage_groups = True
    c.GenericOAuthenticator.auth_state_groups_key = "oauth_user.groups"
port = os.environ["BENCH_SERVICE_PORT"]
c.JupyterHub.services = [
    {
        "name": "report",
        "url": f"http://127.0.0.1:{port}",
        "command": [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", port],
    }
]
