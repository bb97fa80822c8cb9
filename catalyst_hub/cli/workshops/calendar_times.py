"""The times of a workshop from a calendar file, for the options that say what it is."""

from __future__ import annotations

import sys
from pathlib import Path

from catalyst_hub.champion.calendar_files import IS_THERE, BrokenCalendarError, read_calendar
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.core.meeting import Meeting


def require_library() -> None:
    """Raises WrongCallError where nothing reads or writes calendars."""
    if not IS_THERE:
        raise WrongCallError("calendars need pip install 'catalyst-hub[calendar]'")


def times_in(path: Path, zone: str) -> tuple[Meeting, ...]:
    """By the clock of ``zone``, at least one; says what was left out. Raises WrongCallError, or
    OSError."""
    require_library()
    try:
        found = read_calendar(path.read_bytes().decode("utf-8-sig", "replace"), zone)
    except BrokenCalendarError as error:
        where = f"{path}:{error.line}: {error.what!r} cannot be used" if error.line else None
        raise WrongCallError(where or f"{path} is no calendar that we can read") from error
    if not found.meetings:
        raise WrongCallError(f"{path} has no times of anything that takes place")
    if found.left_out_on is not None:
        day = found.left_out_on.isoformat()
        print(f"{path}: what repeats was not taken over from {day} on", file=sys.stderr)
    return found.meetings
