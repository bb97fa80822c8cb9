"""May somebody else start or open my server? What is asked, how long it holds, who decides.

Whoever opens a server acts as its owner, and whoever starts one spends in the owner's name. So
nobody is given that power in advance: it is asked for, of the owner, and ends by itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.session import ServerKey

#: How long a question waits for its answer, and how long a yes holds.
QUESTION_HOLDS = timedelta(hours=24)
CONSENT_HOLDS = timedelta(hours=1)
#: Whoever has been asked so often by one person within a day is not asked again.
MOST_QUESTIONS = 5
LONGEST_REASON = 200
#: The Hub's own limit for the names of servers.
LONGEST_SERVER_NAME = 30


class Kind(StrEnum):
    """What is asked for."""

    START = "start"
    OPEN = "open"


class Answer(StrEnum):
    """What the owner said."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Question:
    """What one person would like to do with another's server ("" is the default one)."""

    community: str
    owner: str
    asked_by: str
    kind: Kind
    server_name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A question and its answer. ``person_id`` is the owner; ``used_at`` the first use."""

    consent_id: int
    community: str
    person_id: int
    asked_by: str
    kind: Kind
    server_name: str
    reason: str
    asked_at: datetime
    ends_at: datetime
    answer: Answer | None = None
    answered_at: datetime | None = None
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it still waits for an answer."""
        return self.answer is None and now < self.ends_at

    def holds(self, now: datetime) -> bool:
        """Whether the owner has said yes, and it has not ended."""
        return self.answer is Answer.ALLOWED and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Standing:
    """A consent that may be used now, and the hub name of its owner."""

    consent: Consent
    owner: str


class AskingRefusal(StrEnum):
    """Why somebody cannot be asked."""

    NOT_IN = "not-in"
    SELF = "self"
    OPERATOR = "operator"
    ASKED_ALREADY = "asked-already"
    TOO_OFTEN = "too-often"


def asking_refusal(
    question: Question,
    owner_in: Container[str],
    before: Iterable[Consent],
    now: datetime,
    *,
    is_operator: bool,
) -> AskingRefusal | None:
    """Why this may not be asked; None: it may.

    ``owner_in`` are the owner's communities, by slug; ``before`` is what the same person has
    asked the same owner. An operator's server is beyond everybody's reach, whatever the operator
    says: a champion in it would run the hub.
    """
    if question.owner == question.asked_by:
        return AskingRefusal.SELF
    if question.community not in owner_in:
        return AskingRefusal.NOT_IN
    if is_operator:
        return AskingRefusal.OPERATOR
    earlier = list(before)
    if any(_is_same(question, c) and (c.is_open(now) or c.holds(now)) for c in earlier):
        return AskingRefusal.ASKED_ALREADY
    if sum(now - c.asked_at < QUESTION_HOLDS for c in earlier) >= MOST_QUESTIONS:
        return AskingRefusal.TOO_OFTEN
    return None


def _is_same(question: Question, consent: Consent) -> bool:
    asked = (consent.community, consent.kind, consent.server_name)
    return asked == (question.community, question.kind, question.server_name)


def is_usable(
    consent: Consent,
    owner_in: Container[str],
    asker_looks_after: Container[str],
    now: datetime,
    *,
    is_operator: bool,
) -> bool:
    """Whether a consent still means anything: it dies with the place of either in the community,
    and with the owner's becoming an operator."""
    return (
        consent.holds(now)
        and consent.community in owner_in
        and consent.community in asker_looks_after
        and not is_operator
    )


def to_start(key: ServerKey, actor: str, standing: Iterable[Standing]) -> Consent | None:
    """The consent by which somebody may start this server, if there is one."""
    wanted = (key.user_name, key.server_name, actor, Kind.START)
    found = (s.consent for s in standing if (s.owner, *_use(s.consent)) == wanted)
    return next(found, None)


def _use(consent: Consent) -> tuple[str, str, Kind]:
    return consent.server_name, consent.asked_by, consent.kind
