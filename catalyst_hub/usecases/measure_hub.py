"""How the hub stands, for those who watch it by numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.enforcement import ENFORCER, HUB_OPENED, Enforcement
from catalyst_hub.core.maintenance import on_in
from catalyst_hub.core.measures import CommunityMeasures, HubMeasures, LimitMeasure, limit_measure
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import LIVE, SILENCE, Session
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.storage import Level, home_of
from catalyst_hub.core.unit_of_work import UnitOfWork

PROCESSES = (OBSERVER, ENFORCER, HUB_OPENED)
#: Mail that could not be sent is told of for so long.
_MAIL_FOR = timedelta(days=30)


def measure_hub(uow: UnitOfWork, policy: Policy, now: datetime) -> HubMeasures:
    """Every community of the file and the hub itself, as they stand now."""
    policy = policy_at(policy, now)
    reader = _Reader(uow, policy, now)
    pending, failed = uow.mails.backlog(now - _MAIL_FOR)
    return HubMeasures(
        {community.slug: reader.community(community.slug) for community in policy.communities},
        pending,
        failed,
        heartbeats(uow),
        patience_with(policy.enforcement),
    )


def heartbeats(uow: UnitOfWork) -> Mapping[str, datetime]:
    """The last sign of life of every process that has ever given one."""
    found = ((process, uow.heartbeats.last(process)) for process in PROCESSES)
    return {process: at for process, at in found if at is not None}


def patience_with(enforcement: Enforcement) -> Mapping[str, timedelta]:
    """After which silence a process is taken for gone; a hub beats once, when it begins."""
    return {OBSERVER: SILENCE, ENFORCER: enforcement.patience}


class _Reader:
    """What is read once for all communities."""

    def __init__(self, uow: UnitOfWork, policy: Policy, now: datetime) -> None:
        self._uow, self._policy, self._now = uow, policy, now
        self._live = uow.sessions.all_live()
        self._notices = uow.notices.of_live()
        self._maintenances = uow.maintenances.current(now)
        self._homes = _Homes(uow, policy)

    def community(self, slug: str) -> CommunityMeasures:
        here = [session for session in self._live if session.choice.community == slug]
        limits = standing(self._uow, self._policy, self._policy.by_slug[slug], None, self._now)
        return CommunityMeasures(
            tuple(_measured(limits)),
            frozenset(limits.steps),
            {state: sum(s.state is state for s in here) for state in LIVE},
            Counter(self._reasons(here)),
            len(self._uow.waiting.of_community(slug)),
            on_in(self._maintenances, slug, self._now) is not None,
            self._homes.stored_bytes(slug),
            Counter(self._homes.levels(slug)),
        )

    def _reasons(self, sessions: Iterable[Session]) -> Iterator[Reason]:
        for session in sessions:
            if notice := self._notices.get(session.session_id):
                yield notice.reason


class _Homes:
    """All homes that were measured, each once, with whom they belong to."""

    def __init__(self, uow: UnitOfWork, policy: Policy) -> None:
        self._members = {slug: uow.memberships.members_of(slug) for slug in policy.by_slug}
        self._uses = uow.storage.measured()
        self._policy = policy

    def stored_bytes(self, slug: str) -> int:
        uses = (self._uses.get(person_id) for person_id in self._members[slug])
        return sum(use.size.used_bytes for use in uses if use)

    def levels(self, slug: str) -> Iterator[Level]:
        """One for each home that anything limits."""
        for person_id in self._members[slug]:
            if home := home_of(self._uses.get(person_id), self._communities_of(person_id)):
                yield home.level

    def _communities_of(self, person_id: int) -> Iterator[Community]:
        for slug, members in self._members.items():
            if person_id in members:
                yield self._policy.by_slug[slug]


def _measured(limits: Standing) -> Iterator[LimitMeasure]:
    """Of two that could not be told apart the one that is used up more."""
    found: dict[tuple[str, str, str, bool], LimitMeasure] = {}
    for allowance in limits.of(LimitScope.COMMUNITY):
        if measure := limit_measure(allowance):
            key = (measure.unit, measure.window, measure.profile, measure.is_budget)
            found[key] = max(found.get(key, measure), measure, key=_taken)
    yield from found.values()


def _taken(measure: LimitMeasure) -> float:
    return measure.used + measure.held
