"""What is installed from a wheel finds the same files as a checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOW = """
import json
from catalyst_hub import data_files
folders = (data_files.share_dir, data_files.config_dir, data_files.services_dir)
print(json.dumps([str(folder()) for folder in folders]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def files_in(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".pot"}
    }


def test_the_wheel_finds_its_own_files(installed):
    answer = subprocess.run(
        [sys.executable, "-P", "-c", SHOW],
        env={"PYTHONPATH": str(installed)},
        cwd=installed,
        check=True,
        capture_output=True,
        text=True,
    )
    share = installed / "catalyst_hub" / "share"
    expected = [share, share / "jupyterhub_config.d", share / "services"]
    assert json.loads(answer.stdout) == [str(folder) for folder in expected]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("share/catalyst_hub", "."),
        ("jupyterhub_config.d", "jupyterhub_config.d"),
        ("services", "services"),
    ],
)
def test_no_file_is_left_out_of_the_wheel(installed, source, target):
    assert files_in(ROOT / source) <= files_in(installed / "catalyst_hub" / "share" / target)


def test_the_wheel_is_typed_and_licensed(installed):
    assert (installed / "catalyst_hub" / "py.typed").exists()
    assert list(installed.glob("*.dist-info/licenses/LICENSE"))
