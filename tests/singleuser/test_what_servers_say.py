"""What counts as work, as touch, and as neither: in servers of Jupyter's with real kernels."""

from __future__ import annotations

import asyncio
import socket as sockets
import time
from urllib.parse import urlsplit

import httpx
import pytest

from tests.singleuser.conftest import BURN, QUIET_S, Report, StartServer

#: Seconds after which what only shows at its beginning does not show any more.
_LATER_S = 6


#: A machine with many tests leaves little of a core to each process.
NOTICED = {"CATALYST_BUSY_PERCENT": "2"}


def is_at_work(*kinds: str):
    def judge(report: Report) -> bool:
        return report.age("worked") <= 2 and set(kinds) <= set(report.words["kinds"])

    return judge


def is_touched_after(moment: float):
    return lambda report: report.is_since("touched", moment)


def is_idle(report: Report) -> bool:
    return report.age("worked") >= QUIET_S


EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
NOTEBOOK = {"type": "notebook", "content": EMPTY}
TEXT = {"type": "file", "format": "text", "content": "a"}
THREAD = """
import threading, time
def say():
    while True:
        print("still here")
        time.sleep(.3)
threading.Thread(target=say, daemon=True).start()
"""
DASK = """
import os
from distributed import Client, LocalCluster

def compute():
    while not os.path.exists(os.path.expanduser("~/enough")):
        sum(range(200_000))

cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None)
computed = Client(cluster).submit(compute)
"""


async def nobody_uses_it(start: StartServer) -> None:
    server = await start("unused")
    first = await server.said(lambda report: True)
    assert first.words == {
        "server": "unused", "worked": None, "touched": None, "open": None,
        "kinds": [], "unknown": [],
    }  # fmt: skip
    assert (await server.said(lambda report: True, after_s=1)).words == first.words


async def what_only_waits_is_idle(start: StartServer) -> None:
    """A kernel that has done its work and a page that holds on to it, an editor, a prompt."""
    server = await start("waiting")
    page = await server.socket(f"api/kernels/{await server.kernel('1 + 1')}/channels?session_id=a")
    await server.terminal("python3 -q")
    await server.terminal("top -d 1")
    idle = await server.said(is_idle)
    assert idle.age("open") <= 2
    page.close()
    closed = await server.said(lambda report: report.age("open") >= QUIET_S)
    assert is_idle(closed)
    assert closed.age("touched") >= QUIET_S


async def what_works_in_silence_is_at_work(start: StartServer) -> None:
    """A kernel that says nothing, a command that says nothing, a program behind the proxy."""
    server = await start("silent", **NOTICED)
    await server.kernel("import time; time.sleep(600)")
    await server.terminal("sleep 600")
    await server.ask("GET", "burning/")
    await server.said(is_at_work("kernel", "terminal", "process"), after_s=_LATER_S)


async def what_prints_is_at_work(start: StartServer) -> None:
    """A cell, and what goes on in a terminal while its prompt waits."""
    server = await start("printing")
    await server.kernel("import time\nwhile True: print(1); time.sleep(.3)")
    await server.terminal("while true; do sleep .3; date; done &")
    said = await server.said(is_at_work("kernel", "terminal"), after_s=_LATER_S)
    assert said.age("touched") >= _LATER_S - 1


async def what_a_kernel_has_left_behind_is_at_work(start: StartServer) -> None:
    """A thread that prints, though the cell is done, and a process that computes."""
    server = await start("left-behind", **NOTICED)
    worker = f"import subprocess, sys; w = subprocess.Popen([sys.executable, '-c', {BURN!r}])"
    await server.kernel(THREAD + worker)
    await server.said(is_at_work("kernel", "process"), after_s=_LATER_S)


async def a_cluster_of_dask_is_at_work_while_it_computes_and_idle_while_it_waits(
    start: StartServer,
) -> None:
    server = await start("dask")
    await server.kernel(DASK)
    await server.said(is_at_work("process"), after_s=_LATER_S)
    (server.folder / "enough").touch()
    await server.said(is_idle)


