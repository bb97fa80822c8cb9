from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalyst_hub.cli import main
from catalyst_hub.data_files import share_dir
from tests.communities_file.bad_files import GOOD


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "communities.yaml"
    path.write_text(GOOD)
    return path


def _check(*words: object) -> int:
    return main(["check", *map(str, words)])


def test_a_good_file_is_summed_up(file: Path, capsys: pytest.CaptureFixture[str]):
    assert _check(file) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{file}: can be used: 1 community, 1 profile"
    assert second.split("  ")[1:] == [
        "savanna",
        "1 profile, any number of seats, 2 rules of membership, UTC",
    ]


def test_seats_and_budget_are_in_the_summary(file: Path, capsys: pytest.CaptureFixture[str]):
    limits = "    quotas: {community: {at_once: {servers: 40}}}\n    budget: {amount: 25000.5}\n"
    file.write_text(GOOD + limits)
    assert _check(file) == 0
    assert "1 profile, 40 seats, KES 25,000.5 a month" in capsys.readouterr().out


def test_the_demos_file_is_fine(capsys: pytest.CaptureFixture[str]):
    assert _check("--strict", share_dir() / "demo" / "communities.yaml") == 0
    assert ": can be used: 6 communities" in capsys.readouterr().out


def test_of_very_many_communities_only_the_totals_are_told(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    rule = "[{provider: demo, people: [amina]}]"
    more = "".join(f"  c{i}: {{title: x, champions: {rule}}}\n" for i in range(1_500))
    file.write_text(GOOD + more)
    assert _check(file) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("1,501 communities, 1,501 profiles")


def test_every_mistake_is_printed_and_the_exit_status_is_one(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    file.write_text(
        GOOD.replace("country: KE", "country: Kenya").replace("memory: 2G", "memory: x")
    )
    assert _check(file) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{file}:15:33: defaults.profiles.python.sizes.small.memory: 'x'")
    assert lines[1].startswith(f"{file}:19:14: communities.savanna.country: 'Kenya' is no country")
    assert lines[1].endswith("did you mean KE (Kenya)?")
    assert lines[2] == f"{file}: 2 errors"


def test_all_files_are_checked_even_after_a_bad_one(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert _check(tmp_path / "nowhere.yaml", file) == 1
    out = capsys.readouterr().out
    assert "nowhere.yaml:1:1: (file): there is no such file" in out
    assert f"{file}: can be used" in out


def test_a_warning_fails_only_when_asked_to(file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_text(GOOD + "    languages: [sw]\n")
    assert _check(file) == 0
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{file}:22:5: warning: communities.savanna.languages: the pages")
    assert second.endswith("1 community, 1 profile, 1 warning")
    assert _check("--strict", file) == 1


def test_the_schema_is_printed_for_editors(capsys: pytest.CaptureFixture[str]):
    assert _check("--schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "communities.yaml"


def test_without_a_file_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]):
    assert _check() == 2
    assert "give at least one FILE" in capsys.readouterr().err
