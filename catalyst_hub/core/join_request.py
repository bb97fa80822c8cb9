"""Requests to join a community: asked by a person, answered by its champions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_MESSAGE = 500
#: So many requests of one person are heard in a day, whatever became of them.
MOST_A_DAY = 3
DAY = timedelta(days=1)
#: Whoever was declined may ask the same community again after this time.
PAUSE = timedelta(days=7)


class Answer(StrEnum):
    """What became of a request. A champion approves or declines; who asked withdraws."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody asked to join; open as long as there is no answer."""

    request_id: int
    community: str
    person_id: int
    message: str
    asked_at: datetime
    answer: Answer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None

    def may_be_repeated(self, now: datetime) -> bool:
        """Whether the person may ask the community again after this one."""
        if self.answer is Answer.DECLINED and self.answered_at is not None:
            return now >= self.answered_at + PAUSE
        return not self.is_open


class AskingRefusal(StrEnum):
    """Why a request is not heard. It depends on nothing that only the champions know."""

    NOT_ASKED_FOR = "not-asked-for"
    ALREADY_ASKED = "already-asked"
    TOO_SOON = "too-soon"
    TOO_MANY = "too-many"


def asking_refusal(
    latest: JoinRequest | None,
    in_a_day: int,
    now: datetime,
    *,
    takes_requests: bool,
    belongs: bool,
) -> AskingRefusal | None:
    """Why she may not ask this community now; None: she may.

    ``latest`` is her last request there, ``in_a_day`` how many she made anywhere in the last
    day. That she was taken out of the community does not count: she would learn it here, and
    could nag whoever reads requests; theirs are just not shown to anybody.
    """
    if not takes_requests or belongs:
        return AskingRefusal.NOT_ASKED_FOR
    if latest is not None and latest.is_open:
        return AskingRefusal.ALREADY_ASKED
    if latest is not None and not latest.may_be_repeated(now):
        return AskingRefusal.TOO_SOON
    return AskingRefusal.TOO_MANY if in_a_day >= MOST_A_DAY else None


def as_message(typed: str) -> str:
    """What somebody typed, on one line and no longer than a message may be."""
    return " ".join(typed[: 4 * LONGEST_MESSAGE].split())[:LONGEST_MESSAGE]
