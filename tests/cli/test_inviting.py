"""Who instructs in a workshop and who is invited to it, from the command line."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from catalyst_hub.cli import main
from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import as_code, digest
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Plan
from catalyst_hub.store import Store
from tests.cli.test_workshops import NOW, hub
from tests.support.sessions import a_person

__all__ = ["hub"]
T = TypeVar("T")
COMING, PAMPA, OVER = "2", "3", "1"
OPERATOR = f"service:command-line:{getpass.getuser()}"


def done(work: Callable[[UnitOfWork], T]) -> T:
    store = Store.open(os.environ["CATALYST_DATABASE_URL"], "test")
    with store.unit_of_work(write=True) as uow:
        found = work(uow)
    store.close()
    return found


@pytest.fixture(autouse=True)
def _people(hub: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kofi and Lucía belong to the savanna, Bo to nothing; workshops come there and in the
    pampa."""
    monkeypatch.delenv("JUPYTERHUB_PUBLIC_HUB_URL", raising=False)
    day = datetime.now(UTC).date() + timedelta(days=2)

    def fill(uow: UnitOfWork) -> None:
        a_person(uow, "bo")
        for name in ("kofi", "lucia"):
            grant = Grant(Source.MANUAL, Role.MEMBER, NOW, {"by": "amina"})
            uow.memberships.grant(a_person(uow, name).person_id, "savanna", grant)
        for slug in ("savanna", "pampa"):
            uow.workshops.add(slug, Plan("Roots", day, day), "amina", NOW)

    done(fill)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    capsys.readouterr()
    assert main(["workshops", *words]) == 0
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["workshops", *words]) == 2
    return capsys.readouterr().err


