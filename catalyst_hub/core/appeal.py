"""Appeals: somebody whom a limit stopped asks the champions of her community for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.denial import Allowance, Code, Denied
from catalyst_hub.core.window import Window

LONGEST_MESSAGE = 500
LONGEST_REPLY = 300
#: Whoever asks and takes it back again and again writes to every champion each time.
MOST_IN_A_DAY = 10
#: For so long the person who asked is shown what was answered.
SHOWN_FOR = timedelta(days=3)


class Answer(StrEnum):
    """What became of an appeal. A champion declines or makes an exception, or somebody pays into
    the budget that it is about; who asked withdraws."""

    DECLINED = "declined"
    EXCEPTED = "excepted"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class AppealRefusal(StrEnum):
    """Why an appeal is not heard."""

    NOTHING_IN_THE_WAY = "nothing-in-the-way"
    ALREADY_ASKED = "already-asked"
    TOO_OFTEN = "too-often"


@dataclass(frozen=True, slots=True)
class Appeal:
    """Somebody asked for more; open as long as there is no answer.

    ``code`` is that of the denial which the limit makes, ``facts`` say which limit it is and how
    it stood: :func:`facts_of`. ``message`` and ``reply`` are people's own words, or empty.
    """

    appeal_id: int
    community: str
    person_id: int
    code: str
    facts: Mapping[str, object]
    message: str
    asked_at: datetime
    answer: Answer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    reply: str | None = None

    @property
    def is_about_budget(self) -> bool:
        """Whether what was in the way is the budget of the community."""
        return bool(self.facts.get("is_budget"))

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None

    def is_news(self, now: datetime) -> bool:
        """Whether it was answered, and not withdrawn, not long ago."""
        is_answered = self.answer not in {None, Answer.WITHDRAWN}
        return is_answered and self.answered_at is not None and now < self.answered_at + SHOWN_FOR


@dataclass(frozen=True, slots=True)
class Plea:
    """What somebody asks: which limit is in the way (see :func:`limit_key`), and her words."""

    community: str
    user_name: str
    limit: str
    message: str = ""


def has_asked_enough(latest: Iterable[Appeal], now: datetime) -> bool:
    """Whether somebody, of whom these are the latest, is heard no more today."""
    yesterday = now - timedelta(days=1)
    return sum(appeal.asked_at > yesterday for appeal in latest) >= MOST_IN_A_DAY


def limit_key(facts: Mapping[str, object]) -> str:
    """The name of a limit in addresses and forms: ``person.cpu_hours.day``; one over rolling days
    has their number, one for a profile its name at the end."""
    words = (facts.get(name) for name in ("scope", "unit", "window", "days", "profile"))
    return ".".join(str(word) for word in words if word)


def plea_path(community: str, facts: Mapping[str, object]) -> str:
    """Where its champions are asked about the limit of these facts, as a path below the hub's;
    empty where there is none, and nobody there can help."""
    key = limit_key(facts)
    return f"ask-champion/{community}?limit={key}" if key else ""


def plea_about(denied: Denied) -> str:
    """The same for a refused start."""
    limit = denied.allowance
    return plea_path(denied.community, words_of(limit)) if denied.community and limit else ""


def words_of(limit: Allowance) -> dict[str, object]:
    """Which limit it is, in words that stay the same however much is used of it."""
    words = {
        "scope": limit.scope.value,
        "unit": limit.unit.value,
        "window": limit.window.value,
        "days": limit.days,
        "profile": limit.profile,
    }
    return {name: word for name, word in words.items() if word}


def facts_of(limit: Allowance, currency: str) -> dict[str, object]:
    """Which limit it is, and how it stands: amounts in the canonical integers of the unit."""
    resets_at = limit.resets_at.isoformat() if limit.resets_at else None
    return {
        **words_of(limit),
        "is_budget": limit.is_budget,
        "limit": limit.limit,
        "used": limit.used,
        "held": limit.held,
        "resets_at": resets_at,
        "currency": currency,
    }


def code_of(limit: Allowance) -> Code:
    """The code of the denial that this limit makes."""
    if limit.is_budget:
        return Code.BUDGET_SPENT
    return Code.QUOTA_AT_ONCE if limit.window is Window.AT_ONCE else Code.QUOTA_WINDOW


def as_words(typed: str, longest: int) -> str:
    """What somebody typed, on one line and no longer than that."""
    return " ".join(typed[: 4 * longest].split())[:longest]
