"""Workshops from and for calendars."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.champion.calendar_files import (
    BrokenCalendarError,
    read_calendar,
    written_calendar,
)
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.core.workshop_plan import MOST_MEETINGS

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ZONE = "America/Santiago"
DAY = date(2026, 12, 1)
NINE = "DTSTART:20261201T090000"


def calendar(*lines: str) -> str:
    event = ("BEGIN:VEVENT", "UID:1", "SUMMARY:Plants", *lines, "END:VEVENT")
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *event, "END:VCALENDAR", ""))


def meetings(*lines: str) -> tuple[Meeting, ...]:
    return read_calendar(calendar(*lines), ZONE).meetings


def test_what_was_written_is_read_again_and_keeps_its_names() -> None:
    times = (Meeting(DAY, "09:00", "12:00"), Meeting(DAY, "13:00", "24:00"))
    workshop = Workshop(12, "chile", "Plants", DAY, DAY, "amina", NOW, meetings=times)
    written = written_calendar(workshop, ZONE)
    assert uids(written) == ["workshop-12-20261201T0900@chile", "workshop-12-20261201T1300@chile"]
    assert b"DTSTART:20261201T120000Z" in written
    found = read_calendar(written.decode(), ZONE)
    assert (found.title, found.meetings) == ("Plants", times)


def uids(written: bytes) -> list[str]:
    found = (line for line in written.decode().splitlines() if line.startswith("UID:"))
    return [line.removeprefix("UID:") for line in found]


def test_a_meeting_keeps_its_name_when_others_come_before_it_or_go() -> None:
    before, this = Meeting(DAY, "09:00", "10:00"), Meeting(DAY, "13:00", "15:00")
    workshop = Workshop(12, "chile", "Plants", DAY, DAY, "amina", NOW, meetings=(this,))
    alone = uids(written_calendar(workshop, ZONE))
    both = uids(written_calendar(replace(workshop, meetings=(before, this)), ZONE))
    assert both[1:] == alone
    # One that lasts longer, or a workshop of days that are others, is the same, moved.
    longer = replace(workshop, meetings=(replace(this, ends="16:00"),))
    assert uids(written_calendar(longer, ZONE)) == alone
    days = replace(workshop, meetings=())
    later = replace(days, first_on=date(2026, 12, 3), last_on=date(2026, 12, 4))
    assert uids(written_calendar(days, ZONE)) == uids(written_calendar(later, ZONE))


def test_a_change_is_newer_than_what_a_calendar_has_and_nothing_else_is() -> None:
    workshop = Workshop(12, "chile", "Plants", DAY, DAY, "amina", NOW)
    made = written_calendar(workshop, ZONE)
    assert b"SEQUENCE:0" in made
    assert b"LAST-MODIFIED:20261121T000000Z" in made
    assert b"DTSTAMP:20261121T000000Z" in made
    changed = replace(workshop, changed_at=NOW + timedelta(hours=1))
    assert b"SEQUENCE:3600" in written_calendar(changed, ZONE)
    off = written_calendar(replace(changed, cancelled_at=NOW + timedelta(hours=2)), ZONE)
    assert b"SEQUENCE:7200" in off
    assert b"LAST-MODIFIED:20261121T020000Z" in off
    assert b"CREATED:20261121T000000Z" in off
    assert b"STATUS:CANCELLED" in off


@pytest.mark.parametrize("rule", [(), ("RRULE:FREQ=WEEKLY;COUNT=2",)])
def test_days_that_are_added_count_as_those_of_the_rule(rule: tuple[str, ...]) -> None:
    found = meetings(
        NINE,
        "DURATION:PT2H",
        *rule,
        "RDATE:20261203T140000,20261204T140000",
        "RDATE;TZID=Europe/Paris:20261210T140000",
        "EXDATE:20261204T140000",
    )
    expected = {
        Meeting(DAY, "09:00", "11:00"),
        Meeting(date(2026, 12, 3), "14:00", "16:00"),
        Meeting(date(2026, 12, 10), "10:00", "12:00"),
    }
    if rule:
        expected.add(Meeting(date(2026, 12, 8), "09:00", "11:00"))
    assert found == tuple(sorted(expected))


def test_days_without_hours_are_added_to_days() -> None:
    found = meetings("DTSTART;VALUE=DATE:20261201", "RDATE;VALUE=DATE:20261203")
    days = DAY, date(2026, 12, 3)
    assert found == tuple(Meeting(day, "00:00", "24:00") for day in days)


@pytest.mark.parametrize(
    "added",
    [
        "RDATE:soon",
        "RDATE;VALUE=DATE:20261203",
        "RDATE;VALUE=PERIOD:20261203T090000Z/20261203T110000Z",
    ],
)
def test_what_cannot_be_added_is_told_with_its_line(added: str) -> None:
    with pytest.raises(BrokenCalendarError) as error:
        meetings(NINE, "DURATION:PT2H", added)
    assert (error.value.line, error.value.what) == (8, added)


def test_ten_thousand_added_days_are_never_made() -> None:
    many = ",".join(
        f"2027{m:02}{d:02}T{h:02}0000" for m in (1, 3) for d in range(1, 32) for h in range(10)
    )
    assert len(meetings(NINE, "DURATION:PT30M", f"RDATE:{many}")) == MOST_MEETINGS + 1


def test_a_workshop_without_hours_is_days() -> None:
    workshop = Workshop(12, "chile", "Plants", DAY, DAY, "amina", NOW)
    found = read_calendar(written_calendar(workshop, ZONE).decode(), ZONE)
    assert found.meetings == (Meeting(DAY, "00:00", "24:00"),)


def test_a_rule_stays_at_its_hour_when_the_clocks_change_and_exceptions_are_left_out() -> None:
    found = meetings(
        "DTSTART;TZID=America/Santiago:20270330T090000",
        "DTEND;TZID=America/Santiago:20270330T110000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;TZID=America/Santiago:20270406T090000",
    )
    days = date(2027, 3, 30), date(2027, 4, 13)
    assert found == tuple(Meeting(day, "09:00", "11:00") for day in days)


def test_another_zone_is_told_by_the_clock_of_the_community() -> None:
    found = meetings("DTSTART;TZID=Europe/Paris:20261201T130000", "DURATION:PT2H")
    assert found == (Meeting(DAY, "09:00", "11:00"),)


def test_times_without_a_zone_are_those_of_the_community() -> None:
    found = meetings("DTSTART:20261201T130000", "DURATION:PT2H")
    assert found == (Meeting(DAY, "13:00", "15:00"),)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;COUNT=10000", "FREQ=DAILY", "FREQ=DAILY;UNTIL=22000101T000000Z"]
)
def test_ten_thousand_times_are_never_made(rule: str) -> None:
    lines = ("DTSTART:20261201T130000Z", "DURATION:PT2H", f"RRULE:{rule}")
    assert len(meetings(*lines)) == MOST_MEETINGS + 1


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (("DTSTART:20261201T130000Z", "this is no line"), 7),
        (("DTSTART:tomorrow",), 6),
        (("DTSTART:20261301T130000Z", "DURATION:PT2H"), 6),
        (("DURATION:PT2H",), 3),
        (("DTSTART:20261201T130000Z", "DTEND:20261201T120000Z"), 7),
        (("DTSTART:20261201T130000Z", "DTEND:20261209T120000Z"), 7),
        (("DTSTART:20261201T130000Z", "DURATION:PT2H", "RRULE:FREQ=NEVER"), 8),
        (("DTSTART:20261201T130000Z", "DURATION:PT2H", "RRULE:FREQ=SECONDLY"), 8),
    ],
)
def test_a_broken_file_is_told_with_its_line(lines: tuple[str, ...], number: int) -> None:
    with pytest.raises(BrokenCalendarError) as error:
        meetings(*lines)
    assert error.value.line == number


@pytest.mark.parametrize(
    "text", ["", "hello", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"]
)
def test_what_is_no_calendar_is_none(text: str) -> None:
    with pytest.raises(BrokenCalendarError):
        read_calendar(text, ZONE)


@pytest.mark.parametrize(
    "lines",
    [
        # No day is the 30th of February: without a step it would be looked for for ever.
        (NINE, "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0;BYMONTH=2;BYMONTHDAY=30"),
        ("DTSTART:99991231T230000", "DURATION:PT3H"),
        (NINE, "DURATION:P999999999D"),
        (NINE, NINE, "DURATION:PT1H"),
        (NINE, "RECURRENCE-ID:never", "DURATION:PT1H"),
    ],
)
def test_what_the_library_stumbles_over_is_a_broken_file(lines: tuple[str, ...]) -> None:
    with pytest.raises(BrokenCalendarError):
        meetings(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:99991231T230000", "DURATION:PT3H"),
        ("DTSTART:99991231T230000Z", "DURATION:PT30M"),
        ("DTSTART;VALUE=DATE:99991231", "DURATION:P2D"),
        ("DTSTART:00010101T000000Z", "DURATION:PT1H"),
    ],
)
def test_a_time_at_the_end_of_the_calendar_is_told_with_its_line(lines: tuple[str, ...]) -> None:
    west = "America/Argentina/Cordoba" if "0001" in lines[0] else ZONE
    with pytest.raises(BrokenCalendarError) as error:
        read_calendar(calendar(*lines), west)
    assert (error.value.line, error.value.what) == (6, lines[0])


@pytest.mark.parametrize(
    ("lines", "count", "left_out_on"),
    [
        ((NINE, "RRULE:FREQ=WEEKLY;COUNT=105"), 105, None),
        ((NINE, "RRULE:FREQ=WEEKLY;COUNT=106"), 105, date(2028, 12, 5)),
        ((NINE, "RRULE:FREQ=WEEKLY;UNTIL=20281204T090000"), 105, None),
        ((NINE, "RRULE:FREQ=WEEKLY;UNTIL=20281205T090000"), 105, date(2028, 12, 5)),
        ((NINE, "RRULE:FREQ=WEEKLY"), 105, date(2028, 12, 5)),
        # What is an exception there anyhow is not missed.
        ((NINE, "RRULE:FREQ=WEEKLY", "EXDATE:20281205T090000"), 105, date(2028, 12, 12)),
        ((NINE, "RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=2"), 1, date(2029, 12, 1)),
        (("DTSTART:20261202T020000Z", "RRULE:FREQ=YEARLY;INTERVAL=3"), 1, date(2029, 12, 1)),
        (("DTSTART:99980601T090000", "RRULE:FREQ=YEARLY;COUNT=2"), 2, None),
    ],
)
def test_what_a_rule_has_after_two_years_is_told_to_be_left_out(
    lines: tuple[str, ...], count: int, left_out_on: date | None
) -> None:
    found = read_calendar(calendar(*lines, "DURATION:PT1H"), ZONE)
    assert (len(found.meetings), found.left_out_on) == (count, left_out_on)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:99980601T090000", "RRULE:FREQ=YEARLY;COUNT=3"),
        ("DTSTART:99980601T090000", "RRULE:FREQ=YEARLY"),
        ("DTSTART:99991220T090000", "RRULE:FREQ=WEEKLY;COUNT=3"),
        (NINE, "RRULE:FREQ=YEARLY;INTERVAL=9000;COUNT=2"),
    ],
)
def test_a_rule_beyond_the_end_of_the_calendar_is_told_with_its_line(
    lines: tuple[str, ...],
) -> None:
    with pytest.raises(BrokenCalendarError) as error:
        meetings(*lines, "DURATION:PT1H")
    assert (error.value.line, error.value.what) == (7, lines[1])


def test_rules_for_days_that_never_come_are_not_followed_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = (NINE, "DURATION:PT1H", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert meetings(*never) == ()
    monkeypatch.setattr("catalyst_hub.champion.calendar_files._PATIENCE_S", 0.05)
    with pytest.raises(BrokenCalendarError):
        meetings(*never, "END:VEVENT", "BEGIN:VEVENT", *never)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;TZID=Nowhere/Land:20261201T090000", "DURATION:PT2H"),
        ("DTSTART;TZID=:20261201T090000", "DURATION:PT2H"),
        (f"{NINE}Z", "DTEND;TZID=Nowhere/Land:20261201T110000"),
        (f"{NINE}Z", "DURATION:PT2H", "EXDATE;TZID=Nowhere/Land:20261201T090000"),
        (f"{NINE}Z", "DURATION:PT2H", "RDATE;TZID=Nowhere/Land:20261202T090000"),
    ],
)
def test_hours_of_a_zone_that_does_not_exist_are_told_with_their_line(
    lines: tuple[str, ...],
) -> None:
    with pytest.raises(BrokenCalendarError) as caught:
        meetings(*lines)
    number = next(number for number, line in enumerate(lines, 6) if "TZID" in line)
    assert (caught.value.line, "TZID" in caught.value.what) == (number, True)


def test_the_line_is_that_of_the_event_where_its_zone_is_described_before() -> None:
    zone = ("BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", "DTSTART:19700101T000000")
    zone += ("TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE")
    lines = calendar("DTSTART;TZID=Owm:20261201T090000", "DURATION:PT2H").split("\r\n")
    text = "\r\n".join((*lines[:2], *zone, *lines[2:]))
    with pytest.raises(BrokenCalendarError) as caught:
        read_calendar(text, ZONE)
    assert caught.value.line == 14
    found = read_calendar(text.replace("Owm", "Own"), ZONE).meetings
    assert found == (Meeting(DAY, "03:00", "05:00"),)


def test_what_was_called_off_is_left_out() -> None:
    weekly = (f"{NINE}Z", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=2")
    gone = ("RECURRENCE-ID:20261208T090000Z", "DTSTART:20261208T090000Z", "STATUS:CANCELLED")
    found = meetings(*weekly, "END:VEVENT", "BEGIN:VEVENT", *gone, "DURATION:PT2H")
    assert found == (Meeting(DAY, "06:00", "08:00"),)
    assert not meetings(f"{NINE}Z", "DURATION:PT2H", "STATUS:CANCELLED")
