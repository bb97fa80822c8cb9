"""Taking back what one has asked oneself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from tornado.web import authenticated

from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.hub.pages.localized import Localized


class TakingBackPage(Localized, ABC):
    """``POST …/ID/withdraw``; what was answered stays answered."""

    is_strict = True

    @abstractmethod
    def take_back(self, uow: UnitOfWork, name: str, number: int, now: datetime) -> object:
        """Do so, if it is hers and open."""

    def get(self, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.redirect(self.hub_url("home"))

    @authenticated
    async def post(self, number: str) -> None:
        """Take it back, and lead home."""
        runtime, name = self.runtime, self.current_user.name
        await self.change(lambda uow: self.take_back(uow, name, int(number), runtime.now()))
        self.redirect(self.hub_url("home"), status=303)
