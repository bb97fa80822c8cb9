"""What the command line says of workshops."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.meeting import Oddity, oddity
from catalyst_hub.core.recurrence_object import WEEKDAYS
from catalyst_hub.core.workshop import Plan, Request
from catalyst_hub.i18n import translator
from catalyst_hub.store import Store
from tests.cli.test_report import COMMUNITIES

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one workshop of a day, to which nobody has come."""
    file, url = tmp_path / "communities.yaml", f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    file.write_text(COMMUNITIES)
    monkeypatch.setenv("CATALYST_COMMUNITIES_FILE", str(file))
    monkeypatch.setenv("CATALYST_DATABASE_URL", url)
    open_runtime(CatalystHub(), accept_policy=True).close()
    store = Store.open(url, "test")
    with store.unit_of_work(write=True) as uow:
        uow.workshops.add("savanna", Plan("Plants", NOW.date(), NOW.date()), "amina", NOW)
    store.close()


def test_the_report_comes_as_a_table_a_file_and_an_object(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "report", "1"]) == 0
    told = capsys.readouterr().out
    assert "title            Plants" in told
    assert main(["workshops", "report", "1", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["community"], found["registered"], found["cost"]) == ("savanna", 0, "0.000000")
    assert found["cost_per_person"] is None
    assert main(["workshops", "report", "1", "--format", "csv"]) == 0
    assert '"registered",0' in capsys.readouterr().out


def test_a_workshop_that_is_not_there_is_a_wrong_call(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "report", "7"]) == 2
    assert "there is no workshop 7" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999"])
@pytest.mark.parametrize(
    "words",
    [
        ["show"],
        ["report"],
        ["rehearse"],
        ["drill"],
        ["cancel"],
        ["change"],
        ["answer", "granted"],
    ],
    ids=lambda words: words[0],
)
def test_a_number_that_no_workshop_can_have_is_a_wrong_call(
    hub: None, capsys: pytest.CaptureFixture[str], words: list[str], number: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["workshops", words[0], number, *words[1:]])
    assert caught.value.code == 2
    assert "there is no such workshop" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "state"), [("granted", "coming"), ("declined", "declined")])
def test_the_operator_answers_a_workshop_that_asks(
    hub: None, capsys: pytest.CaptureFixture[str], answer: str, state: str
) -> None:
    assert main(["workshops", "answer", "1", answer]) == 2
    assert "there is no workshop 1 that waits for an answer" in capsys.readouterr().err
    store = Store.open(os.environ["CATALYST_DATABASE_URL"], "test")
    asked = Request(NOW, "A whole faculty comes")
    day = datetime.now(UTC).date() + timedelta(days=2)
    with store.unit_of_work(write=True) as uow:
        number = uow.workshops.add(
            "savanna", Plan("Crowd", day, day), "amina", NOW, request=asked
        ).workshop_id
    store.close()
    assert main(["workshops", "answer", str(number), answer, "--reply", "Well then"]) == 0
    found = shown(capsys, str(number))
    assert found["state"] == state
    assert (found["request"]["answer"], found["request"]["reply"]) == (answer, "Well then")


