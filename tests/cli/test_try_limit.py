from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.store import Store
from tests.cli.test_report import COMMUNITIES
from tests.support.sessions import HOUR, a_person, a_session, running, stopped

#: In October, in savanna: lucia for six hours on three days, kofi for one, twice at a time.
MORNINGS = tuple(datetime(2026, 10, day, 6, tzinfo=UTC) for day in (5, 6, 20))

Run = Callable[..., str]


def _use(uow: UnitOfWork) -> None:
    kofi, lucia = a_person(uow, "kofi"), a_person(uow, "lucia")
    for morning in MORNINGS:
        for person, server, hours in ((lucia, "", 6), (kofi, "a", 1), (kofi, "b", 1)):
            session = a_session(
                person, community="savanna", currency="KES", reserved_at=morning, server_name=server
            )
            stopped(uow, running(uow, session), morning + hours * HOUR)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("savanna", "--unit", ...)``: what a call prints, of October, with names."""
    file, url = tmp_path / "communities.yaml", f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    file.write_text(COMMUNITIES)
    monkeypatch.setenv("CATALYST_COMMUNITIES_FILE", str(file))
    monkeypatch.setenv("CATALYST_DATABASE_URL", url)
    open_runtime(CatalystHub(), accept_policy=True).close()
    store = Store.open(url, "test")
    with store.unit_of_work(write=True) as uow:
        _use(uow)
    store.close()

    def call(*words: str, status: int = 0) -> str:
        assert main(["try-limit", *words, "--month", "2026-10"]) == status
        out, err = capsys.readouterr()
        return err if status else out

    return call


def hours(amount: str, *more: str) -> list[str]:
    return ["savanna", "--unit", "server_hours", "--amount", amount, *more]


def test_it_tells_who_on_which_days(run: Run) -> None:
    assert run(*hours("10", "--window", "month", "--names")) == (
        "savanna: 10 h of server time each month for each person, 2026-10-01 to 2026-10-31\n"
        "  1 of 2 people would have been stopped:\n"
        "  lucia  2026-10-06, 2026-10-20\n"
    )


def test_people_have_pseudonyms_unless_names_are_asked_for(run: Run) -> None:
    told = run(*hours("1", "--window", "day"))
    assert "2 of 2 people" in told
    assert "lucia" not in told
    assert "kofi" not in told
    assert "2026-10-05 to 2026-10-06, 2026-10-20" in told


def test_a_generous_limit_stops_nobody(run: Run) -> None:
    told = run(*hours("18", "--window", "month"))
    assert told.endswith("  Nobody of 2 people would have been stopped.\n")


def test_a_shared_limit_meets_everybody_who_was_there(run: Run) -> None:
    told = run(*hours("8", "--window", "rolling", "--days", "7", "--scope", "community", "--names"))
    assert "8 h of server time in any 7 days for all together" in told
    assert "  kofi   2026-10-06\n  lucia  2026-10-06\n" in told


def test_a_limit_at_once_refuses_the_second_start(run: Run) -> None:
    words = ("--unit", "servers", "--window", "at_once", "--amount", "1", "--names")
    assert "  kofi  2026-10-05 to 2026-10-06, 2026-10-20\n" in run("savanna", *words)


def test_a_changed_file_is_tried_limit_by_limit(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    quotas = "\n    quotas: {person: {per_month: {server_hours: 10}, at_once: {servers: 1}}}"
    new.write_text(COMMUNITIES.replace("title: Savanna", "title: Savanna" + quotas))
    told = run("--file", str(new), "--names")
    assert told.count("savanna: ") == 2
    assert "  lucia  2026-10-06, 2026-10-20\n" in told
    assert run("pampa", "--file", str(new)) == (
        "The file has no limit that is not in force already.\n"
    )


def test_of_prepaid_credit_the_past_tells_nothing(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(
        COMMUNITIES.replace("title: Savanna", "title: Savanna\n    budget: {credit: prepaid}")
    )
    assert "The past cannot tell." in run("--file", str(new))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tundra", "--unit", "servers"], "there are: savanna, pampa"),
        (["savanna"], "either --file"),
        (["--unit", "servers"], "which COMMUNITY"),
        (["savanna", "--unit", "servers"], "needs --window"),
        (hours("1", "--window", "at_once"), "not counted over"),
        (hours("1", "--window", "rolling"), "--days belongs"),
        (hours("1", "--window", "day", "--days", "3"), "--days belongs"),
        (hours("1", "--window", "rolling", "--days", str(10**30)), "--days is at most 366"),
        (hours("many", "--window", "day"), "expected a number of hours"),
        (hours("1", "--window", "day", "--profile", "julia"), "there are: python"),
    ],
)
def test_a_wrong_call_says_what_is_missing(run: Run, words: list[str], sentence: str) -> None:
    assert sentence in run(*words, status=2)


@pytest.mark.usefixtures("run")
def test_a_month_to_come_has_no_past(capsys: pytest.CaptureFixture[str]) -> None:
    words = hours("1", "--window", "day", "--month", "2099-12")
    assert main(["try-limit", *words]) == 2
    assert "--month 2099-12 is still to come" in capsys.readouterr().err


def test_a_month_of_no_year_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["try-limit", "savanna", "--month", "9999-12"])
    assert "of the years 2000 to 2099" in capsys.readouterr().err


def test_a_file_with_mistakes_is_no_question(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 2\n")
    assert "bad.yaml" in run("--file", str(bad), status=1)
