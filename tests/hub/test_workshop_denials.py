"""Whoever is refused a start during a workshop is noted for the one who teaches it; a real hub."""

from __future__ import annotations

import pytest

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from tests.hub.communities import api, catalyst_config, sign_in


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


async def a_workshop_of(hub, *names: str) -> int:
    """One that takes place today, with these learners."""
    runtime = hub.authenticator.runtime
    now = runtime.now()
    today = local_day(now, "Africa/Nairobi")

    def make(uow) -> int:
        made = uow.workshops.add("nairobi", Plan("Plants", today, today), "amina", now)
        terms = Terms(5, 7, workshop_id=made.workshop_id)
        invitation = uow.invitations.add("nairobi", "1" * 64, terms, "amina", now)
        for name in names:
            person = uow.people.by_name(name)
            uow.invitations.take_seat(invitation.invitation_id, person.person_id, now)
            grant = Grant(Source.INVITATION, Role.MEMBER, now)
            uow.memberships.grant(person.person_id, "nairobi", grant)
        return made.workshop_id

    return await runtime.write(make)


async def start(hub, name: str, **options: str) -> int:
    async with api(hub, name) as client:
        return (await client.post(f"users/{name}/server", json=options)).status_code


async def test_a_refused_start_of_a_learner_is_noted_and_nobody_elses(hub):
    for name in ("kofi", "lucia"):
        await sign_in(hub, name)
    workshop = await a_workshop_of(hub, "kofi")
    asked = {"community": "nairobi", "profile": "python", "size": "huge"}
    assert await start(hub, "kofi", **asked) == 400
    assert await start(hub, "lucia", **asked) == 400
    runtime = hub.authenticator.runtime
    noted = await runtime.read(lambda uow: uow.attendance.denials(workshop))
    assert noted == {"unknown-size": 1}
