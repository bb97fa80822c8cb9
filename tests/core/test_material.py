"""What a workshop works with is fetched and opened, in the interface that was chosen."""

from __future__ import annotations

import pytest

from catalyst_hub.core.material import opening_url

PULL = "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fa.org%2Fx"


@pytest.mark.parametrize(
    ("material", "interface", "expected"),
    [
        (
            "https://github.com/amina/course",
            "lab",
            "/git-pull?repo=https%3A%2F%2Fgithub.com%2Famina%2Fcourse&urlpath=lab%2Ftree%2Fcourse",
        ),
        (
            "https://a.org/b/c.git",
            "light",
            "/git-pull?repo=https%3A%2F%2Fa.org%2Fb%2Fc.git&urlpath=catalyst-hub%2Flight%2Fc",
        ),
        (
            "https://github.com/amina/course/",
            "rstudio",
            "/git-pull?repo=https%3A%2F%2Fgithub.com%2Famina%2Fcourse",
        ),
        (
            f"{PULL}&urlpath=lab%2Ftree%2Fx%2Fday1.ipynb",
            "lab",
            "/git-pull?repo=https%3A%2F%2Fa.org%2Fx&urlpath=lab%2Ftree%2Fx%2Fday1.ipynb",
        ),
        (
            f"{PULL}&urlpath=lab%2Ftree%2Fx%2Fday1.ipynb",
            "light",
            "/git-pull?repo=https%3A%2F%2Fa.org%2Fx&urlpath=catalyst-hub%2Flight%2Fx%2Fday1.ipynb",
        ),
        (
            f"{PULL}&urlpath=rstudio%2F",
            "light",
            "/git-pull?repo=https%3A%2F%2Fa.org%2Fx&urlpath=rstudio%2F",
        ),
        ("https://example.org/slides.pdf", "lab", None),
        ("https://github.com/amina", "lab", None),
        ("https://github.com/amina/course/blob/main/a.ipynb", "lab", None),
    ],
)
def test_material_opens_where_it_was_meant_to(
    material: str, interface: str, expected: str | None
) -> None:
    assert opening_url(material, interface) == expected


@pytest.mark.parametrize("interface", ["lab", "light", "rstudio"])
@pytest.mark.parametrize(
    "material",
    [
        f"{PULL}&urlpath=lab/tree/{{nobody}}/{{0}}",
        f"{PULL}&urlpath=lab/tree/{{",
        f"{PULL}&branch={{username}}&urlpath=lab/tree/%U",
        "https://a.org/{username}/%U.git",
    ],
)
def test_nothing_in_material_is_a_pattern_that_spawners_fill_in(
    material: str, interface: str
) -> None:
    opens = opening_url(material, interface)
    assert opens is not None
    assert "%U" not in opens
    assert opens.format(username="kofi") == opens
