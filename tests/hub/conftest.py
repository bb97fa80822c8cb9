"""A real hub inside the test's own event loop, without a proxy process: 0.6 s to start."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyterhub.app import JupyterHub
from traitlets.config import Config

from benchmarks.hub_pieces import MemoryProxy


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class TestHub(JupyterHub):
    """Takes no settings from files or signals of the test run."""

    __test__ = False

    def init_signal(self) -> None:
        pass

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        pass


def hub_config(folder: Path) -> Config:
    config = Config()
    hub = config.JupyterHub
    hub.bind_url = f"http://127.0.0.1:{free_port()}"
    hub.hub_bind_url = f"http://127.0.0.1:{free_port()}"
    hub.proxy_class = MemoryProxy
    hub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
    hub.cookie_secret_file = str(folder / "cookie_secret")
    hub.log_level = "WARN"
    return config


StartHub = Callable[[Config], Awaitable[JupyterHub]]


@pytest.fixture
async def start_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StartHub]:
    """``await start_hub(config)``: what is configured in ``config`` goes before the defaults.

    A second call is a restart: the hub before it is stopped first.
    """
    monkeypatch.chdir(tmp_path)
    # What ends at once is told in the picker's answer, however busy the machine is.
    monkeypatch.setattr("catalyst_hub.hub.pages.spawn._QUICK_S", 20)
    started: list[JupyterHub] = []

    async def start(config: Config) -> JupyterHub:
        while started:
            await stop(started.pop())
        settings = hub_config(tmp_path)
        settings.merge(config)
        app = TestHub.instance(config=settings)
        try:
            await app.initialize([])
            await app.start()
        except BaseException:
            TestHub.clear_instance()
            raise
        started.append(app)
        return app

    yield start
    while started:
        await stop(started.pop())


async def stop(app: JupyterHub) -> None:
    for callback in app._periodic_callbacks.values():
        callback.stop()
    app.metrics_collector.stop()
    await app.cleanup()
    app.http_server.stop()
    await app.http_server.close_all_connections()
    if reload := getattr(app.authenticator, "reload", None):
        await reload.stop()
    if untold := getattr(app.authenticator, "untold", None):
        untold.close()
    app.db.close()
    if runtime := getattr(app.authenticator, "runtime", None):
        runtime.close()
    TestHub.clear_instance()
