"""A workshop that runs today, so that the demo shows what an instructor sees."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from catalyst_hub.core.invitation import CODES, Invitation, Terms, code_of, digest
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.schedule_workshop import schedule_workshop

COMMUNITY = "delta-do-zambeze"
CHAMPION, INSTRUCTOR = "telma", "joao"
_TITLE = "Dados de cheias com R"
_LENGTH = timedelta(days=13)


def write_workshop(uow: UnitOfWork, policy: Policy, now: datetime) -> None:
    """The champion makes it and invites its instructor, who comes; without the community or
    either of them there is none."""
    community = policy.community(COMMUNITY)
    if community is None or not all(map(uow.people.by_name, (CHAMPION, INSTRUCTOR))):
        return
    today = local_day(now, community.zone)
    plan = Plan(_TITLE, today, today + _LENGTH)
    workshop = schedule_workshop(uow, policy, COMMUNITY, plan, CHAMPION, now)
    if isinstance(workshop, Workshop):
        _invite(uow, policy, workshop, now)


def _invite(uow: UnitOfWork, policy: Policy, workshop: Workshop, now: datetime) -> None:
    kept = digest(policy.hub, code_of(secrets.randbelow(CODES)))
    terms = Terms(1, 7, workshop_id=workshop.workshop_id, is_for_instructors=True)
    made = create_invitation(uow, policy, COMMUNITY, kept, terms, CHAMPION, now)
    if isinstance(made, Invitation):
        redeem_invitation(uow, policy, kept, INSTRUCTOR, now)
