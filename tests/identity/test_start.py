"""What a hub with providers elsewhere needs to start, and what does not reach them."""

from __future__ import annotations

import logging

import pytest
from jupyterhub.crypto import KEY_ENV, CryptKeeper
from oauthenticator.github import GitHubOAuthenticator
from traitlets.config import Config

from catalyst_hub.hub.providers.isolated import isolated
from tests.identity.idp import SECRET
from tests.identity.world import World, rules_of

UNI = {"type": "oidc", "client_id": "hub", "issuer": "https://id.uni.edu"}


async def refusal_of(start_hub, config, capfd) -> str:
    with pytest.raises(SystemExit):
        await start_hub(config)
    return capfd.readouterr().err


@pytest.fixture
def config(world: World) -> Config:
    return world.config({"uni": UNI, "my-lab": UNI}, rules_of("uni"))


async def test_a_missing_secret_ends_the_start_and_both_ways_are_named(
    start_hub, config, tmp_path, capfd
):
    config.CatalystHub.secrets_dir = str(tmp_path)
    told = await refusal_of(start_hub, config, capfd)
    assert "'uni' has no secret" in told
    assert "CATALYST_UNI_CLIENT_SECRET" in told
    assert f"{tmp_path}/uni" in told


async def test_a_secret_is_a_variable_or_a_file(start_hub, config, tmp_path, monkeypatch):
    (tmp_path / "uni").write_text(f"{SECRET}\n")
    (tmp_path / "my-lab").write_text("the variable goes before\n")
    monkeypatch.setenv("CATALYST_MY_LAB_CLIENT_SECRET", "from the environment")
    config.CatalystHub.secrets_dir = str(tmp_path)
    hub = await start_hub(config)
    secrets = [hub.authenticator.oauth_provider(p)._oauth.client_secret for p in ("uni", "my-lab")]
    assert secrets == [SECRET, "from the environment"]


async def test_a_provider_that_is_away_does_not_keep_the_hub_from_starting(
    start_hub, config, monkeypatch
):
    for name in ("UNI", "MY_LAB"):
        monkeypatch.setenv(f"CATALYST_{name}_CLIENT_SECRET", SECRET)
    assert (await start_hub(config)).authenticator.oauth_provider("uni")


async def test_a_missing_key_ends_the_start_and_is_explained(start_hub, config, monkeypatch, capfd):
    for name in ("UNI", "MY_LAB"):
        monkeypatch.setenv(f"CATALYST_{name}_CLIENT_SECRET", SECRET)
    monkeypatch.delenv(KEY_ENV)
    CryptKeeper.clear_instance()
    told = await refusal_of(start_hub, config, capfd)
    assert "JUPYTERHUB_CRYPT_KEY" in told
    assert SECRET not in told


async def test_a_hub_without_such_providers_needs_no_key(start_hub, world, monkeypatch):
    monkeypatch.delenv(KEY_ENV)
    CryptKeeper.clear_instance()
    demo = {"type": "demo", "personas": [{"name": "kofi"}]}
    hub = await start_hub(world.config({"demo": demo}, rules_of()))
    assert not hub.authenticator.enable_auth_state


ENVIRONMENT = {
    "CILOGON_HOST": "evil.example",
    "GITHUB_CLIENT_ID": "evil",
    "GITHUB_CLIENT_SECRET": "evil",
    "GITHUB_URL": "https://evil.example",
    "OAUTH2_AUTHORIZE_URL": "https://evil.example",
    "OAUTH2_BASIC_AUTH": "1",
    "OAUTH2_TOKEN_URL": "https://evil.example",
    "OAUTH2_USERDATA_REQUEST_TYPE": "url",
    "OAUTH2_USERDATA_URL": "https://evil.example",
    "OAUTH_CALLBACK_URL": "https://evil.example",
    "OAUTH_CLIENT_ID": "evil",
    "OAUTH_CLIENT_SECRET": "evil",
    "OAUTH_LOGOUT_REDIRECT_URL": "https://evil.example",
    "OAUTH_TLS_VERIFY": "0",
}


async def test_nothing_of_the_environment_reaches_a_provider(
    start_hub, config, monkeypatch, tmp_path
):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in ("UNI", "MY_LAB"):
        monkeypatch.setenv(f"CATALYST_{name}_CLIENT_SECRET", SECRET)
    hub = await start_hub(config)
    oauth = hub.authenticator.oauth_provider("uni")._oauth
    for name in oauth.trait_names():
        if name not in ("log", "parent", "config"):
            assert "evil" not in str(getattr(oauth, name)), name
    assert oauth.validate_server_cert
    assert not oauth.admin_users | oauth.allowed_users | oauth.blocked_users


async def test_nothing_of_the_hubs_configuration_reaches_a_provider(start_hub, config, monkeypatch):
    for name in ("UNI", "MY_LAB"):
        monkeypatch.setenv(f"CATALYST_{name}_CLIENT_SECRET", SECRET)
    for section in ("Authenticator", "OAuthenticator", "GenericOAuthenticator"):
        config[section].admin_users = {"evil"}
        config[section].username_map = {"kofi": "evil"}
    config.OAuthenticator.client_id = "evil"
    config.GenericOAuthenticator.token_url = "https://evil.example"
    config.Authenticator.enable_auth_state = True
    hub = await start_hub(config)
    oauth = hub.authenticator.oauth_provider("uni")._oauth
    assert oauth.parent is None
    assert (oauth.client_id, oauth.token_url) == ("hub", "")
    assert not any((oauth.admin_users, oauth.username_map, oauth.enable_auth_state))


async def test_a_provider_sends_tokens_nowhere_else():
    oauth = isolated(GitHubOAuthenticator, logging.getLogger())
    assert oauth.http_request_kwargs["follow_redirects"] is False
