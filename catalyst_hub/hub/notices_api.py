"""What a person is told of her servers, for programs: above all for the server itself, which shows
it where she works.

Each server holds a token of its own, with two scopes: ``users:activity!user`` and
``access:servers!server``. The first is asked for here, so that a token which was made for
something else learns nothing; by the second a server hears of nobody's server but itself.
"""

from __future__ import annotations

import json
from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import has_scope
from jupyterhub.user import User
from tornado.web import HTTPError

from catalyst_hub.hub.language import translator_for
from catalyst_hub.hub.pages.farewell import farewell_notices
from catalyst_hub.hub.pages.notices import REFUSALS, NoticeRow, notice_row
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.i18n.storage import full_home_text
from catalyst_hub.usecases.keep_server import keep_server
from catalyst_hub.usecases.show_notices import NoticesView, Told, show_notices

#: A notice of something else than a stop.
_NO_STOP = {
    "id": "home/full",
    "server": None,
    "reason": "home-full",
    "stop_at": None,
    "reminders": 0,
    "zone": None,
    "keep": None,
    "ask": None,
}


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    notices = r"/api/catalyst/notices"
    return [(notices, NoticesHandler), (rf"{notices}/([^/]+)/([a-z-]+)/keep", KeepHandler)]


class OwnerHandler(APIHandler):
    """For whoever asks about servers of her own."""

    def owner(self) -> Any:
        """Whose notices they are: those of whoever asks, and of nobody else."""
        user = self.current_user
        if not isinstance(user, User):
            raise HTTPError(403)
        if not has_scope(f"users:activity!user={user.name}", self.parsed_scopes):
            raise HTTPError(403)
        return user

    async def tell(self, name: str) -> None:
        """Answer with all that this token may hear, and with what the server knows of its home and
        has no words for: ``full_home`` names its community."""
        view, runtime = await self.view(name), self.settings["catalyst"]
        full_home = self.get_query_argument("full_home", None)
        speak = translator_for(self, runtime.policy, _community(view) or full_home)
        rows = [
            (told, notice_row(told, view, runtime, speak))
            for told in view.told.values()
            if self.may_hear_of(name, told.session.key.server_name)
        ]
        asking = speak.gettext("Ask my champion")
        notices = [self._model(told, row, asking) for told, row in rows]
        if full_home is not None:
            notices.append(_NO_STOP | {"sentence": full_home_text(speak)})
        with store_needed():
            notices += await farewell_notices(self, name, speak)
        self.write(json.dumps({"language": speak.language, "notices": notices}))

    async def view(self, name: str) -> NoticesView:
        """What there is to tell. 503 while the store is away."""
        runtime = self.settings["catalyst"]
        with store_needed():
            view: NoticesView = await runtime.read(
                lambda uow: show_notices(uow, runtime.policy, name, runtime.now())
            )
        return view

    def may_hear_of(self, name: str, server: str) -> bool:
        """Whether the token may open that server."""
        return bool(has_scope(f"access:servers!server={name}/{server}", self.parsed_scopes))

    def _model(self, told: Told, row: NoticeRow, asking: str) -> dict[str, Any]:
        number = f"{row.session_id}/{row.reason}"
        keep = {
            "label": row.keep,
            "id": number,
            "url": f"{self.hub.base_url}api/catalyst/notices/{number}/keep",
            "until": told.keep.until.isoformat() if told.keep else "",
            "left": told.keep.left if told.keep else 0,
        }
        return {
            "id": number,
            "server": row.server,
            "reason": row.reason,
            "sentence": row.text.sentence,
            "stop_at": told.notice.stop_at.isoformat(),
            # Whoever shows it once shows it again when this has grown.
            "reminders": told.notice.reminders,
            "zone": row.text.zone,
            "keep": keep if row.keep else None,
            "ask": {"label": asking, "url": f"{self.hub.base_url}{row.ask}"} if row.ask else None,
        }


class NoticesHandler(OwnerHandler):
    """``GET /hub/api/catalyst/notices``: of the owner of the token, in her language."""

    async def get(self) -> None:
        """200 with ``language`` and ``notices``; 403 without the scope; 503: the store is away."""
        await self.tell(self.owner().name)


class KeepHandler(OwnerHandler):
    """``POST /hub/api/catalyst/notices/SESSION/REASON/keep``: the owner needs more time."""

    async def post(self, session_id: str, reason: str) -> None:
        """200 with all notices, as they are then; 404: none that this token may hear of; 409 with
        ``message``: it cannot be kept."""
        name, runtime = self.owner().name, self.settings["catalyst"]
        told = (await self.view(name)).told.values()
        found = next((each for each in told if each.session.session_id == session_id), None)
        if found is None or not self.may_hear_of(name, found.session.key.server_name):
            raise HTTPError(404)
        with store_needed():
            refusal = await runtime.write(
                lambda uow: keep_server(
                    uow, runtime.policy, name, session_id, reason, runtime.now()
                )
            )
        if refusal is None:
            await self.tell(name)
            return
        speak = translator_for(self, runtime.policy, found.session.choice.community)
        self.set_status(409)
        self.write(json.dumps({"message": speak.gettext(REFUSALS[refusal])}))


def _community(view: NoticesView) -> str | None:
    """Whose language it is, of somebody who has chosen none."""
    return next((told.session.choice.community for told in view.told.values()), None)
