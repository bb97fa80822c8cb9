"""The Hub's REST address of a server, where a start is asked for by programs.

Admission validates every choice again in the spawn path. What is refused here is what the stock
handler would write to the Hub's database, or trip over, before any of our code is asked.
"""

from __future__ import annotations

import json
from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.apihandlers.users import UserServerAPIHandler, default_handlers
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.utils import url_escape_path
from tornado.web import HTTPError

from catalyst_hub.core.admission import asked_words
from catalyst_hub.core.denial import Denied
from catalyst_hub.hub.denied import StartDeniedError, facts
from catalyst_hub.hub.language import translator_for

_PATCHABLE = {"name": str, "display_name": str, "user_options": dict}


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub`` that replace the stock ones."""
    return [
        (route, ServerHandler)
        for route, handler in default_handlers
        if handler is UserServerAPIHandler
    ]


class StartsServers(APIHandler):
    """Starts once however often it is asked at once, and says of a denial what it knows."""

    async def spawn_single_user(
        self,
        user: Any,
        server_name: str = "",
        display_name: str = "",
        options: dict[str, Any] | None = None,
    ) -> None:
        """Start, unless another request came first while this one was waiting."""
        # The stock method awaits this between looking and starting; done now, it returns at once.
        await self.refresh_auth(user, force=True)
        spawner = user.spawners[server_name]
        if spawner.pending not in (None, "spawn"):
            raise HTTPError(409, f"{spawner._log_name} is pending {spawner.pending}")
        if not spawner.active:
            await super().spawn_single_user(user, server_name, display_name, options)

    def refuse_malformed(self, options: object) -> None:
        """Nothing that is no choice may come so far as to be written to the Hub's database."""
        refusal = asked_words(options)
        if isinstance(refusal, Denied):
            policy = self.settings["catalyst"].policy
            raise StartDeniedError(refusal, policy, translator_for(self, policy, None))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A denial says what, how much, until when and whom to ask to programs, too."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if not isinstance(error, StartDeniedError):
            super().write_error(status_code, **kwargs)
            return
        self.set_header("Content-Type", "application/json")
        answer = {"status": status_code, "message": error.message, "denied": facts(error.denied)}
        if error.is_waiting:
            self.set_status(202)
            answer |= {"status": 202, "waiting": self._place()}
        self.write(json.dumps(answer))

    @property
    def waits_for_seat(self) -> bool:
        """Whether the caller takes a place in line where no seat is free: ``?wait=1``."""
        return self.get_query_argument("wait", "") not in {"", "0"}

    def _place(self) -> dict[str, str]:
        """Where to look, which keeps the place, and where the person can leave the line."""
        server_name = self.path_args[1] if len(self.path_args) > 1 else ""
        return {"url": f"{self.hub.base_url}waiting/{url_escape_path(server_name)}"}


class ServerHandler(StartsServers, UserServerAPIHandler):
    """Answers a wrong body with 4xx."""

    def get_json_body(self) -> Any:
        """The body, which is an object or nothing."""
        body = super().get_json_body()
        if body is not None and not isinstance(body, dict):
            raise HTTPError(400, "Body must be a JSON object")
        if self.request.method == "PATCH":
            _check_patch(body or {})
            self.refuse_malformed((body or {}).get("user_options"))
        return body

    def get_server_json_body(self) -> dict[str, Any]:
        """``display_name`` and ``user_options``; the body itself may be the options."""
        self.get_json_body()
        body: dict[str, Any] = super().get_server_json_body()
        self.refuse_malformed(body.get("user_options"))
        return body


def _check_patch(body: dict[str, Any]) -> None:
    for key, value in body.items():
        if key not in _PATCHABLE:
            known = ", ".join(_PATCHABLE)
            raise HTTPError(400, f"Unexpected field; supported fields: {known}")
        if not isinstance(value, _PATCHABLE[key]):
            raise HTTPError(400, f"{key} has the wrong type")
