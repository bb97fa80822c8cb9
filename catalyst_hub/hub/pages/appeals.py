"""``/hub/ask-champion/SLUG``: asking the champions of one's community for more than a limit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.appeal import LONGEST_MESSAGE, Answer, Appeal, AppealRefusal, Plea, facts_of
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.taking_back import TakingBackPage
from catalyst_hub.i18n.appeals import obstacle_text
from catalyst_hub.i18n.exemptions import exemption_text
from catalyst_hub.i18n.notices import place_of
from catalyst_hub.usecases.ask_champion import ask_champion
from catalyst_hub.usecases.find_obstacle import find_obstacle
from catalyst_hub.usecases.show_notices import NoticesView
from catalyst_hub.usecases.withdraw_appeal import withdraw_appeal

_LONGEST_KEY = 200


def appeals_words(page: Localized, view: NoticesView) -> dict[str, Any]:
    """What ``catalyst/appeals.html`` shows: what waits for an answer, and what was answered."""
    return {
        "appeals_waiting": [_row(page, appeal) for appeal in view.appeals if appeal.is_open],
        "appeals_answered": [
            _row(page, each, view.given.get(each.appeal_id))
            for each in view.appeals
            if not each.is_open
        ],
    }


def _row(page: Localized, appeal: Appeal, given: Exemption | None = None) -> dict[str, Any]:
    policy, speak = page.runtime.policy, page.translator
    community = policy.community(appeal.community)
    place = place_of(policy, appeal.community, speak)
    return {
        "number": appeal.appeal_id,
        "title": place.title,
        "limit": obstacle_text(appeal.facts, place.profiles, speak),
        "since": speak.instant(appeal.asked_at, community.zone if community else policy.zone),
        "has_more": appeal.answer is Answer.EXCEPTED,
        "has_money": appeal.answer is Answer.PAID,
        "more": exemption_text(given, community, speak) if given and community else "",
        "reply": appeal.reply or "",
    }


class AskChampionPage(Localized):
    """The form, with a few words to the champions."""

    is_strict = True

    @authenticated
    async def get(self, slug: str) -> None:
        """Ask what to say; there is no such page about what limits nobody."""
        community, limit = await self._obstacle(slug)
        speak = self.translator
        place = place_of(self.runtime.policy, slug, speak)
        self.finish(
            await self.render_template(
                "catalyst/ask_champion.html",
                title=place.title,
                slug=slug,
                key=self._key(),
                limit=obstacle_text(facts_of(limit, community.currency), place.profiles, speak),
                longest=LONGEST_MESSAGE,
            )
        )

    @authenticated
    async def post(self, slug: str) -> None:
        """Ask. A second press asks nothing more, and looks the same."""
        message = self.get_body_argument("message", "")
        plea = Plea(slug, self.current_user.name, self._key(), message)
        runtime = self.runtime
        refusal = await self.change(
            lambda uow: ask_champion(uow, runtime.policy, plea, runtime.now())
        )
        if refusal is AppealRefusal.NOTHING_IN_THE_WAY:
            raise HTTPError(404)
        self.redirect(self.hub_url("home"), status=303)

    def _key(self) -> str:
        return str(self.get_argument("limit", ""))[:_LONGEST_KEY]

    async def _obstacle(self, slug: str) -> tuple[Community, Allowance]:
        runtime, name, key = self.runtime, self.current_user.name, self._key()
        limit = await self.read(
            lambda uow: find_obstacle(uow, runtime.policy, slug, name, key, runtime.now())
        )
        community = runtime.policy.community(slug)
        if limit is None or community is None:
            raise HTTPError(404)
        return community, limit


class WithdrawAppealPage(TakingBackPage):
    """``POST /hub/appeals/ID/withdraw``."""

    def take_back(self, uow: UnitOfWork, name: str, number: int, now: datetime) -> object:
        """One that was asked by mistake."""
        return withdraw_appeal(uow, name, number, now)


def routes() -> list[tuple[str, type[Localized]]]:
    """Below ``/hub``."""
    return [
        (r"/ask-champion/([a-z0-9-]+)", AskChampionPage),
        (r"/appeals/([0-9]{1,18})/withdraw", WithdrawAppealPage),
    ]
