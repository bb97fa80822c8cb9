"""Where every limit of a community stands now: what starts, pages and the enforcer all look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from catalyst_hub.core.account import Account, Teaching, UsageSnapshot, Viewpoint, periods
from catalyst_hub.core.budget import Frame, Step
from catalyst_hub.core.carving import Credit
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.exemption import limits_with
from catalyst_hub.core.funds import Funds
from catalyst_hub.core.lessons import Lessons, lessons, timetable
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.oversight import is_enforced
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.quota import Limit, Sum, allowances, shared_sums
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Period
from catalyst_hub.core.workshop import Workshop, is_running

#: Servers of one person that belong to the same workshop, or to none: her id, and its number.
Owning = tuple[int, int | None]

#: Somebody, to whom all personal limits apply.
_ANYBODY = -1


@dataclass(frozen=True, slots=True)
class Standing:
    """Every limit that holds, and where each stands: ``allowances`` in the order of ``limits``.

    ``hold_ms`` is the time of each server that limits over time set aside (see
    :class:`~catalyst_hub.core.enforcement.Enforcement`). ``workshop_id`` is the workshop in which
    she takes part now, and to which a session that she starts belongs. Of a budget, ``steps`` are
    those that are taken now, and ``frame`` has the days that it is for. ``is_enforced``: whether
    somebody stops servers at limits on money, or there are none. ``during`` is the workshop, as
    long as it is on: from the warming of a day to the end of its last meeting. ``set_aside`` is
    what of the budget, in micro-units, is kept for workshops of others.
    """

    limits: tuple[Limit, ...]
    allowances: tuple[Allowance, ...]
    hold_ms: int
    workshop_id: int | None = None
    steps: tuple[Step, ...] = ()
    frame: Frame | None = None
    is_enforced: bool = True
    during: Workshop | None = None
    set_aside: int = 0

    @property
    def budget(self) -> Allowance | None:
        """Where the budget stands, if there is one."""
        return next((allowance for allowance in self.allowances if allowance.is_budget), None)

    @property
    def step(self) -> Step | None:
        """The last step of the budget that is taken now."""
        return self.steps[-1] if self.steps else None

    def of(self, scope: LimitScope) -> tuple[Allowance, ...]:
        """Those that this scope shares."""
        return tuple(allowance for allowance in self.allowances if allowance.scope is scope)


def standing(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    person_id: int | None,
    now: datetime,
    found: Lessons | None = None,
) -> Standing:
    """Where the limits stand for one person; None: only those that the community shares.

    ``policy`` and ``community`` are those of ``policy_at``, and ``found`` the workshops as she
    finds them, if they have been read. To decide by it, take the community's lock first.
    """
    found = found or lessons(uow, community, person_id or 0, now)
    view = _view(community, person_id or 0, found.mine, now)
    return _Reader(uow, policy, community, now, found).seen_from(view)


def standings(
    uow: UnitOfWork, policy: Policy, community: Community, now: datetime
) -> Mapping[Owning, Standing]:
    """The same for everybody who has a server in the community, on whichever hub: of whoever has
    servers in several workshops, for those of each.

    Reads once for each workshop that counts now, and once for everybody else.
    """
    current = timetable(uow, community, now)
    attended = current.people(uow, community)
    found: dict[Owning, Standing] = {}
    for workshop in (None, *current.all):
        reader = _Reader(uow, policy, community, now, Lessons(current.on, workshop))
        found |= reader.of_all_in(workshop, attended)
    return found


def of_workshops(
    uow: UnitOfWork, policy: Policy, community: Community, now: datetime
) -> tuple[Allowance, ...]:
    """Where the limits stand that the people of each workshop share, which takes place now."""
    return tuple(
        allowance
        for workshop in uow.workshops.of(community.slug)
        if is_running(workshop, community, now)
        for allowance in shared_in(uow, policy, community, workshop, now)
        if allowance.scope is LimitScope.WORKSHOP
    )


def shared_in(
    uow: UnitOfWork, policy: Policy, community: Community, workshop: Workshop, now: datetime
) -> tuple[Allowance, ...]:
    """Where the limits stand that the people of one workshop share, with each other or with
    everybody in the community."""
    found = replace(lessons(uow, community, 0, now), mine=workshop)
    view = _view(community, 0, workshop, now)
    return _Reader(uow, policy, community, now, found).seen_from(view).allowances


def with_nothing_running(
    uow: UnitOfWork, policy: Policy, community: Community, found: Lessons, at: datetime
) -> Standing:
    """Where the limits will stand at an instant to come for somebody without any use of her own, if
    nothing ran then: nobody knows today how long what runs goes on."""
    reader = _Reader(uow, policy, community, at, found)
    empty = reader.seen_from(_view(community, _ANYBODY, found.mine, at), is_empty=True)
    return replace(empty, is_enforced=True)


def attended(
    uow: UnitOfWork, community: Community, person_id: int, now: datetime
) -> Workshop | None:
    """The workshop whose limits hold for her now, and to which a session of hers belongs."""
    return lessons(uow, community, person_id, now).mine


def _view(
    community: Community, person_id: int, workshop: Workshop | None, now: datetime
) -> Viewpoint:
    return Viewpoint(
        person_id, community.zone, now, None if workshop is None else _teaching(workshop)
    )


def _teaching(workshop: Workshop) -> Teaching:
    next_on = workshop.last_on + timedelta(days=1)
    return Teaching(workshop.workshop_id, workshop.title, workshop.first_on, next_on)


class _Reader:
    """What of a community is the same for all of its people."""

    def __init__(
        self,
        uow: UnitOfWork,
        policy: Policy,
        community: Community,
        now: datetime,
        found: Lessons,
    ) -> None:
        self._uow = uow
        self._lessons, community = found, found.limited(community)
        self._hold_ms = policy.enforcement.hold_ms
        self._community = community
        self._now = now
        self._exemptions = uow.exemptions.in_force(community.slug, now)
        self._funds = Funds(uow, community, community.budget, now) if community.budget else None
        limits_money = any(limit.unit is Unit.MONEY for limit in community.all_limits)
        self._is_enforced = not limits_money or is_enforced(uow, policy.enforcement, now)

    def limits(self, view: Viewpoint) -> tuple[Limit, ...]:
        """The limits that hold for her, as they are for her."""
        budget = (self._funds.limit,) if self._funds else ()
        every = (*self._community.limits, *budget)
        seen = (limit for limit in every if view.sees(limit.account))
        return limits_with(seen, self._exemptions, view.person_id or None, self._now)

    def seen_from(self, view: Viewpoint, *, is_empty: bool = False) -> Standing:
        """Where they stand as she sees them, or would if nothing ran; reads once."""
        limits = self.limits(view)
        accounts = periods((limit.account for limit in limits), view)
        workshop_id = view.teaching.workshop_id if view.teaching else None
        snapshot = self._uow.limits.snapshot(
            self._community.slug, view.person_id, accounts, workshop_id
        )
        snapshot = replace(snapshot, live=()) if is_empty else snapshot
        return self.standing(limits, snapshot, accounts, view, self.credit(snapshot))

    def standing(
        self,
        limits: tuple[Limit, ...],
        snapshot: UsageSnapshot,
        accounts: Mapping[Account, Period],
        view: Viewpoint,
        credit: Credit,
        shared: Mapping[Account, Sum] | None = None,
        everybody: Sequence[LiveGroup] | None = None,
    ) -> Standing:
        """Where these limits stand. ``everybody`` has the sessions of all, where the snapshot has
        hers alone."""
        limits = self._funded(limits, credit)
        current = allowances(limits, snapshot, accounts, view, self._hold_ms, shared)
        live = snapshot.live if everybody is None else everybody
        current = self._lessons.with_rooms(self._community, current, live)
        found = Standing(
            limits,
            current,
            self._hold_ms,
            view.teaching.workshop_id if view.teaching else None,
            is_enforced=self._is_enforced,
            during=self._lessons.mine_on,
        )
        if self._funds is None or found.budget is None:
            return found
        used, held, limit = found.budget.used, found.budget.held, found.budget.limit
        steps = self._funds.budget.steps.reached(used, held, limit)
        return replace(found, steps=steps, frame=self._funds.frame, set_aside=credit.set_aside)

    def credit(self, snapshot: UsageSnapshot) -> Credit:
        """What may be spent of the budget. Not to be asked before the snapshot was read: what ends
        in between must not be in neither."""
        if self._funds is None:
            return Credit()
        mine = self._lessons.mine
        number = mine.workshop_id if mine else None
        kept = self._funds.set_aside(snapshot.live, self._hold_ms, number)
        return Credit(self._funds.credit(snapshot.live)).without(kept)

    def _funded(self, limits: tuple[Limit, ...], credit: Credit) -> tuple[Limit, ...]:
        """With what may be spent in place of what the file says; exceptions stay added."""
        if self._funds is None:
            return limits
        more = credit.micros - self._funds.budget.micros
        return tuple(replace(x, amount=x.amount + more) if x.is_budget else x for x in limits)

    def of_all_in(
        self, workshop: Workshop | None, attended: Mapping[int, Sequence[Workshop]]
    ) -> Mapping[Owning, Standing]:
        """Everybody's servers that count for this workshop, or for none."""
        anybody = _view(self._community, _ANYBODY, workshop, self._now)
        every = self.limits(anybody)
        accounts = periods((limit.account for limit in every), anybody)
        workshop_id = workshop.workshop_id if workshop else None
        snapshot = self._uow.limits.snapshot(self._community.slug, None, accounts, workshop_id)
        credit = self.credit(snapshot)
        # What hundreds of people share is added up once, and of their servers each sees her own.
        shared = shared_sums(every, snapshot, accounts, anybody, self._hold_ms)
        found: dict[Owning, Standing] = {}
        for person_id, live in _by_owner(snapshot.live).items():
            theirs = attended.get(person_id, ())
            numbers = {group.workshop_id for group in live}
            its = [number for number in numbers if _counts_for(number, theirs) == workshop]
            if its:
                view = _view(self._community, person_id, workshop, self._now)
                own, limits = replace(snapshot, live=live), self.limits(view)
                stands = self.standing(limits, own, accounts, view, credit, shared, snapshot.live)
                found |= dict.fromkeys(((person_id, number) for number in its), stands)
        return found


def _counts_for(number: int | None, attended: Sequence[Workshop]) -> Workshop | None:
    """Of the workshops in which somebody takes part, the one that a server of hers belongs to;
    else the one that a start of hers would."""
    its_own = (workshop for workshop in attended if workshop.workshop_id == number)
    return next(chain(its_own, attended), None)


def _by_owner(live: Iterable[LiveGroup]) -> Mapping[int, Sequence[LiveGroup]]:
    found: dict[int, list[LiveGroup]] = {}
    for group in live:
        found.setdefault(group.person_id, []).append(group)
    return found
