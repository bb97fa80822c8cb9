"""``/hub/api/catalyst/maintenances``: maintenance for programs, with a token of an operator's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.maintenance import Maintenance, Objection, Pause, moment
from catalyst_hub.hub.announcements import Announcements
from catalyst_hub.hub.operators import require_operator
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from catalyst_hub.usecases.end_maintenance import end_maintenance
from catalyst_hub.usecases.list_maintenances import list_maintenances

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_WORDS = frozenset({"community", "message", "starts_at", "ends_at", "drain_at"})


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    base = r"/api/catalyst/maintenances"
    return [(base, MaintenancesHandler), (base + r"/(\d{1,18})", MaintenanceHandler)]


class _Maintenances(APIHandler):
    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.settings["catalyst"]
        return runtime

    async def tell_everybody(self) -> None:
        """On the pages at once, not at the next look."""
        announcements: Announcements = self.settings["catalyst_announcements"]
        await announcements.look()


class MaintenancesHandler(_Maintenances):
    """All of them, and one more."""

    async def get(self) -> None:
        """200 with a list: what is announced or on."""
        require_operator(self)
        with store_needed():
            found = await self.runtime.read(lambda uow: list_maintenances(uow, self.runtime.now()))
        self.write(json.dumps([model(maintenance) for maintenance in found]))

    async def post(self) -> None:
        """201 with the new one, or the same one again; 400 with what is wrong."""
        name, runtime = require_operator(self).name, self.runtime
        pause = _pause(self.get_json_body(), runtime.now(), runtime.policy.zone)
        with store_needed():
            made = await runtime.write(
                lambda uow: announce_maintenance(uow, runtime.policy, pause, name, runtime.now())
            )
        if isinstance(made, Objection):
            raise HTTPError(400, f"not announced: {made}")
        await self.tell_everybody()
        self.set_status(201)
        self.write(json.dumps(model(made)))


class MaintenanceHandler(_Maintenances):
    """One of them."""

    async def delete(self, number: str) -> None:
        """200 with what was ended; one that was over already stays as it was."""
        name, runtime = require_operator(self).name, self.runtime
        with store_needed():
            ended = await runtime.write(
                lambda uow: end_maintenance(uow, int(number), name, runtime.now())
            )
        if ended is None:
            raise HTTPError(404)
        await self.tell_everybody()
        self.write(json.dumps(model(ended)))


def model(maintenance: Maintenance) -> dict[str, Any]:
    """JSON values; instants in UTC, ``message`` by language."""
    pause = maintenance.pause
    return {
        "id": maintenance.maintenance_id,
        "community": pause.community,
        "message": dict(pause.message),
        "starts_at": pause.starts_at.isoformat(),
        "ends_at": _iso(pause.ends_at),
        "drain_at": _iso(pause.drain_at),
        "made_by": maintenance.made_by,
        "ended_by": maintenance.ended_by,
        "ended_at": _iso(maintenance.ended_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _pause(body: object, now: datetime, zone: str) -> Pause:
    """What was sent, of whatever shape; 400 when it is none."""
    if not isinstance(body, Mapping) or not body.keys() <= _WORDS:
        raise HTTPError(400, f"an object is expected, of {', '.join(sorted(_WORDS))}")
    message, community = body.get("message", ""), body.get("community")
    texts = {"": message} if isinstance(message, str) else message
    are_texts = isinstance(texts, Mapping) and all(map(_is_text, texts.values()))
    if not are_texts or not (community is None or _is_text(community)):
        raise HTTPError(400, "message is a text, or texts by language; community a slug, or null")
    starts_at = _moment(body, "starts_at", zone) or now
    ends_at, drain_at = _moment(body, "ends_at", zone), _moment(body, "drain_at", zone)
    return Pause(community, texts, starts_at, ends_at, drain_at)


def _is_text(value: object) -> bool:
    """JSON can say what no database keeps."""
    return isinstance(value, str) and not _NO_TEXT.search(value)


def _moment(body: Mapping[str, Any], name: str, zone: str) -> datetime | None:
    written = body.get(name)
    if written is None:
        return None
    try:
        return moment(written, zone)
    except (TypeError, ValueError) as error:
        raise HTTPError(400, f"{name} is a time, such as 2026-11-30T14:00+03:00") from error
