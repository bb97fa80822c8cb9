"""Use in the past, written into the ledger as the hub does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.community import Identity
from catalyst_hub.core.session import SessionState
from catalyst_hub.core.unit_of_work import UnitOfWork
from tests.champion.site import Site
from tests.support.sessions import HOUR, a_session, running, stopped


async def used(
    site: Site,
    name: str,
    began_at: datetime,
    hours: float,
    *,
    community: str = "nairobi",
    rate_micros: int = 100_000_000,
) -> None:
    """A person ran a server that has ended."""

    def work(uow: UnitOfWork) -> None:
        known = uow.people.by_name(name)
        person = known or uow.people.add(name, name.title(), Identity("demo", name), began_at)
        session = running(
            uow,
            a_session(person, community=community, reserved_at=began_at, rate_micros=rate_micros),
        )
        assert session.state is SessionState.RUNNING
        assert stopped(uow, replace(session), began_at + hours * HOUR)

    await site.runtime.write(work)
