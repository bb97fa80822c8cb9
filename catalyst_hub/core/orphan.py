"""Orphans: what is left of servers and people that nobody looks after any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.session import (
    SILENCE,
    ServerKey,
    Session,
    known_over_at,
    last_learned_at,
)


class Kind(StrEnum):
    """A server that runs and that the Hub has forgotten; a session whose server nobody has seen
    for long; a workshop account that should have gone with its workshop."""

    SERVER = "server"
    SESSION = "session"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that was found where servers run, without asking the Hub. ``place`` says where, in
    words: ``processes 123, 124``."""

    session_id: str
    place: str


@dataclass(frozen=True, slots=True)
class Orphan:
    """One of them. ``since``: nobody has looked after it from then on.

    ``is_replaced``: the owner runs the same server anew, and that one is another.
    """

    kind: Kind
    user_name: str
    community: str
    since: datetime
    server_name: str = ""
    session_id: str = ""
    place: str = ""
    is_replaced: bool = False

    @property
    def key(self) -> ServerKey:
        """Which server it was."""
        return ServerKey(self.user_name, self.server_name)


def forgotten_servers(
    found: Collection[FoundServer],
    sessions: Mapping[str, Session],
    live: Mapping[ServerKey, Session],
) -> Iterator[Orphan]:
    """Found servers whose sessions, by id, are over.

    What carries a session that the store does not know belongs to somebody else. ``live`` are the
    sessions that are not over: where the server of one was not found, it may be the one that was,
    adopted under another session.
    """
    carried = {server.session_id for server in found}
    for server in found:
        session = sessions.get(server.session_id)
        over_at = known_over_at(session) if session and not session.is_live else None
        if session is None or over_at is None:
            continue
        current = live.get(session.key)
        if current is None or current.session_id in carried:
            yield _of(session, Kind.SERVER, over_at, server.place, is_replaced=current is not None)


def unseen_session(session: Session) -> Orphan:
    """A live session that nobody has seen for long."""
    return _of(session, Kind.SESSION, last_learned_at(session))


def is_overlooked(orphan: Orphan, looked_at: datetime | None) -> bool:
    """Whether whoever looks at the Hub's servers has looked since and has not seen that one's:
    while nobody looks, nobody sees any. ``looked_at``: when that was last; None: never."""
    return looked_at is not None and looked_at - orphan.since > SILENCE


def _of(
    session: Session, kind: Kind, since: datetime, place: str = "", *, is_replaced: bool = False
) -> Orphan:
    return Orphan(
        kind,
        session.key.user_name,
        session.choice.community,
        since,
        session.key.server_name,
        session.session_id,
        place,
        is_replaced,
    )
