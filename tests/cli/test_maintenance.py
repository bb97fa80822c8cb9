"""Maintenance from the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from tests.hub.communities import COMMUNITIES


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "communities.yaml").write_text(COMMUNITIES)
    monkeypatch.setenv("CATALYST_DATABASE_URL", f"sqlite:///{tmp_path / 'catalyst.sqlite'}")
    with closing(open_runtime(CatalystHub(), accept_policy=True)):
        pass


def test_it_is_announced_listed_and_ended_in_the_time_of_its_place(capsys):
    assert main(["maintenance", "list"]) == 0
    assert capsys.readouterr().out == "no maintenance is announced\n"
    call = ["maintenance", "start", "--message", "Disks", "--message-in", "es", "Discos"]
    times = ["--at", "2030-01-02T14:00", "--until", "2030-01-02T16:00"]
    drain = ["--drain-at", "2030-01-02T14:30+03:00"]
    assert main([*call, *times, *drain, "--community", "nairobi"]) == 0
    said = capsys.readouterr().out
    assert said == (
        "1  nairobi: from 2030-01-02T14:00 until 2030-01-02T16:00, servers stop at"
        " 2030-01-02T14:30 (Africa/Nairobi): Disks\n"
    )
    assert main(["maintenance", "list"]) == 0
    assert capsys.readouterr().out == said
    for _ in range(2):
        assert main(["maintenance", "end", "1"]) == 0
        assert capsys.readouterr().out == "1 is over\n"
    assert main(["maintenance", "list"]) == 0
    assert capsys.readouterr().out == "no maintenance is announced\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["start"], "--message"),
        (["start", "--message", "x", "--at", "noon"], "'noon' is no time"),
        (["start", "--message", "x", "--community", "elsewhere"], "no such community"),
        (["start", "--message", "x", "--until", "1999-01-01T00:00"], "--until has to be after"),
        (["start", "--message", "x", "--at", "9999-12-31T23:59-14:00"], "within five years"),
        (["start", "--message-in", "xx", "x"], "xx is none of en, es, pt, fr"),
        (["end", "7"], "there is no maintenance 7"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_announced(words, told, capsys):
    assert main(["maintenance", *words]) == 2
    assert told in capsys.readouterr().err
    assert main(["maintenance", "list"]) == 0
    assert capsys.readouterr().out == "no maintenance is announced\n"


@pytest.mark.parametrize("number", ["0", "-1", "9" * 19, str(10**30), "seven"])
def test_a_number_that_no_database_keeps_is_a_wrong_call(number, capsys):
    with pytest.raises(SystemExit) as refused:
        main(["maintenance", "end", number])
    assert refused.value.code == 2
    assert number in capsys.readouterr().err
