"""Who looks for what nobody looks after: servers, sessions, accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from catalyst_hub.core.farewelling import all_leaving
from catalyst_hub.core.orphan import (
    FoundServer,
    Kind,
    Orphan,
    forgotten_servers,
    unseen_session,
)
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import SILENCE, last_learned_at
from catalyst_hub.core.unit_of_work import UnitOfWork

#: The removal of a person takes a round of the culler, or some if a server has to stop before.
_REMOVAL = timedelta(hours=1)


def find_orphans(
    uow: UnitOfWork, policy: Policy, found: Collection[FoundServer], now: datetime
) -> Sequence[Orphan]:
    """All there are, those of servers first. ``found`` is what runs."""
    return [*_servers(uow, found), *_sessions(uow, now), *_accounts(uow, policy, now)]


def _servers(uow: UnitOfWork, found: Collection[FoundServer]) -> Iterator[Orphan]:
    if not found:
        return
    known = filter(None, (uow.sessions.get(server.session_id) for server in found))
    live = {session.key: session for session in uow.sessions.all_live()}
    yield from forgotten_servers(found, {s.session_id: s for s in known}, live)


def _sessions(uow: UnitOfWork, now: datetime) -> Iterator[Orphan]:
    """The observer closes those it does not see; these are left where nobody observes."""
    for session in uow.sessions.all_live():
        if now - last_learned_at(session) > SILENCE:
            yield unseen_session(session)


def _accounts(uow: UnitOfWork, policy: Policy, now: datetime) -> Iterator[Orphan]:
    for each in all_leaving(uow, policy, now):
        if now - each.goes_at > _REMOVAL:
            name, community = each.guest.person.name, each.workshop.community
            yield Orphan(Kind.ACCOUNT, name, community, each.goes_at)
