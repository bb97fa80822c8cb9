"""Whatever is typed: help, what was expected, or what is in the way, and never a traceback."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalyst_hub.cli import COMMANDS, _parser, main


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return found[0].choices if found else {}


def _leaves(
    words: tuple[str, ...], parser: argparse.ArgumentParser
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """The commands and their actions, each with what it takes."""
    below = _subparsers(parser)
    if not below:
        yield words, parser
    for name, own in below.items():
        yield from _leaves((*words, name), own)


LEAVES = [leaf for name in COMMANDS for leaf in _leaves((name,), _subparsers(_parser(name))[name])]
OPTIONS = [
    (*words, option.option_strings[-1])
    for words, parser in LEAVES
    for option in parser._actions
    if option.option_strings and option.nargs != 0
]
#: Without a word more it starts a hub.
STARTS = ("demo",)


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CATALYST_DATABASE_URL", "CATALYST_COMMUNITIES_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def _call(*words: str) -> int | str | None:
    try:
        return main(words)
    except SystemExit as ended:
        return ended.code


@pytest.mark.parametrize("words", [words for words, _ in LEAVES], ids=" ".join)
def test_every_action_explains_itself(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call(*words, "--help") == 0
    assert f"catalyst-hub {' '.join(words)}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [words for words, _ in LEAVES if words != STARTS], ids=" ".join)
def test_what_is_missing_or_too_much_is_said_in_a_sentence(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ([], ["nonsense"], ["", "nonsense"], ["7", "7", "7"], ["--nonsense"]):
        status = _call(*words, *more)
        said = capsys.readouterr()
        assert status in {1, 2}, more
        assert (said.out + said.err).strip() != "", more
        assert "Errno" not in said.err, more


@pytest.mark.parametrize("words", OPTIONS, ids=" ".join)
def test_an_option_that_cannot_be_read_is_told_in_peoples_words(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for value in ("\N{PILE OF POO} nonsense", ""):
        if words[:1] != STARTS or words[-1] != "--data-dir":
            assert _call(*words, value) in {1, 2}
    # What Python calls a kind of value or a choice is none of theirs.
    told = capsys.readouterr().err
    assert "invalid int" not in told
    assert "invalid number" not in told
    assert "<" not in told


def test_claims_that_are_no_json_are_told_from_a_file_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "communities.yaml"
    file.write_text(
        "version: 1\nhub: {name: test, time_zone: UTC}\n"
        "providers: {demo: {type: demo, personas: [{name: amina}]}}\n"
        "communities: {savanna: {title: Savanna, currency: USD}}\n"
    )
    for content in (b"\xdd", b"name: kofi", b"[" * 100_000):
        (tmp_path / "claims.json").write_bytes(content)
        assert _call("explain", "claims.json") == 1
        assert "'claims.json': this is no JSON; expected" in capsys.readouterr().err
    assert _call("explain", "") == 1
    assert "catalyst-hub explain: '': Is a directory" in capsys.readouterr().err
