"""Whoever becomes champion or instructor need not sign out and in again."""

from __future__ import annotations

import pytest
from jupyterhub import orm

from catalyst_hub.champion.renewal import is_outgrown
from tests.champion.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHAMPION = "custom:catalyst:champion!group=nairobi"
INSTRUCTOR = "custom:catalyst:instructor!group=nairobi"


@pytest.mark.parametrize(
    ("groups", "scopes", "outgrown"),
    [
        (["nairobi"], [], False),
        (["nairobi", "nairobi-champions"], [CHAMPION], False),
        (["nairobi", "nairobi-champions"], [], True),
        (["nairobi", "nairobi-instructors"], [CHAMPION], True),
        (["nairobi-champions", "nairobi-instructors"], [CHAMPION, INSTRUCTOR], False),
        (["nairobi-champions"], ["custom:catalyst:champion"], False),
        (["mombasa-champions", "nairobi-champions"], [CHAMPION], True),
    ],
)
async def test_a_token_is_outgrown_when_the_groups_say_more(
    groups: list[str], scopes: list[str], outgrown: bool
) -> None:
    assert is_outgrown({"groups": groups, "scopes": scopes}) is outgrown


async def test_a_role_that_waits_for_a_restart_sends_nobody_in_circles(site: Site) -> None:
    """As of a community that has just been written into the file."""
    async with site.signed_in("kofi") as kofi:
        user = site.app.users["kofi"]
        waiting = orm.Group(name="atlantis-champions")
        site.app.db.add(waiting)
        user.orm_user.groups.append(waiting)
        site.app.db.commit()
        assert (await kofi.get("use")).status_code == 200
        site.service.settings["hub_auth"].cache.clear()
        assert (await kofi.get("use")).status_code == 200
