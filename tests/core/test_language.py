"""Which language a page speaks."""

from __future__ import annotations

import pytest

from catalyst_hub.core.language import choose_language


@pytest.mark.parametrize(
    ("person", "community", "browser", "spoken"),
    [
        ("pt", ("es",), "fr", "pt"),
        ("tlh", ("es", "en"), "fr", "es"),
        (None, ("sw", "fr"), "en", "fr"),
        (None, (), "sw, fr-CA;q=0.7, es;q=0.8", "es"),
        (None, (), "es;q=0, pt_BR;q=0.1", "pt"),
        (None, (), "es;q=lots, , ;;q", "en"),
        (None, (), "*", "en"),
        ("es-AR", (), "", "es"),
    ],
)
def test_the_person_chooses_then_her_community_then_her_browser(
    person: str | None, community: tuple[str, ...], browser: str, spoken: str
) -> None:
    assert choose_language(person, community, browser) == spoken
