"""An image of one's own: only where the file lets people bring one, only for one's own server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.profile import Environment, OwnImage
from catalyst_hub.core.session import ServerKey
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.offer_profiles import offer_profiles
from tests.usecases.world import NAIROBI, POLICY, World

MINE = "quay.io/kofi/maps:2026.1"


@pytest.fixture
def world(world: World) -> World:
    [python] = NAIROBI.profiles
    own = Environment(own_image=OwnImage(r"^quay\.io/.+:.+$"))
    custom = replace(python, slug="custom", environment=own)
    nairobi = replace(NAIROBI, profiles=(python, custom))
    world.policy = replace(POLICY, communities=(nairobi,))
    world.sign_in("kofi")
    world.sign_in("amina")
    return world


def refused(answer: object) -> Denied:
    assert isinstance(answer, Denied), answer
    assert answer.code is Code.UNFIT_IMAGE
    return answer


def test_who_brings_an_image_that_fits_starts_it(world: World) -> None:
    assert world.reserve("kofi", profile="custom", image=MINE).choice.image == MINE
    assert world.last_facts()["image"] == MINE


@pytest.mark.parametrize(
    "image",
    [
        "",
        "docker.io/kofi/maps:1",
        "quay.io/kofi/maps",
        "quay.io/kofi/maps:1 --privileged",
        "quay.io/{username}:1",
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_reserved(world: World, image: str) -> None:
    refused(world.admit("kofi", profile="custom", image=image))
    assert world.live() == []


def test_a_profile_with_an_image_takes_no_other(world: World) -> None:
    refused(world.admit("kofi", profile="python", image=MINE))


def test_nobody_puts_an_image_into_somebody_elses_server(world: World) -> None:
    request = AdmissionRequest(
        ServerKey("kofi", ""), {"profile": "custom", "image": MINE}, actor="amina"
    )
    refused(world.do(lambda uow: admit_session(uow, world.policy, request, world.now)))


def test_the_profile_is_remembered_and_the_image_is_asked_for_again(world: World) -> None:
    world.reserve("kofi", profile="custom", image=MINE)
    world.stop("kofi")
    offers = world.do(lambda uow: offer_profiles(uow, world.policy, "kofi", {}, world.now))
    assert offers.selected is not None
    assert (offers.selected.profile, offers.selected.image) == ("custom", "")
    assert refused(world.admit("kofi")).name == ""
