"""Paying in from the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from tests.hub.communities import COMMUNITIES

#: Of two communities one has a budget.
BUDGET = """\
  prepaid:
    title: Prepaid
    currency: USD
    prices: {cpu_hour: 1}
    budget: {credit: prepaid}
"""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "communities.yaml").write_text(COMMUNITIES.rstrip() + "\n" + BUDGET)
    monkeypatch.setenv("CATALYST_DATABASE_URL", f"sqlite:///{tmp_path / 'catalyst.sqlite'}")
    monkeypatch.setenv("LOGNAME", "ada")
    with closing(open_runtime(CatalystHub(), accept_policy=True)):
        pass


def test_what_is_paid_in_is_there(capsys):
    assert main(["top-up", "prepaid", "US$ 300", "--reason", "the grant"]) == 0
    assert capsys.readouterr().out == "prepaid has USD 300.00 left of USD 300.00\n"
    assert main(["top-up", "prepaid", "-50.5", "--reason", "too much"]) == 0
    assert capsys.readouterr().out == "prepaid has USD 249.50 left of USD 249.50\n"
    with closing(open_runtime(CatalystHub(), accept_policy=False)) as runtime:
        top_ups = runtime._transaction(lambda uow: uow.budgets.top_ups("prepaid", "USD"), False)
    assert [top_up.made_by for top_up in top_ups] == ["service:command-line:ada"] * 2


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["elsewhere", "300"], 1, "there is no community elsewhere"),
        (["nairobi", "300"], 1, "nairobi has no budget"),
        (["prepaid", "300 EUR"], 2, "expected an amount in USD"),
        (["prepaid", "much"], 2, "expected an amount of money"),
        (["prepaid", "0"], 1, "nothing is no amount"),
    ],
)
def test_what_cannot_be_is_told(words, status, told, capsys):
    assert main(["top-up", *words, "--reason", "the grant"]) == status
    assert told in capsys.readouterr().err