def test_a_drill_says_why_there_is_none(hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workshops", "drill", "7"]) == 2
    assert "there is no such workshop that will take place" in capsys.readouterr().err
    for seats in (0, 1001, 10**30):
        assert main(["workshops", "drill", "1", "--seats", str(seats)]) == 2
        assert "1 to 1000 seats" in capsys.readouterr().err


def a_workshop_of(*names: str) -> int:
    """One in two days, in which these people are registered."""
    day = date.fromisoformat(in_days(2))
    store = Store.open(os.environ["CATALYST_DATABASE_URL"], "test")
    with store.unit_of_work(write=True) as uow:
        made = uow.workshops.add("savanna", Plan("Seeds", day, day), "amina", NOW)
        terms = Terms(9, 7, workshop_id=made.workshop_id)
        code = uow.invitations.add("savanna", "0" * 64, terms, "amina", NOW)
        for name in names:
            person = uow.people.add(name, name, Identity("test", name), NOW)
            uow.memberships.grant(
                person.person_id, "savanna", Grant(Source.INVITATION, Role.MEMBER, NOW)
            )
            uow.invitations.take_seat(code.invitation_id, person.person_id, NOW)
    store.close()
    return made.workshop_id


def test_a_drill_says_beforehand_what_it_would_be_and_starts_nothing(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    priced = "currency: KES\n    prices: {cpu_hour: 60, gib_hour: 0}"
    file = Path(os.environ["CATALYST_COMMUNITIES_FILE"])
    file.write_text(COMMUNITIES.replace("currency: KES", priced))
    open_runtime(CatalystHub(), accept_policy=True).close()
    drill = ["workshops", "drill", str(a_workshop_of("ann", "ben", "cleo")), "--dry-run"]
    for seats, servers, costs in (("10", 3, "KES 9"), ("2", 2, "KES 6")):
        for _ in "nothing is begun, so that it can be asked again":
            assert main([*drill, "--seats", seats]) == 0
            told = capsys.readouterr().out
        assert told.startswith(f"{servers} servers would start, of 3 people who are registered.\n")
        assert f"It costs about {costs}" in told.replace("\xa0", " ")
    for wrong, words in (("7", "no such workshop"), ("1", "no such workshop that will take")):
        assert main(["workshops", "drill", wrong, "--dry-run"]) == 2
        assert words in capsys.readouterr().err
    assert main([*drill, "--seats", "1001"]) == 2
    assert "1 to 1000 seats" in capsys.readouterr().err


def plan(action: str, *more: str) -> list[str]:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    return ["workshops", action, "savanna", "Roots", "--from", str(tomorrow), *more]


def test_a_workshop_is_planned_made_listed_shown_and_called_off(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--at", "09:00-12:00", "--at", "13:00-15:00", "--seats", "20")
    assert main(plan("plan", *options)) == 0
    assert "The workshop takes place." in capsys.readouterr().out
    assert main(plan("schedule", *options)) == 0
    number = capsys.readouterr().out.strip()
    assert main(["workshops", "list", "savanna"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in listed] == ["Roots", "Plants"]
    assert main(["workshops", "show", number]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [meeting["starts"] for meeting in shown["meetings"]] == ["09:00", "13:00"]
    assert (shown["seats"], shown["state"]) == (20, "coming")
    assert main(["workshops", "cancel", number]) == 0
    assert main(["workshops", "cancel", number]) == 2
    assert main(["workshops", "show", number]) == 0
    assert '"state": "cancelled"' in capsys.readouterr().out


def made(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(plan("schedule", *more)) == 0
    return capsys.readouterr().out.strip()


def shown(capsys: pytest.CaptureFixture[str], number: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["workshops", "show", number]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def in_days(days: int) -> str:
    return str(datetime.now(UTC).date() + timedelta(days=days))


def test_a_change_changes_what_is_said_and_nothing_else(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    number = made(capsys, "--at", "09:00-12:00", "--seats", "20", "--material", "https://x.org/y")
    before = shown(capsys, number)
    change = ["workshops", "change", number, "--seats", "30", "--material", "", "--idle", "20"]
    assert main([*change, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "seats: 20 -> 30" in told
    assert "material: https://x.org/y -> -" in told
    assert "The workshop takes place." in told
    assert told.endswith("Nothing was changed.\n")
    assert shown(capsys, number) == before
    assert main(change) == 0
    assert "seats: 20 -> 30" in capsys.readouterr().out
    assert shown(capsys, number) == {**before, "seats": 30, "material": None, "idle_minutes": 20}
    assert main(change) == 0
    assert "Nothing is different." in capsys.readouterr().out


def test_when_its_servers_stop_is_said_and_unsaid(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    names = "idle_minutes", "max_age_minutes", "grace_minutes", "ceiling_minutes"
    options = ("--idle", "20"), ("--max-age", "480"), ("--grace", "0"), ("--ceiling", "120")
    number = made(capsys, *(word for option in options for word in option))
    found = shown(capsys, number)
    assert [found[name] for name in names] == [20, 480, 0, 120]
    for name, (option, minutes) in zip(names, options, strict=True):
        assert main(["workshops", "change", number, option, ""]) == 0
        assert capsys.readouterr().out == f"{name}: {minutes} -> -\n"
    assert main(["workshops", "change", number, "--max-age", "59"]) == 2
    assert "Servers stop at the latest 60 to 44640 minutes" in capsys.readouterr().err


def times(found: dict[str, Any]) -> list[str]:
    return [f"{m['day']} {m['starts']}-{m['ends']}" for m in found["meetings"]]


def test_days_and_hours_are_changed_each_by_themselves(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    number = made(capsys, "--at", "09:00-12:00")
    for options, expected in (
        (("--from", in_days(4)), [f"{in_days(4)} 09:00-12:00"]),
        (("--at", "10:00-11:00"), [f"{in_days(4)} 10:00-11:00"]),
        (
            ("--until", in_days(6), "--not-on", in_days(5)),
            [f"{in_days(4)} 10:00-11:00", f"{in_days(6)} 10:00-11:00"],
        ),
        (
            ("--at", "08:00-09:00", "--at", "09:30-10:00"),
            [f"{in_days(n)} {hours}" for n in (4, 6) for hours in ("08:00-09:00", "09:30-10:00")],
        ),
        (("--at", ""), []),
    ):
        assert main(["workshops", "change", number, *options]) == 0
        assert times(shown(capsys, number)) == expected
    assert main(["workshops", "change", number, "--on", "mon"]) == 2
    assert "--at" in capsys.readouterr().err


def weekday(days: int) -> str:
    return WEEKDAYS[date.fromisoformat(in_days(days)).weekday()]


def test_a_change_makes_no_day_that_was_left_out_before_and_that_nobody_asks_for(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    weekly = ("--at", "09:00-12:00", "--until", in_days(30), "--on", weekday(2))
    for off, change, expected in (
        ((9, 23), ("--until", in_days(58)), (2, 16, 30, 44, 58)),
        ((16,), ("--until", in_days(37)), (2, 9, 23, 30, 37)),
        ((16,), ("--on", f"{weekday(2)},{weekday(4)}"), (2, 4, 9, 11, 18, 23, 25, 30)),
        ((16,), ("--not-on", ""), (2, 9, 16, 23, 30)),
    ):
        left_out = [word for day in off for word in ("--not-on", in_days(day))]
        number = made(capsys, *weekly, *left_out)
        assert main(["workshops", "change", number, *change]) == 0
        assert times(shown(capsys, number)) == [f"{in_days(n)} 09:00-12:00" for n in expected]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--seats", "0"), "Please say for how many people it is."),
        (("--at", "12:00-09:00"), "The end has to come after the beginning"),
        (("--until", "2020-01-01"), "The last day comes before the first."),
        (("--title", ""), "Please say what the workshop is called."),
        (("--budget", "much"), "expected an amount of money"),
    ],
)
def test_what_a_workshop_cannot_become_is_said_by_a_dry_run_too(
    hub: None, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    number = made(capsys, "--at", "09:00-12:00")
    before = shown(capsys, number)
    for dry in ((), ("--dry-run",)):
        assert main(["workshops", "change", number, *options, *dry]) == 2
        assert sentence in capsys.readouterr().err
    assert shown(capsys, number) == before


def test_one_that_is_over_is_not_changed_and_a_dry_run_says_so(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "change", "1", "--seats", "3", "--dry-run"]) == 2
    assert "over" in capsys.readouterr().err
    assert main(["workshops", "change", "77", "--seats", "3"]) == 2


def test_a_plan_makes_nothing(hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(plan("plan")) == 0
    capsys.readouterr()
    assert main(["workshops", "list"]) == 0
    assert "Roots" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--at", "12:00-09:00"), "The end has to come after the beginning"),
        (("--at", "25:00-26:00"), "Please write hours like 09:00"),
        (("--seats", "0"), "Please say for how many people it is."),
        (("--seats", "100000"), "A workshop is for at most 5000 people."),
        (("--until", "2020-01-01"), "The last day comes before the first."),
        (("--until", "2020-01-01", "--at", "09:00-10:00"), "The last day comes before the first."),
        (("--budget", "much"), "expected an amount of money"),
        (("--profile", "none"), "This community has no such environment."),
        (("--from", "9999-12-31", "--at", "09:00-24:00"), "more than two years ahead."),
        (("--from", "9999-12-31"), "more than two years ahead."),
        (("--from", "0001-01-01", "--at", "00:00-01:00"), "These days are over already."),
        (("--from", "0001-01-01"), "These days are over already."),
        (("--until", "9999-12-31", "--at", "09:00-24:00"), "lasts at most 366 days"),
    ],
)
def test_what_cannot_be_a_workshop_is_a_wrong_call(
    hub: None, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    for action in ("plan", "schedule"):
        assert main(plan(action, *options)) == 2
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [("--at", "nine"), ("--on", "tuesday"), ("--until", "soon"), ("--not-on", "never")]
)
def test_what_cannot_be_read_is_a_wrong_call(hub: None, options: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(plan("plan", *options))


def test_a_community_that_is_not_there_is_a_wrong_call(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "list", "atlantis"]) == 2
    assert "there is no community 'atlantis'" in capsys.readouterr().err
    assert main(["workshops", "show", "77"]) == 2


@pytest.mark.parametrize("action", ["plan", "schedule"])
@pytest.mark.parametrize(
    ("odd", "hour", "words"),
    [
        (Oddity.SKIPPED, "00:30", "leave this hour out"),
        (Oddity.DOUBLED, "23:30", "this hour comes twice"),
    ],
)
def test_an_hour_that_a_change_of_the_clocks_takes_or_doubles_is_told_with_its_day(
    hub: None,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    action: str,
    odd: Oddity,
    hour: str,
    words: str,
) -> None:
    zone = "America/Santiago"
    (tmp_path / "communities.yaml").write_text(COMMUNITIES.replace("Africa/Nairobi", zone))
    open_runtime(CatalystHub(), accept_policy=True).close()
    days = (date.fromisoformat(in_days(number)) for number in range(2, 368))
    found = next(day for day in days if oddity(day, hour, zone) is odd)
    first, last = str(found - timedelta(days=2)), str(found + timedelta(days=2))
    said = ["workshops", action, "savanna", "Owls", "--from", first, "--until", last]
    assert main([*said, "--at", f"{hour}-24:00"]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert translator("en").day(found) in told


def test_a_calendar_goes_in_and_comes_out_again(
    hub: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, first = tmp_path / "plants.ics", date.fromisoformat(in_days(2))
    event = f"DTSTART:{first:%Y%m%d}T060000Z\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=2\n"
    file.write_text(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n")
    said = ["savanna", "Plants", "--calendar", str(file)]
    assert main(["workshops", "schedule", *said]) == 0
    number = capsys.readouterr().out.strip()
    expected = [f"{in_days(days)} 09:00-11:00" for days in (2, 9)]
    assert times(shown(capsys, number)) == expected
    assert main(["workshops", "calendar", number]) == 0
    file.write_text(capsys.readouterr().out)
    assert main(["workshops", "schedule", *said, "--seats", "7"]) == 0
    assert times(shown(capsys, capsys.readouterr().out.strip())) == expected
    assert main(["workshops", "calendar", "77"]) == 2


def test_what_a_calendar_has_too_far_ahead_is_told(
    hub: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "plants.ics"
    first = date.fromisoformat(in_days(2))
    event = f"DTSTART:{first:%Y%m%d}T060000Z\nDURATION:PT2H\nRRULE:FREQ=DAILY;INTERVAL=1000\n"
    file.write_text(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n")
    assert main(["workshops", "schedule", "savanna", "Plants", "--calendar", str(file)]) == 0
    told = capsys.readouterr()
    assert told.err == f"{file}: what repeats was not taken over from {in_days(1002)} on\n"
    assert times(shown(capsys, told.out.strip())) == [f"{in_days(2)} 09:00-11:00"]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("DTSTART;TZID=Mars/Olympus:20400101T090000\nDURATION:PT1H\n", "plants.ics:3: 'DTSTART"),
        ("DTSTART:20400101T090000Z\nDTEND:20400101T080000Z\n", "plants.ics:4: 'DTEND"),
        ("DTSTART:20400101T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED\n", "no times of anything"),
        ("DTSTART:20400101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10000\n", "at most 500"),
        ("nonsense\n", "plants.ics:3: 'nonsense' cannot be used"),
    ],
)
def test_a_calendar_that_cannot_be_used_is_a_wrong_call(
    hub: None, capsys: pytest.CaptureFixture[str], tmp_path: Path, event: str, words: str
) -> None:
    file = tmp_path / "plants.ics"
    file.write_text(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n")
    said = ["workshops", "plan", "savanna", "Plants", "--calendar", str(file)]
    assert main(said) == 2
    assert words in capsys.readouterr().err
    assert main([*said, "--at", "09:00-10:00"]) == 2
    assert "or of the other options" in capsys.readouterr().err
    assert main(said[:4]) == 2
    assert "say when it is" in capsys.readouterr().err


def rehearsed(capsys: pytest.CaptureFixture[str], number: str, *more: str) -> list[str]:
    capsys.readouterr()
    assert main(["workshops", "rehearse", number, *more]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_rehearsal_shows_what_learners_will_find_in_their_language(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    made = plan("schedule", "--at", "09:00-12:00", "--seats", "5", "--profile", "python")
    assert main([*made, "--size", "small"]) == 0
    number = capsys.readouterr().out.split()[-1]
    found = rehearsed(capsys, number)
    assert found[0] == "Rehearsal: Roots"
    assert "09:00 (Nairobi time)" in found[1]
    assert found[2].startswith("Workshop “Roots”, until")
    assert found[4:6] == ["Python", "  Small · 1 CPU · 1 GB · marked already. Can start."]
    assert rehearsed(capsys, number, "--at", f"{in_days(2)}T09:00") == found
    assert rehearsed(capsys, number, "--at", f"{in_days(2)}T06:00Z") == found
    evening = rehearsed(capsys, number, "--at", f"{in_days(2)}T20:00")
    assert evening[2].startswith("The workshop is not on then")
    french = rehearsed(capsys, number, "--language", "fr")
    assert french[0].endswith("\N{NO-BREAK SPACE}: Roots")
    assert "Can start." not in "".join(french)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("yesterday", "such as 2026-12-01T09:00"),
        ("", "such as 2026-12-01T09:00"),
        ("2020-01-01T09:00", "still to come"),
        ("9999-12-31T23:59", "within the next three years"),
    ],
)
def test_what_is_no_instant_to_come_cannot_be_rehearsed(
    hub: None, capsys: pytest.CaptureFixture[str], at: str, words: str
) -> None:
    assert main(["workshops", "rehearse", "1", "--at", at]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"catalyst-hub workshops rehearse: --at {at!r}: ")
    assert words in told


def test_an_hour_that_the_clocks_leave_out_cannot_be_rehearsed(
    hub: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    zone = "America/Santiago"
    (tmp_path / "communities.yaml").write_text(COMMUNITIES.replace("Africa/Nairobi", zone))
    open_runtime(CatalystHub(), accept_policy=True).close()
    days = (date.fromisoformat(in_days(number)) for number in range(2, 368))
    found = next(day for day in days if oddity(day, "00:30", zone) is Oddity.SKIPPED)
    assert main(["workshops", "rehearse", "1", "--at", f"{found}T00:30"]) == 2
    assert "leave this hour out" in capsys.readouterr().err
    assert main(["workshops", "rehearse", "1", "--at", f"{found}T00:30-04:00"]) == 0


def test_a_workshop_that_is_not_there_cannot_be_rehearsed(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "rehearse", "7"]) == 2
    assert "there is no workshop 7" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["workshops", "rehearse", "1", "--language", "tlh"])
    assert caught.value.code == 2
    assert "choose from" in capsys.readouterr().err
