from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalyst_hub.cli.demo.place import MARKER, PORTS, DemoError, Place, take, with_ports
from catalyst_hub.cli.demo.processes import MARK, end_all, marked
from tests.support.demo import until


def let_go(place: Place) -> None:
    place.lock.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def test_a_new_folder_and_its_secrets_are_readable_by_their_owner_alone(folder: Path) -> None:
    take(folder, is_reset=False)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / MARKER).stat().st_mode) == 0o600


def test_secrets_are_made_once(folder: Path) -> None:
    first = take(folder, is_reset=False)
    let_go(first)
    second = take(folder, is_reset=False)
    assert second.settings == first.settings
    assert (first.is_new, second.is_new) == (True, False)


def test_reset_forgets_everything(folder: Path) -> None:
    first = take(folder, is_reset=False)
    (folder / "home").mkdir()
    (folder / "home" / "work.ipynb").write_text("{}")
    let_go(first)
    second = take(folder, is_reset=True)
    assert second.is_new
    assert second.settings.demo_id != first.settings.demo_id
    assert not (folder / "home").exists()


def test_reset_follows_no_link_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    let_go(take(folder, is_reset=False))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("kept")
    (folder / "link").symlink_to(outside)
    take(folder, is_reset=True)
    assert (outside / "precious").read_text() == "kept"
    assert not (folder / "link").exists()


@pytest.mark.parametrize("is_reset", [False, True])
def test_a_folder_no_demo_made_is_never_touched(folder: Path, is_reset: bool) -> None:
    folder.mkdir()
    (folder / "thesis.tex").write_text("precious")
    with pytest.raises(DemoError, match="was not made by a demo"):
        take(folder, is_reset=is_reset)
    assert [entry.name for entry in folder.iterdir()] == ["thesis.tex"]


def test_a_file_is_no_folder(folder: Path) -> None:
    folder.write_text("precious")
    with pytest.raises(DemoError, match="was not made by a demo"):
        take(folder, is_reset=True)
    assert folder.read_text() == "precious"


def test_an_empty_folder_can_be_used(folder: Path) -> None:
    folder.mkdir()
    assert take(folder, is_reset=False).is_new


@pytest.mark.parametrize("is_reset", [False, True])
def test_a_second_demo_in_the_same_folder_is_refused(folder: Path, is_reset: bool) -> None:
    held = take(folder, is_reset=False)
    with pytest.raises(DemoError, match=r"runs with .* already"):
        take(folder, is_reset=is_reset)
    assert held.settings_file.exists()


def test_a_damaged_marker_says_how_to_go_on(folder: Path) -> None:
    let_go(take(folder, is_reset=False))
    (folder / MARKER).write_text('{"demo_id": ')
    with pytest.raises(DemoError, match="--reset"):
        take(folder, is_reset=False)
    assert take(folder, is_reset=True).is_new


def test_ports_are_kept_while_they_are_free(folder: Path) -> None:
    place = with_ports(take(folder, is_reset=False), 8765)
    assert with_ports(place, 8765).settings.ports == place.settings.ports
    assert set(place.settings.ports) == {*PORTS, "public"}


def test_a_kept_port_that_was_taken_meanwhile_is_replaced(folder: Path) -> None:
    place = with_ports(take(folder, is_reset=False), 8765)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", place.settings.ports["hub"]))
        taken.listen()
        assert with_ports(place, 8765).settings.ports["hub"] != place.settings.ports["hub"]


def test_the_public_port_is_never_one_of_the_others(folder: Path) -> None:
    place = take(folder, is_reset=False)
    kept = {name: 18000 + number for number, name in enumerate(PORTS)}
    place = replace(place, settings=replace(place.settings, ports=kept))
    again = with_ports(place, kept["hub"])
    assert len(set(again.settings.ports.values())) == len(PORTS) + 1


def test_a_taken_public_port_is_an_error_that_says_what_to_do(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"--port {port + 1}"):
            with_ports(take(folder, is_reset=False), port)


STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def sleeper(request: pytest.FixtureRequest) -> Callable[[str, str], subprocess.Popen[bytes]]:
    def start(mark: str, code: str = "import time; print(flush=True); time.sleep(60)") -> object:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=os.environ | {MARK: mark},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        request.addfinalizer(process.wait)
        request.addfinalizer(process.kill)
        assert process.stdout
        process.stdout.readline()
        return process

    return start  # type: ignore[return-value]


def test_only_marked_processes_are_ended(sleeper: Callable[..., subprocess.Popen[bytes]]) -> None:
    ours, other = sleeper("0123456789abcdef"), sleeper("0123456789abcdef0")
    assert marked("0123456789abcdef") == [ours.pid]
    assert end_all("0123456789abcdef", patience_s=5) == 1
    assert ours.wait(60) == -signal.SIGTERM
    assert other.poll() is None


def test_one_that_will_not_end_is_made_to(
    sleeper: Callable[..., subprocess.Popen[bytes]],
) -> None:
    stubborn = sleeper("fedcba9876543210", STUBBORN)
    end_all("fedcba9876543210", patience_s=0.5)
    assert stubborn.wait(60) == -signal.SIGKILL
    until(lambda: marked("fedcba9876543210") == [])


def test_ending_nothing_takes_no_time() -> None:
    assert end_all("no-such-demo", patience_s=60) == 0
