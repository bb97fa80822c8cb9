"""Old details: who ran which server long ago, which no sum needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.erasure import NAMING_FACTS

#: Bills of a month are looked at in the next.
SHORTEST_KEEPING = timedelta(days=30)

#: In the place of somebody who has no row any more.
_NOBODY = "past:nobody"
#: In the place of the name that somebody gave a server.
_SERVER = "past:server"


class Kept(StrEnum):
    """Where old details are looked for, in this order. Sessions and lines of the audit about them
    stay, without names; the rows of the others go."""

    SESSIONS = "sessions"
    AUDIT = "audit"
    MAILS = "mails"
    WAITING_PLACES = "waiting_places"
    NOTICES = "notices"
    KEEPS = "keeps"
    JOIN_REQUESTS = "join_requests"
    APPEALS = "appeals"
    CONSENTS = "consents"
    HEARTBEATS = "heartbeats"


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """Where tidying goes on: in that table, behind that person (sessions) or line (audit)."""

    kept: Kept = Kept.SESSIONS
    after: int = 0


@dataclass(frozen=True, slots=True)
class OldDetails:
    """Rows of one table, by the columns of its key, that are about times before ``before``.
    ``next_place`` None: that was all."""

    kept: Kept
    keys: tuple[tuple[object, ...], ...]
    before: datetime
    next_place: KeptPlace | None

    def in_parts(self, rows: int) -> Iterator[OldDetails]:
        """The same in parts of so many rows at most."""
        for start in range(0, len(self.keys), rows):
            yield replace(self, keys=self.keys[start : start + rows])


@dataclass(frozen=True, slots=True)
class NamedLine:
    """What names people in a line of the audit."""

    audit_id: int
    actor: str
    subject: str | None
    facts: Mapping[str, object]


def kept_after(kept: Kept) -> KeptPlace | None:
    """The table to look at next."""
    every = list(Kept)
    following = every.index(kept) + 1
    return KeptPlace(every[following]) if following < len(every) else None


def past_alias(pseudonym: str) -> str:
    """What stands for a hub name in old rows: nobody can get a name with a colon."""
    return f"past:{pseudonym}"


def without_names(line: NamedLine, pseudonyms: Mapping[str, str]) -> NamedLine:
    """The line with aliases; ``pseudonyms`` by hub name. Services keep their names."""
    facts = {key: _told(key, value, pseudonyms) for key, value in line.facts.items()}
    subject = None if line.subject is None else _alias(line.subject, pseudonyms)
    return NamedLine(line.audit_id, _alias(line.actor, pseudonyms), subject, facts)


def _alias(name: str, pseudonyms: Mapping[str, str]) -> str:
    if ":" in name:
        return name
    return past_alias(pseudonyms[name]) if name in pseudonyms else _NOBODY


def _told(key: str, value: object, pseudonyms: Mapping[str, str]) -> object:
    if key == "server" and value:
        return _SERVER
    if key in NAMING_FACTS and value:
        return _alias(value, pseudonyms) if isinstance(value, str) else _NOBODY
    return value
