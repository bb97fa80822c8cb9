"""Hours on the wall, and what the clocks do to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.meeting import Meeting, Oddity, is_hour, oddity
from catalyst_hub.core.workshop import (
    Answer,
    Nights,
    Request,
    Workshop,
    hours_of,
    is_in_session,
    meeting_at,
    spans_in_session,
    takes_place,
)
from tests.core.strategies import zones

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SANTIAGO, NAIROBI = "America/Santiago", "Africa/Nairobi"
MONDAY = date(2026, 11, 23)

days = st.dates(date(2020, 1, 1), date(2036, 12, 31))
minutes = st.integers(0, 24 * 60)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    starts, ends = sorted(draw(st.lists(minutes, min_size=2, max_size=2, unique=True)))
    return Meeting(draw(days), clock(starts), clock(ends))


def at(zone: str, written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def workshop(*meetings: Meeting, nights: Nights = Nights.USUAL) -> Workshop:
    first, last = meetings[0].day_on, meetings[-1].day_on
    return Workshop(
        1, "chile", "Plants", first, last, "amina", NOW, meetings=meetings, nights=nights
    )


@given(meetings(), zones)
def test_a_meeting_ends_after_it_starts_and_lies_where_its_day_is(
    meeting: Meeting, zone: str
) -> None:
    starts_at, ends_at = meeting.span(zone)
    assert starts_at <= ends_at
    assert ends_at - starts_at <= timedelta(hours=26)
    if all(oddity(meeting.day_on, hour, zone) is None for hour in (meeting.starts, meeting.ends)):
        local = starts_at.astimezone(ZoneInfo(zone))
        assert (local.date(), f"{local:%H:%M}") == (meeting.day_on, meeting.starts)
        if meeting.ends != "24:00":
            assert f"{ends_at.astimezone(ZoneInfo(zone)):%H:%M}" == meeting.ends


@pytest.mark.parametrize(
    ("zone", "first", "offsets"),
    [
        # Clocks change within these twelve weeks, where they ever do.
        (SANTIAGO, date(2026, 2, 17), {-3, -4}),
        (SANTIAGO, date(2026, 8, 4), {-4, -3}),
        ("America/Asuncion", date(2024, 2, 6), {-3, -4}),
        ("America/Asuncion", date(2026, 2, 17), {-3}),
        ("America/Sao_Paulo", date(2019, 1, 8), {-2, -3}),
        ("America/Sao_Paulo", date(2026, 2, 17), {-3}),
        (NAIROBI, date(2026, 2, 17), {3}),
        ("Africa/Lagos", date(2026, 2, 17), {1}),
    ],
)
def test_twelve_tuesdays_at_nine_are_at_nine_whatever_the_clocks_do(
    zone: str, first: date, offsets: set[int]
) -> None:
    tuesdays = [Meeting(first + timedelta(weeks=n), "09:00", "11:00") for n in range(12)]
    spans = [meeting.span(zone) for meeting in tuesdays]
    local = [starts_at.astimezone(ZoneInfo(zone)) for starts_at, _ in spans]
    assert {(each.hour, each.minute, each.weekday()) for each in local} == {(9, 0, 1)}
    assert {ends_at - starts_at for starts_at, ends_at in spans} == {timedelta(hours=2)}
    assert {each.utcoffset() for each in local} == {timedelta(hours=n) for n in offsets}
    between = {after[0] - before[0] for before, after in pairwise(spans)}
    assert len(between) == len(offsets)


def test_the_hour_that_is_left_out_and_the_one_that_comes_twice_are_told() -> None:
    # At midnight of 6 September it is one o'clock; at midnight of 5 April it is eleven again.
    assert oddity(date(2026, 9, 6), "00:30", SANTIAGO) is Oddity.SKIPPED
    assert oddity(date(2026, 9, 6), "01:00", SANTIAGO) is None
    assert oddity(date(2026, 4, 4), "23:30", SANTIAGO) is Oddity.DOUBLED
    assert oddity(date(2026, 4, 4), "22:59", SANTIAGO) is None
    # The end of a day is always there.
    assert oddity(date(2026, 9, 5), "24:00", SANTIAGO) is None
    assert oddity(date(2026, 4, 4), "24:00", SANTIAGO) is None


def test_a_meeting_at_such_an_hour_is_still_a_time_that_there_is() -> None:
    # A zone may change its rules after the meeting was planned.
    skipped = Meeting(date(2026, 9, 6), "00:15", "00:45").span(SANTIAGO)
    assert skipped == (at(SANTIAGO, "2026-09-06T01:15"), at(SANTIAGO, "2026-09-06T01:45"))
    doubled = Meeting(date(2026, 4, 4), "23:00", "23:59").span(SANTIAGO)
    assert doubled[1] - doubled[0] == timedelta(minutes=119)
    backwards = Meeting(date(2026, 9, 6), "00:30", "01:10").span(SANTIAGO)
    assert backwards[0] == backwards[1]


def test_a_day_that_gets_an_hour_is_an_hour_longer() -> None:
    whole = Meeting(date(2026, 4, 4), "00:00", "24:00").span(SANTIAGO)
    assert whole[1] - whole[0] == timedelta(hours=25)


@pytest.mark.parametrize("written", ["00:00", "09:30", "23:59", "24:00"])
def test_hours_are(written: str) -> None:
    assert is_hour(written)


@pytest.mark.parametrize(
    "written", ["", "9:00", "09:60", "24:01", "25:00", "09:00:00", "09.00", "٠٩:٠٠", "09:00\n"]
)
def test_hours_are_not(written: str) -> None:
    assert not is_hour(written)


WEEK = tuple(
    Meeting(MONDAY + timedelta(days=n), *hours)
    for n in range(5)
    for hours in (("09:00", "12:00"), ("13:30", "17:00"))
)


def test_lunch_is_in_session_and_the_night_only_if_it_is_kept() -> None:
    usual, kept = workshop(*WEEK), workshop(*WEEK, nights=Nights.KEPT)
    moments = {
        "2026-11-23T08:59": (False, False),
        "2026-11-23T09:00": (True, True),
        "2026-11-23T12:30": (True, True),
        "2026-11-23T16:59": (True, True),
        "2026-11-23T17:00": (False, True),
        "2026-11-24T03:00": (False, True),
        "2026-11-27T16:59": (True, True),
        "2026-11-27T17:00": (False, False),
    }
    for moment, expected in moments.items():
        now = at(NAIROBI, moment)
        assert (is_in_session(usual, NAIROBI, now), is_in_session(kept, NAIROBI, now)) == expected
    at_lunch = at(NAIROBI, "2026-11-23T12:30")
    assert meeting_at(usual, NAIROBI, at_lunch) is None
    assert meeting_at(usual, NAIROBI, at(NAIROBI, "2026-11-23T13:30")) == WEEK[1]


def test_no_night_between_two_tuesdays_is_kept() -> None:
    tuesdays = [Meeting(MONDAY + timedelta(weeks=n), "09:00", "11:00") for n in range(3)]
    spans = spans_in_session(workshop(*tuesdays, nights=Nights.KEPT), NAIROBI)
    assert spans == tuple(meeting.span(NAIROBI) for meeting in tuesdays)


@given(st.lists(meetings(), min_size=1, max_size=8), zones, st.sampled_from(Nights))
def test_spans_hold_every_meeting_in_order_and_an_instant_is_in_one_of_them_or_in_none(
    some: list[Meeting], zone: str, nights: Nights
) -> None:
    made = workshop(*sorted(some), nights=nights)
    spans = spans_in_session(made, zone)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    first, last = hours_of(made, zone)
    assert (spans[0][0], spans[-1][1]) == (first, last)
    for meeting in made.meetings:
        starts_at, ends_at = meeting.span(zone)
        assert any(begin <= starts_at and ends_at <= end for begin, end in spans)
        for now in (starts_at, ends_at, starts_at - timedelta(minutes=1)):
            expected = any(begin <= now < end for begin, end in spans)
            assert is_in_session(made, zone, now) is expected


def test_a_workshop_without_hours_takes_place_from_midnight_to_midnight() -> None:
    made = Workshop(1, "chile", "Plants", MONDAY, MONDAY + timedelta(days=1), "amina", NOW)
    begin, end = at(NAIROBI, "2026-11-23T00:00"), at(NAIROBI, "2026-11-25T00:00")
    assert hours_of(made, NAIROBI) == (begin, end)
    assert spans_in_session(made, NAIROBI) == ((begin, end),)
    assert is_in_session(made, NAIROBI, begin)
    assert not is_in_session(made, NAIROBI, end)
    assert meeting_at(made, NAIROBI, begin) is None


def test_nothing_is_in_session_that_was_called_off_or_nobody_agreed_to() -> None:
    now = at(NAIROBI, "2026-11-23T10:00")
    asked = Request(NOW, "why")
    requests = {
        None: True,
        asked: False,
        Request(NOW, "why", Answer.GRANTED): True,
        Request(NOW, "why", Answer.DECLINED): False,
    }
    for request, expected in requests.items():
        made = Workshop(
            1, "chile", "Plants", MONDAY, MONDAY, "amina", NOW,
            meetings=(WEEK[0],), request=request,
        )  # fmt: skip
        assert takes_place(made) is expected
        assert is_in_session(made, NAIROBI, now) is expected
        assert (meeting_at(made, NAIROBI, now) is not None) is expected
