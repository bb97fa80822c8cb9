"""The reference names everything that the code has: nothing is left for readers to find out."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from catalyst_hub.cli import COMMANDS
from catalyst_hub.core.audit import Action
from catalyst_hub.core.denial import STATUS, Code
from catalyst_hub.store.tables import metadata
from docs import reference_tables

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text()


def quoted(name: str) -> set[str]:
    """Everything in `code marks` on a page."""
    return set(re.findall(r"`([^`\n]+)`", page(name)))


def test_every_denial_code_is_documented_with_its_status():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", page("denial-codes"), re.MULTILINE))
    assert rows == {code.value: str(STATUS[code]) for code in Code}


@pytest.mark.parametrize("table", metadata.tables.values(), ids=lambda table: table.name)
def test_every_table_and_column_is_documented(table):
    assert {table.name, *table.columns.keys()} - quoted("tables") == set()


def test_no_table_is_documented_that_does_not_exist():
    documented = re.findall(r"^## (.+)$", page("tables"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(documented))) == set(metadata.tables)


@pytest.mark.parametrize("name", reference_tables.PAGES)
def test_a_page_that_follows_the_code_is_up_to_date(name):
    assert page(name) == reference_tables.page(name), "run: python docs/reference_tables.py"


def test_every_audited_action_is_documented():
    rows = re.findall(r"^\| `(\w+:[\w-]+)` \|", page("tables"), re.MULTILINE)
    assert sorted(rows) == sorted(Action)


def options_of(command: str) -> set[str]:
    """The long options of a command, and the names of what stands without one."""
    subparsers = argparse.ArgumentParser().add_subparsers()
    module = command.replace("-", "_")
    import_module(f"catalyst_hub.cli.{module}").add_parser(subparsers)
    return set(named_by(subparsers.choices[command])) - {"--help"}


def named_by(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices
            for verb in action.choices.values():
                yield from named_by(verb)
        else:
            yield action.option_strings[-1] if action.option_strings else str(action.metavar)


def sections_of_commands() -> dict[str, str]:
    parts = re.split(r"^## `catalyst-hub ([\w-]+)`$", page("commands"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_is_documented():
    assert set(sections_of_commands()) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_documented(command):
    described = re.findall(r"^(`[^\n]+`)\n: ", sections_of_commands()[command], re.MULTILINE)
    assert set(re.findall(r"`([^`]+)`", " ".join(described))) == options_of(command)
