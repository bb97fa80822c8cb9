"""How long the waiting room has patience, as the file says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.communities_file import CommunitiesFileError, parse
from catalyst_hub.core.waiting import WaitingRoom

_FILE = """\
version: 1
hub: {{name: test{}}}
providers: {{demo: {{type: demo, personas: [{{name: kofi}}]}}}}
communities: {{}}
"""


def room(written: str = "") -> WaitingRoom:
    said = f", waiting_room: {{{written}}}" if written else ""
    return parse(_FILE.format(said)).waiting_room


def test_places_are_kept_ten_minutes_and_seats_two_unless_the_file_says_otherwise():
    assert room() == WaitingRoom(timedelta(minutes=10), timedelta(minutes=2))
    assert room("keep_place: 30m, hold_seat: 3m") == WaitingRoom(
        timedelta(minutes=30), timedelta(minutes=3)
    )


def test_a_place_is_kept_longer_than_a_page_takes_to_look_again():
    with pytest.raises(CommunitiesFileError, match="keeps no place"):
        room("keep_place: 30s")
