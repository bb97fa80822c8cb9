"""Somebody is allowed more than a limit for a while, by champions within bounds or operators."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.appeal import Answer, Appeal
from catalyst_hub.core.appealing import settle
from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import (
    Asked,
    Exemption,
    MakingRefusal,
    given_before,
    making_refusal,
    sent_before,
)
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.window import local_day


def make_exception(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    asked: Asked,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
    appeal_id: int | None = None,
) -> Exemption | MakingRefusal:
    """Make it, and tell the person; or say why not, and do nothing. The community is there. An
    appeal to its champions about the same limit, if that is what led to it, is answered thereby.

    It stays locked until the transaction ends: two champions at the same moment do not give more
    than the bounds allow them together. A form that was sent twice makes one.
    """
    community = policy_at(policy, now).by_slug[slug]
    uow.limits.lock(slug)
    person = _member(uow, slug, asked.user_name)
    if asked.user_name and person is None:
        return MakingRefusal.NOT_IN
    person_id = person.person_id if person else None
    in_force = uow.exemptions.in_force(slug, now)
    if (same := sent_before(asked, in_force, person_id, actor, community.zone, now)) is not None:
        return same
    no = making_refusal(
        asked,
        community.all_limits,
        given_before(asked, in_force, person_id),
        community.bounds,
        local_day(now, community.zone),
        is_oneself=asked.user_name == actor,
        by_operator=by_operator,
    )
    if no is not None:
        return no
    appeal = _appeal(uow, slug, appeal_id, person_id, asked)
    if appeal is not None:
        settle(uow, appeal, Answer.EXCEPTED, actor, now)
        # Whoever asked for more of what everybody shares is told as well.
        person_id = appeal.person_id
    return _make(uow, community, person, asked, actor, now, tell=person_id)


def _appeal(
    uow: UnitOfWork, slug: str, appeal_id: int | None, person_id: int | None, asked: Asked
) -> Appeal | None:
    """The appeal that is answered: of this community, of nobody else than the person, and about
    the limit that is raised. With more of another one she would be as stuck as before."""
    appeal = None if appeal_id is None else uow.appeals.get(appeal_id)
    if appeal is None or appeal.community != slug or not asked.is_about(appeal):
        return None
    return appeal if person_id in {None, appeal.person_id} else None


def _member(uow: UnitOfWork, slug: str, user_name: str) -> Person | None:
    person = uow.people.by_name(user_name) if user_name else None
    belongs = person is not None and slug in uow.memberships.of(person.person_id)
    return person if belongs else None


def _make(
    uow: UnitOfWork,
    community: Community,
    person: Person | None,
    asked: Asked,
    actor: str,
    now: datetime,
    *,
    tell: int | None,
) -> Exemption:
    slug, expires_at = community.slug, asked.expires_at(community.zone)
    person_id = person.person_id if person else None
    made = uow.exemptions.add(slug, person_id, asked, actor, now, expires_at)
    facts = {
        "exception": made.exemption_id,
        "unit": asked.unit,
        "window": asked.window,
        "profile": asked.profile,
        "days": asked.days,
        "amount": asked.amount,
        "currency": community.currency,
        "last_on": asked.last_on,
    }
    subject = person.name if person else None
    uow.audit.add(now, actor, Action.EXCEPTION_MADE, community=slug, subject=subject, facts=facts)
    reader = None if tell is None else uow.people.named([tell]).get(tell)
    if reader is not None:
        uow.mails.queue(reader, MailKind.EXCEPTION_MADE, now, community=slug, by=actor, **facts)
    return made