def invited(capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    return said(capsys, "invite", COMING, "--seats", "20", "--days", "1", *more)


# --- instructors ---


def test_members_are_appointed_and_dismissed_by_whoever_runs_the_hub(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(capsys, "instructors", COMING) == []
    both = said(capsys, "instructors", COMING, "--appoint", "kofi", "--appoint", "lucia")
    assert [line.split()[0] for line in both] == ["kofi", "lucia"]
    assert both[0].startswith("kofi  Kofi  since 20")
    assert both[0].endswith(f"  by {OPERATOR}")
    left = said(capsys, "instructors", COMING, "--dismiss", "kofi")
    assert left == both[1:] == said(capsys, "instructors", COMING)
    deeds = (Action.INSTRUCTOR_APPOINTED, Action.INSTRUCTOR_DISMISSED)
    lines = done(lambda uow: uow.audit.latest("savanna", deeds, 10))
    assert sorted((line.action, line.actor, line.subject) for line in lines) == [
        ("instructor:appointed", OPERATOR, "kofi"),
        ("instructor:appointed", OPERATOR, "lucia"),
        ("instructor:dismissed", OPERATOR, "kofi"),
    ]


def test_what_cannot_be_is_a_wrong_call_and_nobody_is_appointed_by_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words, sentence in (
        ((COMING, "--appoint", "nobody"), "Nobody in this community is called nobody."),
        ((COMING, "--appoint", "bo"), "Nobody in this community is called bo."),
        ((PAMPA, "--appoint", "kofi"), "Nobody in this community is called kofi."),
        ((OVER, "--appoint", "kofi"), "This workshop is over or called off."),
        ((COMING, "--dismiss", "kofi"), "kofi is no instructor of workshop 2"),
        ((COMING, "--dismiss", "nobody"), "nobody is no instructor of workshop 2"),
        (("77", "--appoint", "kofi"), "there is no workshop 77"),
        (("77",), "there is no workshop 77"),
        (
            (COMING, "--appoint", "kofi", "--appoint", "kofi"),
            "kofi is an instructor of this workshop already.",
        ),
    ):
        assert sentence in refused(capsys, "instructors", *words)
    for number in (OVER, COMING, PAMPA):
        assert said(capsys, "instructors", number) == []


def test_all_are_appointed_or_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    before = said(capsys, "instructors", COMING, "--appoint", "lucia")
    for words in (
        ("--appoint", "kofi", "--appoint", "bo"),
        ("--dismiss", "lucia", "--appoint", "bo"),
        ("--dismiss", "lucia", "--dismiss", "kofi"),
    ):
        refused(capsys, "instructors", COMING, *words)
        assert said(capsys, "instructors", COMING) == before


def test_a_workshop_of_a_community_that_left_the_file_is_a_wrong_call(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = done(lambda uow: uow.workshops.add("gone", Plan("x", NOW.date(), NOW.date()), "x", NOW))
    number = str(gone.workshop_id)
    for words in (("instructors",), ("invitations",), ("invite", "--seats", "1", "--days", "1")):
        assert "there is no community 'gone'" in refused(capsys, words[0], number, *words[1:])


# --- invitations ---


def test_the_code_is_printed_and_kept_nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, where, facts = invited(capsys, "--note", " First row ")
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert where == "People enter it on the hub, under Join a community."
    assert re.fullmatch(r"Invitation 1: 20 learners, until 20.* \(Africa/Nairobi\)", facts)
    kept = digest("test", as_code(code) or "")
    found = done(lambda uow: uow.invitations.lock(kept))
    assert found is not None
    assert (found.community, found.workshop_id, found.note) == ("savanna", 2, "First row")
    assert (found.created_by, found.is_for_instructors) == (OPERATOR, False)
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_HUB_URL", "https://hub.example.org/hub/")
    code, where, facts = invited(capsys, "--instructors")
    assert where == f"https://hub.example.org/hub/join/{code}"
    assert "Invitation 2: 20 instructors, until" in facts


def test_what_is_no_invitation_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    for words, sentence in (
        ((COMING, "--seats", "0", "--days", "1"), "0 seats for 1 days are no invitation"),
        ((COMING, "--seats", "-1", "--days", "1"), "are no invitation"),
        ((COMING, "--seats", "1", "--days", "0"), "are no invitation"),
        ((COMING, "--seats", "501", "--days", "1"), "at most 500 seats"),
        ((COMING, "--seats", "1", "--days", "91"), "at most 90 days"),
        ((COMING, "--seats", str(10**30), "--days", str(10**30)), "at most 500 seats"),
        ((COMING, "--seats", "1", "--days", "1", "--note", "x" * 81), "at most 80 characters"),
        ((COMING, "--seats", "1", "--days", "1", "--note", "a\x1b[2Jb"), "a note is a line"),
        ((COMING, "--seats", "1", "--days", "1", "--note", "\udc80"), "a note is a line"),
        ((OVER, "--seats", "1", "--days", "1"), "takes nobody in any more"),
        (("77", "--seats", "1", "--days", "1"), "there is no workshop 77"),
    ):
        assert sentence in refused(capsys, "invite", *words)
    for number in (OVER, COMING):
        assert said(capsys, "invitations", number) == []


def test_what_cannot_be_read_or_kept_is_a_wrong_call() -> None:
    for words in (
        ("invite", COMING, "--seats", "NaN", "--days", "1"),
        ("invite", COMING, "--seats", "1"),
        ("invite", "0", "--seats", "1", "--days", "1"),
        ("invitations", str(10**30)),
        ("invitations", COMING, "--end", "0"),
        ("invitations", COMING, "--end", str(10**30)),
        ("instructors", COMING, "--appoint", "\udc80"),
        ("instructors", COMING, "--dismiss", "a\x1bb"),
        ("instructors", "-1"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(["workshops", *words])


def test_the_invitations_of_a_workshop_are_listed_and_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for more in (("--note", "First row"), ("--instructors",), ()):
        invited(capsys, *more)
    listed = [line.split() for line in said(capsys, "invitations", COMING)]
    assert [line[:3] for line in listed] == [
        ["3", "learners", "0/20"],
        ["2", "instructors", "0/20"],
        ["1", "learners", "0/20"],
    ]
    assert listed[2][4:] == ["open", "First", "row"]
    for _ in range(2):
        ended = said(capsys, "invitations", COMING, "--end", "1", "--end", "3")
        assert [line.split()[4] for line in ended] == ["revoked", "open", "revoked"]
    assert said(capsys, "invitations", PAMPA) == []


def test_none_is_ended_that_is_of_another_workshop(capsys: pytest.CaptureFixture[str]) -> None:
    invited(capsys)
    for number, words in ((COMING, ("1", "7")), (PAMPA, ("1",)), (OVER, ("1",))):
        ends = [word for invitation in words for word in ("--end", invitation)]
        told = refused(capsys, "invitations", number, *ends)
        assert f"workshop {number} has no invitation {words[-1]}" in told
        assert "open" in said(capsys, "invitations", COMING)[0]
