from __future__ import annotations

import subprocess
import sys

import pytest

from catalyst_hub import __version__
from catalyst_hub.cli import COMMANDS, main

HEAVY = ("jupyterhub", "sqlalchemy", "tornado", "alembic")


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert all(name in printed and summary in printed for name, summary in COMMANDS.items())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"catalyst-hub {command}" in capsys.readouterr().out


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"catalyst-hub {__version__}\n"


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["chekc"])
    assert ended.value.code == 2
    assert "chekc" in capsys.readouterr().err


def test_no_command_at_all_is_a_wrong_call() -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"]])
def test_no_command_waits_for_the_libraries_of_a_hub(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from catalyst_hub.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"loaded = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
