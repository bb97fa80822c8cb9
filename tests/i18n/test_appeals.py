"""The limit that somebody asks about, in the words that people know it by."""

from __future__ import annotations

import pytest

from catalyst_hub.i18n import translator
from catalyst_hub.i18n.appeals import obstacle_text

TITLES = {"gpu": "Redes profundas"}
FACTS = {
    "unit": "servers",
    "scope": "community",
    "window": "at_once",
    "used": 2,
    "limit": 2,
    "profile": "gpu",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Servers, Redes profundas, of all together: 2 servers of 2 servers"),
        ("es", "Servidores, Redes profundas, de todos juntos: 2 servidores de 2 servidores"),
    ],
)
def test_a_profile_goes_by_its_title(language: str, said: str) -> None:
    assert obstacle_text(FACTS, TITLES, translator(language)) == said


def test_a_profile_that_is_gone_goes_by_its_slug_and_all_servers_by_none() -> None:
    speak = translator("en")
    assert ", gpu, " in obstacle_text(FACTS, {}, speak)
    assert obstacle_text({**FACTS, "profile": None}, TITLES, speak).startswith("Servers, of all")


def test_facts_of_a_unit_that_nobody_knows_say_nothing() -> None:
    assert obstacle_text({**FACTS, "unit": "horses"}, TITLES, translator("en")) == ""
