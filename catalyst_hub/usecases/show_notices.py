"""What a person is told of her servers that are going to be stopped, or were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalyst_hub.core.appeal import Answer, Appeal
from catalyst_hub.core.exemption import Exemption, answering
from catalyst_hub.core.keeping import Keepable, keepable, kept_since, times_for
from catalyst_hub.core.notice import Notice
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Told:
    """A server that is going to be stopped; ``keep`` None: its owner cannot put that off."""

    session: Session
    notice: Notice
    keep: Keepable | None = None


@dataclass(frozen=True, slots=True)
class NoticesView:
    """By the name of the server: what is going to be stopped, and what was, with the notice, as
    long as she has not started it again. ``appeals`` are those that wait or were just answered;
    ``given`` has, by their number, the exceptions by which they were, unless those were ended."""

    told: Mapping[str, Told] = field(default_factory=dict)
    stopped: Mapping[str, tuple[Session, Notice]] = field(default_factory=dict)
    appeals: Sequence[Appeal] = ()
    given: Mapping[int, Exemption] = field(default_factory=dict)

    def has_asked(self, community: str) -> bool:
        """Whether she waits for an answer of its champions."""
        return any(appeal.is_open and appeal.community == community for appeal in self.appeals)


def show_notices(uow: UnitOfWork, policy: Policy, user_name: str, now: datetime) -> NoticesView:
    """All of it, for one person."""
    person = uow.people.by_name(user_name)
    appeals = uow.appeals.of(person.person_id) if person else ()
    shown = [appeal for appeal in appeals if appeal.is_open or appeal.is_news(now)]
    return NoticesView(
        _told(uow, policy_at(policy, now), user_name, now),
        _stopped(uow, user_name),
        shown,
        _given(uow, shown),
    )


def _given(uow: UnitOfWork, appeals: Sequence[Appeal]) -> dict[int, Exemption]:
    found = {}
    for appeal in (each for each in appeals if each.answer is Answer.EXCEPTED):
        made = answering(uow.exemptions.of(appeal.community), appeal)
        if made is not None and made.revoked_at is None:
            found[appeal.appeal_id] = made
    return found


def _told(uow: UnitOfWork, policy: Policy, user_name: str, now: datetime) -> dict[str, Told]:
    notices, found = uow.notices.of_live(user_name=user_name), {}
    for session_id, notice in notices.items():
        session = uow.sessions.get(session_id)
        if session is not None:
            keep = _keep(uow, policy, session, notice, now)
            found[session.key.server_name] = Told(session, notice, keep)
    return found


def _keep(
    uow: UnitOfWork, policy: Policy, session: Session, notice: Notice, now: datetime
) -> Keepable | None:
    community = policy.community(session.choice.community)
    if community is None or not times_for(notice, community.keeping):
        return None
    kept = uow.notices.times_kept(notice, kept_since(notice))
    return keepable(notice, community.keeping, kept, now)


def _stopped(uow: UnitOfWork, user_name: str) -> dict[str, tuple[Session, Notice]]:
    """Only of the last run of each server: what came before it is history."""
    return {
        session.key.server_name: (session, notice)
        for session, notice in reversed(uow.notices.carried_out(user_name))
        if uow.sessions.latest(session.key) == session
    }
