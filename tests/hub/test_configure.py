"""``configure(c)`` beside what an operator has configured."""

from __future__ import annotations

import os
import stat
import sys

import pytest
from traitlets import TraitError
from traitlets.config import Config

from catalyst_hub.config import CatalystHub
from catalyst_hub.hub import configure
from catalyst_hub.hub.authenticator import CatalystAuthenticator
from catalyst_hub.hub.tokens import service_token
from catalyst_hub.hub.versions import require_supported_hub
from tests.hub.communities import COMMUNITIES, catalyst_config


@pytest.fixture
def c(tmp_path) -> Config:
    (tmp_path / "communities.yaml").write_text(COMMUNITIES)
    config = Config()
    config.CatalystHub.communities_file = str(tmp_path / "communities.yaml")
    config.CatalystHub.database_url = f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    config.CatalystHub.tokens_file = str(tmp_path / "tokens.json")
    return config


def listed(c: Config, name: str) -> list:
    given = c.JupyterHub[name]
    return given if isinstance(given, list) else given.get_value([])


def named(c: Config, name: str) -> dict:
    return {entry["name"]: entry for entry in listed(c, name)}


def test_it_sets_what_nobody_has_set(c):
    configure(c)
    assert c.JupyterHub.authenticator_class == "catalyst"
    assert c.JupyterHub.spawner_class == "catalyst-local"
    assert set(named(c, "services")) == {"catalyst", "catalyst-culler"}
    assert set(named(c, "load_roles")) == {
        "catalyst-culler", "catalyst-champion-nairobi", "catalyst-champion-cordoba",
        "catalyst-instructor-nairobi", "catalyst-instructor-cordoba",
    }  # fmt: skip


def test_it_leaves_what_the_operator_has_set(c):
    c.JupyterHub.spawner_class = "catalyst-kube"
    c.JupyterHub.services = [{"name": "mine", "url": "http://127.0.0.1:1"}]
    c.JupyterHub.load_roles = [{"name": "mine", "scopes": []}]
    c.JupyterHub.extra_user_scopes = ["shares!user"]
    c.JupyterHub.custom_scopes = {"custom:mine:x": {"description": "mine"}}
    configure(c)
    assert c.JupyterHub.spawner_class == "catalyst-kube"
    assert set(named(c, "services")) == {"mine", "catalyst", "catalyst-culler"}
    assert {"mine", "catalyst-culler"} <= set(named(c, "load_roles"))
    assert set(c.JupyterHub.extra_user_scopes) == {
        "shares!user", "access:services!service=catalyst",
    }  # fmt: skip
    assert set(c.JupyterHub.custom_scopes) == {
        "custom:mine:x", "custom:catalyst:champion", "custom:catalyst:instructor",
        "custom:catalyst:workshops", "custom:catalyst:farewells",
    }  # fmt: skip


@pytest.mark.parametrize("given", ["dummy", "jupyterhub.auth.DummyAuthenticator"])
def test_an_authenticator_that_knows_no_communities_is_refused(c, given):
    c.JupyterHub.authenticator_class = given
    with pytest.raises(TraitError, match=f"authenticator_class = '{given}'.*'catalyst'"):
        configure(c)


def test_an_authenticator_made_from_ours_is_welcome(c):
    class Own(CatalystAuthenticator):
        pass

    c.JupyterHub.authenticator_class = Own
    configure(c)
    assert c.JupyterHub.authenticator_class is Own


def test_a_service_that_runs_elsewhere_is_the_operators(c):
    own = {"name": "catalyst", "url": "http://champion:8080", "api_token": "x" * 16}
    c.JupyterHub.services = [own]
    configure(c)
    assert named(c, "services")["catalyst"] == own


def test_what_is_added_later_stays_beside_ours(c):
    configure(c)
    c.JupyterHub.services.append({"name": "later"})
    c.JupyterHub.load_roles.append({"name": "later"})
    assert {"later", "catalyst"} <= set(named(c, "services"))
    assert {"later", "catalyst-culler"} <= set(named(c, "load_roles"))


def test_services_find_the_same_file_and_database_and_this_python(c, tmp_path):
    c.CatalystHub.champion_port = 9999
    configure(c)
    services = named(c, "services")
    assert services["catalyst"]["url"] == "http://127.0.0.1:9999"
    assert services["catalyst"]["command"] == [sys.executable, "-m", "catalyst_hub.champion"]
    culler = services["catalyst-culler"]["command"]
    assert culler[:3] == [sys.executable, "-m", "catalyst_hub.culler"]
    for service in services.values():
        mine = {"CATALYST_HUB_PID": str(os.getpid())}
        assert service["environment"] == CatalystHub(config=c).settings().to_environment() | mine


def test_the_culler_is_as_patient_as_starts_may_take(c):
    c.KubeSpawner.start_timeout = 300
    c.Spawner.http_timeout = 45
    configure(c)
    command = named(c, "services")["catalyst-culler"]["command"]
    assert command[command.index("--patience") + 1] == "405"


def test_the_services_tokens_are_the_same_at_every_start_and_secret(c, tmp_path):
    configure(c)
    first = {name: service["api_token"] for name, service in named(c, "services").items()}
    again = Config(CatalystHub=c.CatalystHub)
    configure(again)
    second = {name: service["api_token"] for name, service in named(again, "services").items()}
    assert first == second
    assert len(set(first.values())) == 2
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600


def test_tokens_that_others_can_read_are_refused(tmp_path):
    path = tmp_path / "tokens.json"
    service_token(path, "catalyst")
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        service_token(path, "catalyst")


def test_a_hub_that_is_too_old_is_told_so():
    with pytest.raises(TraitError, match=r"needs JupyterHub 6\.1 or newer, and this is 5\.5\.0"):
        require_supported_hub((5, 5, 0, "", ""))


async def test_with_a_broken_file_the_hub_goes_on_with_the_last_good_one(start_hub, tmp_path):
    await start_hub(catalyst_config(tmp_path))
    hub = await start_hub(catalyst_config(tmp_path, "version: 1\nhub: {name: [}\n"))
    assert set(hub.authenticator.runtime.policy.by_slug) == {"nairobi", "cordoba"}
    assert "catalyst-champion-nairobi" in {role["name"] for role in hub.load_roles}


async def test_without_any_good_file_the_hub_ends_and_says_where_it_is_wrong(
    start_hub, tmp_path, capfd
):
    with pytest.raises(SystemExit) as ended:
        await start_hub(catalyst_config(tmp_path, "version: 1\nhub: {name: test, titel: x}\n"))
    assert ended.value.code == 1
    assert "communities.yaml:2:" in capfd.readouterr().err


async def test_another_spawner_would_admit_everybody_so_the_hub_ends(start_hub, tmp_path, capfd):
    config = catalyst_config(tmp_path)
    config.JupyterHub.spawner_class = "simple"
    with pytest.raises(SystemExit):
        await start_hub(config)
    said = capfd.readouterr().err
    assert "c.JupyterHub.spawner_class" in said
    assert "catalyst-kube" in said
