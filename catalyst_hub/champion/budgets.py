"""``/communities/<slug>/budget``: where it stands, how long it lasts, and paying in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.budget_rows import as_object, pace_text, step_rows, sums, top_up_row
from catalyst_hub.champion.json_body import flat_object
from catalyst_hub.champion.limit_rows import limit_row
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.community import Community
from catalyst_hub.core.quantity import QuantityError
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.top_up import LONGEST_REASON, Payment, TopUpRefusal, parse_payment
from catalyst_hub.usecases.show_budget import BudgetView, show_budget
from catalyst_hub.usecases.top_up import top_up

_NOTES = {"paid": N_("It is paid in."), "taken": N_("It is taken back.")}
_UNREADABLE = N_("Write an amount of money, such as 300. With a minus before it is taken back.")
_REFUSALS: Mapping[TopUpRefusal, str] = MappingProxyType(
    {
        TopUpRefusal.NO_BUDGET: N_("This community has no budget."),
        TopUpRefusal.NOTHING: _UNREADABLE,
        TopUpRefusal.NO_REASON: N_("Please write why."),
        TopUpRefusal.LONG_REASON: N_("Please write it in fewer words."),
        TopUpRefusal.NOT_ALLOWED: N_("Only the people who run this hub may pay in here."),
        TopUpRefusal.TOO_MUCH: N_(
            "Champions may pay in %(most)s in a month, all together, and this would be more."
        ),
        TopUpRefusal.NOT_THEIRS: N_(
            "Champions may take back what champions have paid in this month, and no more."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was filled in."""

    amount: str = ""
    reason: str = ""


class BudgetPage(MembershipPage):
    """Where it stands, and the form that pays in."""

    tab = "budget"

    async def get(self, slug: str) -> None:
        """Show it."""
        community = self.community_for(Action.BUDGET, slug)
        self.speak_for(community)
        await self._show(community, Written())

    async def post(self, slug: str) -> None:
        """Pay in, or take back."""
        community = self.community_for(Action.BUDGET, slug)
        self.speak_for(community)
        written = Written(*(self.get_body_argument(n, "").strip() for n in ("amount", "reason")))
        made = await self.pay(community, written)
        if isinstance(made, TopUp):
            self.back_to(community, f"budget?note={'paid' if made.micros > 0 else 'taken'}")
            return
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        await self._show(community, written, made)

    async def look(self, community: Community) -> BudgetView:
        """The budget as it stands; without one there is no such page."""
        now = self.now()
        view = await self.read(lambda uow: show_budget(uow, self.policy, community.slug, now))
        if view is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return view

    async def pay(self, community: Community, written: Written) -> TopUp | str:
        """What was paid in; or the sentence that says why not."""
        speak, actor, now = self.translator, self.actor, self.now()
        try:
            micros = parse_payment(written.amount, community.currency)
        except QuantityError:
            return speak.gettext(_UNREADABLE)
        payment = Payment(micros, written.reason)
        made = await self.runtime.write(
            lambda uow: top_up(
                uow, self.policy, community.slug, payment, actor.name, now,
                by_operator=actor.is_operator,
            )
        )  # fmt: skip
        if isinstance(made, TopUp):
            return made
        return speak.gettext(_REFUSALS[made]) % {"most": self._most(community)}

    def _most(self, community: Community) -> str:
        most = community.bounds.most_top_up_micros
        return self.translator.amount(Unit.MONEY, most, community.currency)

    async def _show(self, community: Community, written: Written, problem: str = "") -> None:
        view, speak = await self.look(community), self.translator
        note = "" if problem else _NOTES.get(self.get_query_argument("note", ""), "")
        may_pay = self.actor.is_operator or bool(community.bounds.most_top_up_micros)
        self.show_below(
            community,
            "budget",
            note=speak.gettext(note) if note else "",
            problem=problem,
            written=written,
            limit=limit_row(view.allowance, community, speak),
            pace=pace_text(view, speak),
            sums=sums(view, community, speak),
            steps=step_rows(view, speak),
            top_ups=[top_up_row(each, view, speak) for each in view.top_ups],
            may_pay=may_pay,
            most="" if self.actor.is_operator else self._most(community),
            currency=community.currency,
            longest_reason=LONGEST_REASON,
        )


class BudgetFile(BudgetPage):
    """``…/budget.json``: the same for programs, which bring their own token."""

    async def get(self, slug: str) -> None:
        """Where it stands."""
        community = self.community_for(Action.BUDGET, slug)
        self.finish(as_object(await self.look(community)))

    async def post(self, slug: str) -> None:
        """Pay in; 422 and a ``message`` when that cannot be."""
        community = self.community_for(Action.BUDGET, slug)
        self.speak_for(community)
        said = flat_object(self.request.body)
        made = await self.pay(
            community, Written(said.get("amount", ""), said.get("reason", "").strip())
        )
        if isinstance(made, str):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.finish({"message": made})
            return
        self.set_status(HTTPStatus.CREATED)
        self.finish(as_object(await self.look(community)))


def routes(below: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community."""
    return [(rf"{below}/budget", BudgetPage), (rf"{below}/budget\.json", BudgetFile)]
