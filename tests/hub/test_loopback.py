"""A hub where anybody is anybody, or where learners have the hub's rights, keeps to itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jupyterhub.app import JupyterHub
from traitlets.config import Config

from catalyst_hub.hub.loopback import exposed_setting
from tests.hub.communities import COMMUNITIES

CLOSED = {"bind_url": "http://127.0.0.1:8000"}


def exposed(**settings: str) -> str | None:
    return exposed_setting(JupyterHub(config=Config(JupyterHub=Config(settings))))


@pytest.mark.parametrize(
    "settings",
    [
        CLOSED,
        {"bind_url": "http://localhost:8000/base/"},
        {"bind_url": "http://[::1]:8000"},
        {"ip": "127.0.0.1"},
        {"ip": "127.1.2.3"},
        CLOSED | {"hub_ip": "localhost"},
        CLOSED | {"hub_bind_url": "http://127.0.0.1:8081"},
        CLOSED | {"hub_bind_url": "http+unix://%2Frun%2Fhub.sock"},
        CLOSED | {"public_url": "http://localhost:8000"},
    ],
)
def test_a_hub_that_listens_on_loopback_only_is_not_exposed(settings):
    assert exposed(**settings) is None


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({}, "bind_url"),
        ({"bind_url": "http://:8000"}, "bind_url"),
        ({"bind_url": "http://0.0.0.0:8000"}, "bind_url"),
        ({"bind_url": "http://[::]:8000"}, "bind_url"),
        ({"bind_url": "http://192.168.1.7:8000"}, "bind_url"),
        ({"bind_url": "https://hub.example.org"}, "bind_url"),
        ({"bind_url": "http://127.0.0.1.example.org:8000"}, "bind_url"),
        ({"bind_url": "http://127.0.0.1@example.org:8000"}, "bind_url"),
        ({"ip": "0.0.0.0"}, "ip"),
        (CLOSED | {"hub_ip": ""}, "hub_ip"),
        (CLOSED | {"hub_ip": "0.0.0.0"}, "hub_ip"),
        (CLOSED | {"hub_ip": "hub"}, "hub_ip"),
        (CLOSED | {"hub_bind_url": "http://:8081"}, "hub_bind_url"),
        (CLOSED | {"hub_bind_url": "http://*:8081"}, "hub_bind_url"),
        (CLOSED | {"public_url": "https://hub.example.org"}, "public_url"),
        (CLOSED | {"subdomain_host": "https://example.org"}, "subdomain_host"),
    ],
)
def test_a_hub_that_others_can_reach_is_told_by_which_setting(settings, setting):
    assert exposed(**settings).startswith(f"c.JupyterHub.{setting} = ")


def run_hub(folder: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    """A hub that is expected to refuse to start."""
    (folder / "communities.yaml").write_text(COMMUNITIES)
    config = folder / "jupyterhub_config.py"
    lines = ["from catalyst_hub.hub import configure", "configure(c)", *settings]
    config.write_text("\n".join(lines))
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_with_personas_an_open_hub_ends_with_one_sentence(tmp_path):
    ended = run_hub(tmp_path, "c.JupyterHub.ip = '0.0.0.0'")
    assert ended.returncode == 1
    critical = [line for line in ended.stderr.splitlines() if "does not start" in line]
    assert len(critical) == 1
    assert "demo provider 'demo'" in critical[0]
    assert "c.JupyterHub.ip = '0.0.0.0'" in critical[0]
    assert "Traceback" not in ended.stderr


def test_local_servers_that_listen_elsewhere_end_the_hub_before_the_first_start(tmp_path):
    ended = run_hub(
        tmp_path, "c.JupyterHub.bind_url = 'http://127.0.0.1:8000'", "c.Spawner.ip = '0.0.0.0'"
    )
    assert ended.returncode == 1
    assert "c.Spawner.ip = '0.0.0.0'" in ended.stderr


def test_with_pods_a_profile_list_of_kubespawner_ends_the_hub(tmp_path):
    ended = run_hub(
        tmp_path,
        "c.JupyterHub.bind_url = 'http://127.0.0.1:8000'",
        "c.JupyterHub.spawner_class = 'catalyst-kube'",
        "c.KubeSpawner.profile_list = [{'display_name': 'Small'}]",
    )
    assert ended.returncode == 1
    assert "c.KubeSpawner.profile_list" in ended.stderr
    assert "communities file" in ended.stderr
