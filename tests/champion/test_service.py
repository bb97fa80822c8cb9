"""The process: what it answers before it is ready, and when it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from tests.champion.site import COMMUNITIES, Site
from tests.hub.conftest import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 60


def _environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "JUPYTERHUB_SERVICE_NAME": "catalyst",
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/catalyst/",
        "JUPYTERHUB_CLIENT_ID": "service-catalyst",
        "JUPYTERHUB_API_TOKEN": "secret",
        # Nobody listens there: the service must not need the Hub to start.
        "JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api",
        "CATALYST_COMMUNITIES_FILE": str(folder / "communities.yaml"),
        "CATALYST_DATABASE_URL": f"sqlite:///{folder / 'catalyst.sqlite'}",
    }


@asynccontextmanager
async def _service(folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "catalyst_hub.champion"),
            env=_environment(folder, port),
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.05)


async def _answer(port: int) -> httpx.Response:
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient() as client:
        while True:
            try:
                return await client.get(f"http://127.0.0.1:{port}/services/catalyst/")
            except httpx.TransportError:
                await asyncio.sleep(0.02)


async def test_the_port_answers_before_there_is_a_hub_or_a_store(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    async with _service(tmp_path, port) as process:
        first = await _answer(port)
        assert first.status_code in {202, 302}  # what the Hub takes for "it is up"
        await _until(lambda: "Not ready yet" in log.read_text())
        later = await _answer(port)
        assert later.status_code == 302
        assert later.headers["Location"].startswith("/hub/api/oauth2/authorize")
        assert process.returncode is None


async def test_it_gets_ready_when_the_hub_puts_its_file_into_force(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    async with _service(tmp_path, port):
        await _until(lambda: "Not ready yet" in log.read_text())
        file = tmp_path / "communities.yaml"
        file.write_text(COMMUNITIES)
        config = CatalystHub(
            communities_file=str(file), database_url=f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
        )
        open_runtime(config, accept_policy=True).close()
        await _until(lambda: "Ready for the communities of test" in log.read_text())


async def test_it_stops_when_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    port = free_port()
    async with _service(tmp_path, port) as process:
        await _answer(port)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            assert await process.wait() == 0


async def test_it_goes_when_its_hub_was_killed_and_the_next_one_takes_the_port(
    tmp_path: Path,
) -> None:
    port, log = free_port(), tmp_path / "log"
    code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-m', 'catalyst_hub.champion'], stderr=sys.stderr)\n"
        "time.sleep(600)\n"
    )
    with log.open("ab") as file:
        hub = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code), env=_environment(tmp_path, port), stderr=file
        )
    await _answer(port)
    hub.kill()
    await hub.wait()
    async with _service(tmp_path, port) as heir:
        await _until(lambda: "Whoever started this service has gone" in log.read_text())
        assert (await _answer(port)).status_code in {202, 302}
        assert heir.returncode is None


async def test_pages_say_in_words_that_the_store_is_away(site: Site) -> None:
    settings = site.service.settings
    async with site.signed_in("amina", language="fr") as amina:
        assert (await amina.get("communities/nairobi")).status_code == 200
        runtime, settings["catalyst"] = settings["catalyst"], None
        try:
            answer = await amina.get("communities/nairobi")
        finally:
            settings["catalyst"] = runtime
    assert answer.status_code == 503
    assert '<html lang="fr">' in answer.text
    assert "Veuillez réessayer" in answer.text
    assert answer.headers["Retry-After"] == "10"


async def test_a_store_that_goes_away_is_no_crash(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert (await amina.get("communities/nairobi")).status_code == 200
        file = Path(site.runtime.settings.database_url.removeprefix("sqlite:///"))
        away = file.with_suffix(".away")
        file.rename(away)
        try:
            with pytest.raises(StoreUnavailableError):
                await site.runtime.read(lambda uow: uow.people.by_name("amina"))
            assert (await amina.get("communities/nairobi")).status_code == 503
        finally:
            away.rename(file)
        assert (await amina.get("communities/nairobi")).status_code == 200


async def test_a_hub_that_does_not_answer_is_said_in_words(site: Site) -> None:
    hub_auth = site.service.settings["hub_auth"]
    async with site.signed_in("amina") as amina:
        await amina.get("communities/nairobi")
        api_url, hub_auth.api_url = hub_auth.api_url, "http://127.0.0.1:9/hub/api"
        hub_auth.cache.clear()
        try:
            answer = await amina.get("communities/nairobi")
        finally:
            hub_auth.api_url = api_url
    assert answer.status_code == 503
    assert "Please try again in a moment." in answer.text
