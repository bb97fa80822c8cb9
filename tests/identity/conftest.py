"""A hub, and real identity providers beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyterhub.crypto import KEY_ENV, CryptKeeper

from tests.hub.conftest import free_port, start_hub
from tests.identity.idp import StrictIdp
from tests.identity.world import World

__all__ = ["start_hub"]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node_modules() -> None:
    """What ``make test`` has installed already; made here for a test run without make."""
    if not (HERE / "node_modules" / "oidc-provider").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=HERE, check=True, timeout=300)


@pytest.fixture(autouse=True)
def crypt_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(KEY_ENV, "0" * 64)
    CryptKeeper.clear_instance()
    yield
    CryptKeeper.clear_instance()


@pytest.fixture(scope="session")
def hub_port() -> int:
    """The same for all tests, for the providers know where they send people back to."""
    return free_port()


def _provider(slug: str, hub_port: int) -> Iterator[StrictIdp]:
    idp = StrictIdp(f"http://127.0.0.1:{hub_port}/hub/oauth_callback/{slug}")
    yield idp
    idp.kill()


@pytest.fixture(scope="session")
def uni(node_modules: None, hub_port: int) -> Iterator[StrictIdp]:
    yield from _provider("uni", hub_port)


@pytest.fixture(scope="session")
def lab(node_modules: None, hub_port: int) -> Iterator[StrictIdp]:
    yield from _provider("lab", hub_port)


@pytest.fixture
def idp(uni: StrictIdp) -> StrictIdp:
    """A strict OpenID Connect provider, which sends people back to ``/hub/oauth_callback/uni``."""
    uni.start()
    return uni


@pytest.fixture
def other_idp(lab: StrictIdp) -> StrictIdp:
    """One more, at ``/hub/oauth_callback/lab``."""
    lab.start()
    return lab


@pytest.fixture
def world(start_hub, hub_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(start_hub, hub_port, tmp_path, monkeypatch)
