"""Another person's server, open for as long as its owner allows it.

The right to open is a share of the Hub's own, made by our code in the Hub's process: no role and
no token holds a scope for it in advance. The Hub heeds the end of a share only when it purges old
rows, once an hour, so we take each back ourselves. Whatever tokens came of it open nothing then.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jupyterhub import orm
from tornado.ioloop import PeriodicCallback

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.consent import Kind, Standing
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.usecases.find_consents import find_consents

#: A share outlives the consent behind it by this at most.
SWEEP_S = 5

#: Owner, server, and who may open it.
Opened = tuple[str, str, str]


def watch(app: Any, runtime: Runtime) -> None:
    """Look after the shares as long as the Hub runs; it stops its callbacks when it ends."""

    async def look() -> None:
        await close_what_has_ended(app.db, runtime)

    callback = PeriodicCallback(look, SWEEP_S * 1000)
    app._periodic_callbacks["catalyst_shares"] = callback
    callback.start()


def let_in(db: Any, owner: Any, server_name: str, guest: Any, until: datetime) -> None:
    """Let ``guest``, a Hub user, open a server of ``owner`` until then.

    A share without an end is of another making, and stays as it is.
    """
    spawner = owner.orm_spawners[server_name]
    share = orm.Share.find(db, spawner, guest.orm_user)
    if share is None:
        share = orm.Share.grant(db, spawner, guest.orm_user)
    elif share.expires_at is None:
        return
    share.expires_at = until.astimezone(UTC).replace(tzinfo=None)
    db.commit()


async def close_what_has_ended(db: Any, runtime: Runtime) -> None:
    """Take back every share that no consent stands behind any more; all, when nobody can say."""
    seen = {share.id: share.expires_at for share in _shares(db)}
    if not seen:
        return
    try:
        standing = await runtime.read(lambda uow: find_consents(uow, runtime.policy, runtime.now()))
    except StoreUnavailableError:
        standing = ()
    allowed = {_opened(each) for each in standing if each.consent.kind is Kind.OPEN}
    for share in _shares(db):
        # One that was made or renewed meanwhile is for the next look.
        is_known = seen.get(share.id) == share.expires_at
        if is_known and _key(share) not in allowed:
            db.delete(share)
    db.commit()


def _shares(db: Any) -> list[Any]:
    """Those with an end are ours: the Hub gives its own none."""
    return list(db.query(orm.Share).filter(orm.Share.expires_at.is_not(None)))


def _opened(standing: Standing) -> Opened:
    return standing.owner, standing.consent.server_name, standing.consent.asked_by


def _key(share: Any) -> Opened | None:
    return (share.owner.name, share.spawner.name, share.user.name) if share.user else None
