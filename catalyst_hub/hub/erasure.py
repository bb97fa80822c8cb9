"""The Hub forgets whom the store has forgotten: at once, or within a minute of a crash between.

The store goes first, for it has the last word on whether somebody may be erased. Whatever happens
then, its digests of retired names say which of the Hub's users are still to go.
"""

from __future__ import annotations

from typing import Any

from jupyterhub import orm
from tornado.ioloop import PeriodicCallback

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.erasure import retired_digest
from catalyst_hub.core.unit_of_work import StoreUnavailableError

SWEEP_S = 60


def watch(app: Any, runtime: Runtime) -> None:
    """Look once a minute whether a user is left whom the store has forgotten."""

    async def look() -> None:
        try:
            await forget_erased(app, runtime)
        except StoreUnavailableError:
            app.log.warning("The store is not available; who was erased is forgotten later")

    callback = PeriodicCallback(look, SWEEP_S * 1000)
    app._periodic_callbacks["catalyst_erased"] = callback
    callback.start()


async def forget_erased(app: Any, runtime: Runtime) -> None:
    """Delete the Hub's users whose names are retired. Raises StoreUnavailableError."""
    retired = await runtime.read(lambda uow: uow.personal_data.retired())
    if not retired:
        return
    names = [name for (name,) in app.db.query(orm.User.name)]
    for name in names:
        if retired_digest(runtime.policy.hub, name) in retired:
            _forget_or_say_why_not(app, name)


def _forget_or_say_why_not(app: Any, name: str) -> None:
    user = app.users[name]
    if user.admin or any(spawner.active for spawner in user.spawners.values()):
        app.log.warning("%s was erased; the Hub's user of that name is in use", name)
        return
    forget_user(app.authenticator, app.users, user)
    app.log.info("Forgot a user who was erased")


def forget_user(authenticator: Any, users: Any, user: Any) -> None:
    """Delete the Hub's user with tokens, groups and sign-ins.

    Not as an admin would: that deletes servers for ever, and the volumes of their homes with
    them. Files are the operator's to keep or to delete, and nobody else can get the name.
    """
    authenticator.delete_user(user)
    authenticator.languages.pop(user.name, None)
    users.delete(user)
