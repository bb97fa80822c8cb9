from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.demo import Demo, launch, running_demo, until, wait_until_ready
from tests.support.plain_client import PlainClient


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def test_it_says_where_it_is_and_whom_to_sign_in_as(demo: Demo) -> None:
    assert f"http://127.0.0.1:{demo.port}/" in demo.said
    for name in ("Amina", "Kofi", "Lucía", "João", "Bo", "Root"):
        assert name in demo.said


def test_every_port_is_on_loopback(demo: Demo) -> None:
    connections = [
        connection
        for pid in demo.processes()
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert demo.port in {connection.laddr.port for connection in connections}
    assert {connection.laddr.ip for connection in connections} <= {"127.0.0.1", "::1"}


async def test_a_plain_client_goes_the_whole_way(demo: Demo) -> None:
    async with PlainClient(demo.url) as kofi:
        await kofi.sign_in("kofi")
        page = await kofi.start()
        assert page.path.startswith("/user/kofi/"), page.text[:1500]
        printed = await kofi.run_code("kofi", "print(6 * 7)")
        assert printed.strip() == "42"
        page = await kofi.stop()
        assert page.path == "/hub/home"
    assert (demo.folder / "homes" / "kofi").is_dir()


@pytest.mark.parametrize(
    ("name", "own_pages"),
    [
        ("amina", 200), ("kofi", 200), ("lucia", 200), ("joao", 200),
        ("camila", 200), ("fatou", 200), ("root", 200), ("bo", 404),
    ],
)  # fmt: skip
async def test_every_page_answers_every_persona(demo: Demo, name: str, own_pages: int) -> None:
    async with PlainClient(demo.url) as person:
        assert (await person.sign_in(name)).status == 200
        for path in ("/", "/hub/home", "/hub/spawn", "/hub/token"):
            assert (await person.get(path)).status == 200, path
        assert (await person.get("/services/catalyst/")).status == own_pages


async def test_pressing_start_twice_starts_once(demo: Demo) -> None:
    async with PlainClient(demo.url) as lucia:
        await lucia.sign_in("lucia")
        form = (await lucia.get("/hub/spawn")).form("/spawn")
        first = await lucia.post(form)
        second = await lucia.post(form)
        assert (first.status, second.status) == (200, 200)
        await lucia.wait_for_server()
        page = await lucia.get("/hub/home")
        assert len([form for form in page.forms if "/stop" in form.action]) == 1
        await lucia.stop()


async def test_the_light_interface_is_there(demo: Demo) -> None:
    async with PlainClient(demo.url) as amina:
        await amina.sign_in("amina")
        page = await amina.start(interface="notebook")
        assert (page.path, page.status) == ("/user/amina/tree", 200)
        await amina.stop()


def test_a_taken_port_is_an_error_and_nothing_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        second = launch(tmp_path, port=taken.getsockname()[1])
        assert second.process.wait(60) == 1
        until(lambda: "in use" in second.said)
        assert second.processes() == []


def test_a_second_demo_in_the_same_folder_is_refused(demo: Demo) -> None:
    second = launch(demo.folder)
    assert second.process.wait(60) == 1
    until(lambda: "already" in second.said)
    assert demo.process.poll() is None


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Demo]:
    """One that a test may end; its folder can be started again."""
    with running_demo(tmp_path) as running:
        yield running


def started_server(demo: Demo) -> list[int]:
    """Start Kofi's server with a kernel; every process of the demo then."""

    async def start() -> None:
        async with PlainClient(demo.url) as kofi:
            await kofi.sign_in("kofi")
            await kofi.start()
            await kofi.run_code("kofi", "print('there')")

    asyncio.run(start())
    return demo.processes()


def test_being_told_to_stop_ends_every_process_within_ten_seconds(own_demo: Demo) -> None:
    processes = started_server(own_demo)
    commands = " ".join(" ".join(psutil.Process(pid).cmdline()) for pid in processes)
    for part in ("jupyterhub", "traefik", "champion", "culler", "singleuser", "ipykernel"):
        assert part in commands
    assert own_demo.stop(signal.SIGTERM) < 10
    assert own_demo.process.returncode == 0
    assert [pid for pid in processes if is_running(pid)] == []
    assert own_demo.processes() == []


def is_running(pid: int) -> bool:
    """Whoever was ended and only waits for its parent to notice runs no more."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_a_killed_demo_leaves_behind_is_ended_by_the_next(own_demo: Demo) -> None:
    started_server(own_demo)
    own_demo.process.kill()
    own_demo.process.wait()
    left = own_demo.processes()
    assert len(left) >= 5
    again = launch(own_demo.folder, port=own_demo.port)
    wait_until_ready(again)
    assert "left behind" in again.said
    assert not set(left) & set(again.processes())
    hub_that_crashes(again).kill()
    assert again.process.wait(60) == 1
    until(lambda: "ended by itself" in again.said)
    assert again.processes() == []


def hub_that_crashes(demo: Demo) -> psutil.Process:
    children = psutil.Process(demo.process.pid).children()
    return next(child for child in children if "jupyterhub" in " ".join(child.cmdline()))


def test_a_demo_that_is_told_to_stop_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    demo = launch(tmp_path)
    until(lambda: "Starting JupyterHub" in demo.said)
    until(lambda: len(demo.processes()) >= 2)
    assert demo.stop() < 10
    assert demo.processes() == []
