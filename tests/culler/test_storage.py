"""Measuring homes: what is counted, how gently, and what becomes of it in the store."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from catalyst_hub.core.storage import HomeSize
from catalyst_hub.culler.storage import StorageKeeper, source_named
from catalyst_hub.culler.storage_sources import (
    HomeNfs,
    LocalScan,
    StorageSourceError,
    sizes_in,
    used_bytes,
)
from tests.hub.communities import catalyst_config, sign_in
from tests.hub.conftest import free_port

KIB = 1024
#: As jupyterhub-home-nfs tells it; others tell paths.
TOLD = """
# HELP dirsize_total_size_bytes Total Size of the Directory (in bytes)
# TYPE dirsize_total_size_bytes gauge
dirsize_total_size_bytes{directory="kofi"} 9.0e+09
dirsize_total_size_bytes{directory="/export/homes/luc-c3-ada"} 12.0
dirsize_total_size_bytes{directory="unknown"} 5.0
# HELP dirsize_hard_limit_bytes Hard Limit of the Directory (in bytes)
# TYPE dirsize_hard_limit_bytes gauge
dirsize_hard_limit_bytes{directory="kofi"} 1.0e+10
dirsize_hard_limit_bytes{directory="/export/homes/luc-c3-ada"} 0.0
dirsize_total_entries_count{directory="kofi"} 3.0
"""


def made(folder: Path, size: int) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"x" * size)
    return folder


def as_du(folder: Path) -> int:
    said = subprocess.run(["du", "-s", "-x", "-B1", folder], check=True, capture_output=True)
    return int(said.stdout.split()[0])


def test_a_home_is_counted_as_du_counts(tmp_path):
    home = tmp_path / "kofi"
    made(home / "a/b/c/data", 100 * KIB)
    made(home / "notebook", 5)
    (home / "empty").mkdir()
    os.link(home / "a/b/c/data", home / "the-same")
    with (home / "sparse").open("wb") as file:
        file.truncate(10**9)
    assert used_bytes(home) == as_du(home)


def test_links_lead_nowhere(tmp_path):
    home, elsewhere = tmp_path / "kofi", tmp_path / "elsewhere"
    made(elsewhere / "large", 1000 * KIB)
    home.mkdir()
    (home / "all").symlink_to(elsewhere)
    (home / "loop").symlink_to(home)
    assert (used_bytes(home) or 0) < 100 * KIB


@pytest.mark.parametrize("swapped", ["a", "a/b"])
def test_a_link_put_in_place_of_a_folder_during_the_scan_leads_nowhere(
    tmp_path, monkeypatch, swapped
):
    home, elsewhere = tmp_path / "kofi", tmp_path / "elsewhere"
    made(home / "a/b/x", KIB)
    made(elsewhere / "large", 1000 * KIB)
    made(elsewhere / "b/large", 1000 * KIB)
    open_folder = os.open

    def swap_then_open(path, *flags):
        # The owner is quicker than the scan, which has found the folder a moment ago.
        if str(path) == str(home / "a/b") or (swapped == "a" and str(path) == str(home / "a")):
            (home / swapped).rename(tmp_path / "aside")
            (home / swapped).symlink_to(elsewhere)
        return open_folder(path, *flags)

    monkeypatch.setattr(os, "open", swap_then_open)
    assert (used_bytes(home) or 0) < 100 * KIB
    assert (home / swapped).is_symlink()


def test_folders_may_be_nested_deeper_than_a_program_can_call_itself(tmp_path):
    made(tmp_path / "kofi/x", 4 * KIB)
    for part in range(3):
        at = tmp_path / "kofi"
        for number in range(400):
            at = at / f"{part}{number % 7}"
        os.makedirs(at)  # noqa: PTH103 -- a Path calls itself for each
    assert used_bytes(tmp_path / "kofi") == as_du(tmp_path / "kofi")


def test_a_scan_that_takes_too_long_tells_at_least_what_it_has_found(tmp_path):
    for number in range(50):
        made(tmp_path / f"kofi/{number}", 8 * KIB)
    all_of_it = used_bytes(tmp_path / "kofi") or 0
    assert 0 < (used_bytes(tmp_path / "kofi", longest_s=0) or 0) < all_of_it


def test_a_home_that_is_gone_is_not_taken_for_an_empty_one(tmp_path):
    assert used_bytes(tmp_path / "gone") is None


async def test_only_homes_of_people_are_looked_at(tmp_path):
    for name in ("kofi", "stranger"):
        made(tmp_path / name / "x", 4 * KIB)
    (tmp_path / "lucia").symlink_to(tmp_path / "stranger")
    found = [name async for name, _ in LocalScan(str(tmp_path)).homes({"kofi", "lucia", "bo"})]
    assert found == ["kofi"]
    with pytest.raises(StorageSourceError):
        [x async for x in LocalScan(str(tmp_path / "gone")).homes(set())]


def test_the_metrics_of_home_nfs_are_understood():
    used, limits = sizes_in(TOLD)
    assert used == {"kofi": 9_000_000_000, "luc-c3-ada": 12, "unknown": 5}
    assert limits["kofi"] == 10_000_000_000
    for text in (
        "<html>",
        'dirsize_total_size_bytes{directory="x"} NaN\n',
        "dirsize_total_size_bytes 5\n",
    ):
        with pytest.raises(StorageSourceError):
            sizes_in(text)


class _Metrics(RequestHandler):
    def get(self) -> None:
        self.finish(TOLD)


async def test_home_nfs_is_asked_over_http_and_a_quota_of_nothing_is_none():
    port = free_port()
    server = HTTPServer(Application([("/metrics", _Metrics)]))
    server.listen(port, "127.0.0.1")
    source = HomeNfs(f"http://127.0.0.1:{port}/metrics")
    found = {name: size async for name, size in source.homes(set())}
    server.stop()
    assert found["kofi"] == HomeSize(9_000_000_000, 10_000_000_000)
    assert found["luc-c3-ada"] == HomeSize(12, None)
    with pytest.raises(StorageSourceError):
        [x async for x in source.homes(set())]


def test_a_source_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(StorageSourceError, match="there are: jupyterhub-home-nfs, local"):
        source_named("loacl", "/")


async def test_what_was_measured_is_in_the_store_and_a_failing_source_ends_nothing(
    start_hub, tmp_path
):
    hub = await start_hub(catalyst_config(tmp_path))
    runtime, homes = hub.authenticator.runtime, tmp_path / "homes"
    await sign_in(hub, "kofi")
    await StorageKeeper(runtime, source_named("local", str(homes / "gone"))).round()
    made(homes / "kofi/data", 300 * KIB)
    await StorageKeeper(runtime, source_named("local", str(homes))).round()
    owners = await runtime.read(lambda uow: uow.storage.owners())
    uses = await runtime.read(lambda uow: uow.storage.of(owners.values()))
    assert list(uses) == [owners["kofi"]]
    assert uses[owners["kofi"]].size.used_bytes == as_du(homes / "kofi")
