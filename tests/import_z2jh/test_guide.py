"""The guide's example is what the command really says and writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalyst_hub.cli import main

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "bring-an-existing-hub.md"


def test_the_transcript_is_a_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = GUIDE.read_text()
    values, written = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    transcript = re.search(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert transcript is not None
    command, _, said = transcript[1].partition("\n")
    (tmp_path / "sabana.values.yaml").write_text(values)
    monkeypatch.chdir(tmp_path)
    assert main(command.removeprefix("$ catalyst-hub ").split()) == 0
    assert capsys.readouterr().out == said
    assert (tmp_path / "communities.yaml").read_text() == written