async def what_has_left_its_terminal_is_at_work(start: StartServer) -> None:
    server = await start("gone", **NOTICED)
    script = server.folder / "burn.py"
    script.write_text(BURN)
    name = await server.terminal(f"setsid nohup python3 {script} > /dev/null 2>&1 &")
    await server.said(is_at_work("process"))
    await server.ask("DELETE", f"api/terminals/{name}")
    await server.said(is_at_work("process"), after_s=_LATER_S)


async def a_download_is_work_as_long_as_bytes_are_on_their_way(start: StartServer) -> None:
    server = await start("download")
    with (server.folder / "large.bin").open("wb") as file:
        file.truncate(30_000_000)
    address = urlsplit(server.url)
    slow = sockets.create_connection((address.hostname, address.port))
    slow.sendall(b"GET /files/large.bin?download=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await server.said(is_at_work("download"), after_s=_LATER_S)
    slow.close()
    await server.said(is_idle)


async def what_is_asked_for_again_and_again_is_no_touch(start: StartServer) -> None:
    """Nor is what a page saves by itself, for a kernel prints in it."""
    server = await start("asking")
    server.away = 2
    for path in ("api/contents", "api/kernels", "api/sessions", "catalyst-hub/notices"):
        await server.ask("GET", path)
    with pytest.raises(httpx.HTTPStatusError):
        await server.ask("DELETE", "api/contents/not-there.txt")
    asked = await server.said(lambda report: report.words["open"] is not None)
    assert asked.words["touched"] is None
    moment = time.monotonic()
    await server.ask("PUT", "api/contents/a.ipynb", json=NOTEBOOK)
    await server.said(is_touched_after(moment))
    await server.kernel("1 + 1")
    await server.said(lambda report: min(report.age("worked"), report.age("touched")) >= QUIET_S)
    moment = time.monotonic()
    await server.ask("PUT", "api/contents/a.ipynb", json=NOTEBOOK)
    saved = await server.said(lambda report: True, after_s=1)
    assert not is_touched_after(moment)(saved)
    await server.ask("PUT", "api/contents/a.txt", json=TEXT)
    await server.said(is_touched_after(moment))


async def what_a_proxied_page_sends_by_itself_is_no_touch(start: StartServer) -> None:
    server = await start("proxied")
    page = await server.socket("burning/socket")
    for _ in range(3):
        await page.write_message(bytes(13), binary=True)
        assert await page.read_message() == bytes(13)
    beating = await server.said(lambda report: report.words["open"] is not None)
    assert beating.words["touched"] is None
    moment = time.monotonic()
    await page.write_message(b"a key", binary=True)
    await server.said(is_touched_after(moment))
    page.close()


async def a_touch_after_a_while_without_any_is_told_at_once(start: StartServer) -> None:
    """Whatever the Hub has heard a moment ago, and though the next look is minutes away."""
    server = await start("back", CATALYST_LOOK_SECONDS="600")
    moment = time.monotonic()
    await server.ask("POST", "catalyst-hub/touch")
    # It may have been told before the answer was here.
    await server.said(is_touched_after(moment), after_s=moment - time.monotonic())
    await server.ask("POST", "catalyst-hub/touch")
    await asyncio.sleep(1)
    assert len(server.reports) == 1, "what follows waits for the next look"


async def test_work_counts_without_a_browser_and_waiting_does_not(start_server: StartServer):
    situations = (
        nobody_uses_it,
        what_only_waits_is_idle,
        what_works_in_silence_is_at_work,
        what_prints_is_at_work,
        what_a_kernel_has_left_behind_is_at_work,
        a_cluster_of_dask_is_at_work_while_it_computes_and_idle_while_it_waits,
        what_has_left_its_terminal_is_at_work,
        a_download_is_work_as_long_as_bytes_are_on_their_way,
        what_is_asked_for_again_and_again_is_no_touch,
        what_a_proxied_page_sends_by_itself_is_no_touch,
        a_touch_after_a_while_without_any_is_told_at_once,
    )
    async with asyncio.TaskGroup() as group:
        for situation in situations:
            group.create_task(situation(start_server))
