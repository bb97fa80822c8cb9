"""A change of membership takes effect in the Hub at once: the store is read again for one person.

Nobody needs power over groups for it. Whoever has signed in may ask, for whoever: the answer says
nothing, and all that can come of it is that the Hub follows the store sooner.
"""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError

from catalyst_hub.core.audit import HUB
from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.opening import close_what_has_ended
from catalyst_hub.hub.stopping import stop_server
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.record_stop import record_stop


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    return [(r"/api/catalyst/people/([^/]+)", PersonHandler)]


class PersonHandler(APIHandler):
    """``POST /hub/api/catalyst/people/NAME``: follow the store for one person."""

    async def post(self, name: str) -> None:
        """204, whether or not there is such a person; 503: the store cannot be read now."""
        if self.current_user is None:
            raise HTTPError(403)
        user = self.find_user(name)
        if user is not None:
            with store_needed():
                await follow_store(self, user)
        self.set_status(204)


async def follow_store(handler: Any, user: Any) -> None:
    """Bring a person's groups up to date. Who may open whose server follows, too. Starts that she
    may not make any more are called off; of servers that run she is told when they stop, which the
    culler's process sees to.

    The Hub's own refresh would do for the groups, but only once in a request, and only after
    asking her provider. Raises StoreUnavailableError.
    """
    model = await handler.authenticator.from_store(user)
    if isinstance(model, dict):
        state = await user.get_auth_state()
        await handler.auth_to_user({**model, "auth_state": state}, user)
    name, runtime = user.name, handler.settings["catalyst"]
    await close_what_has_ended(handler.db, runtime)
    verdict = await runtime.write(
        lambda uow: give_notices(uow, runtime.policy, runtime.now(), name)
    )
    starts = [(session.key, session.choice.community) for session in verdict.called_off]
    await asyncio.gather(*(_call_off(handler, user, key, slug) for key, slug in starts))


async def _call_off(handler: Any, user: Any, key: ServerKey, community: str) -> None:
    if not user.spawners[key.server_name].active:
        return
    runtime = handler.settings["catalyst"]
    await runtime.write(lambda uow: record_stop(uow, HUB, key, community, runtime.now()))
    await stop_server(handler, user, key.server_name)
