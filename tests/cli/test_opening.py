"""Every command that reads the store says what is in its way, in a line, wherever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalyst_hub.cli import main

COMMANDS = (
    ["correct", "x", "--ended-at", "2026-11-01T09:00+00:00", "--reason", "why"],
    ["culling", "explain"],
    ["data", "kofi"],
    ["db", "check"],
    ["erase", "kofi", "--yes"],
    ["mails"],
    ["maintenance", "list"],
    ["orphans"],
    ["report"],
    ["top-up", "nairobi", "5", "--reason", "why"],
    ["try-limit", "nairobi", "--unit", "servers", "--window", "at_once", "--amount", "1"],
    ["workshops", "list"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_a_store_a_command_says_so_and_makes_none(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    assert main([*command, "--database-url", f"sqlite:///{elsewhere}"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"catalyst-hub {command[0]}")
    assert told.endswith(f": there is no database {elsewhere}\n")
    assert not elsewhere.exists()
