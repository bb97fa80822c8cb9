"""``/communities/<slug>/exceptions.json``: the same for programs, which bring their own token."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.exception_forms import Written, meant
from catalyst_hub.champion.exceptions import AboutExceptions
from catalyst_hub.champion.json_body import flat_object
from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import Exemption, last_day
from catalyst_hub.usecases.list_exceptions import Listed
from catalyst_hub.usecases.revoke_exception import revoke_exception

_OF_LIMIT = ("scope", "unit", "window", "profile")


class ExceptionsFile(AboutExceptions):
    """All of a community, and a way to make one."""

    async def get(self, slug: str) -> None:
        """The list, in canonical integers of each unit."""
        community = self.community_for(Action.EXCEPT, slug)
        listed, _ = await self.read(lambda uow: self.look(uow, slug))
        self.finish({"exceptions": [_as_object(each, community) for each in listed]})

    async def post(self, slug: str) -> None:
        """Make one; 422 and a ``message`` when it cannot be."""
        community = self.community_for(Action.EXCEPT, slug)
        self.speak_for(community)
        made = await self.make(community, self._written(community))
        if isinstance(made, str):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.finish({"message": made})
            return
        self.set_status(HTTPStatus.CREATED)
        self.finish({"exception": made.exemption_id})

    def _written(self, community: Community) -> Written:
        said = flat_object(self.request.body)
        person = said.get("person", "")
        words = {name: said.get(name, "") for name in _OF_LIMIT}
        words["scope"] = words["scope"] or ("person" if person else "community")
        amount, until, reason = (said.get(name, "") for name in ("amount", "until", "reason"))
        return Written(person, meant(community, words), amount, until, reason)


class ExceptionFile(AboutExceptions):
    """``…/exceptions/<id>.json``."""

    async def get(self, slug: str, number: str) -> None:
        """One of them."""
        community = self.community_for(Action.EXCEPT, slug)
        self.finish(_as_object(await self._find(slug, int(number)), community))

    async def delete(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        self.community_for(Action.EXCEPT, slug)
        found = await self._find(slug, int(number))
        actor, now = self.actor.name, self.now()
        await self.runtime.write(
            lambda uow: revoke_exception(uow, slug, found.exemption.exemption_id, actor, now)
        )
        self.set_status(HTTPStatus.NO_CONTENT)

    async def _find(self, slug: str, number: int) -> Listed:
        listed, _ = await self.read(lambda uow: self.look(uow, slug))
        for each in listed:
            if each.exemption.exemption_id == number:
                return each
        raise HTTPError(HTTPStatus.NOT_FOUND)


def _as_object(listed: Listed, community: Community) -> dict[str, Any]:
    made: Exemption = listed.exemption
    return {
        "exception": made.exemption_id,
        "person": listed.person.name if listed.person else None,
        "unit": made.unit,
        "window": made.window,
        "profile": made.profile,
        "days": made.days,
        "amount": made.amount,
        "until": last_day(made, community.zone).isoformat(),
        "reason": made.reason,
        "made_by": made.made_by,
        "made_at": made.made_at.isoformat(),
        "revoked_by": made.revoked_by,
        "revoked_at": made.revoked_at.isoformat() if made.revoked_at else None,
    }


def routes(below: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community."""
    return [
        (rf"{below}/exceptions\.json", ExceptionsFile),
        (rf"{below}/exceptions/(\d{{1,18}})\.json", ExceptionFile),
    ]
