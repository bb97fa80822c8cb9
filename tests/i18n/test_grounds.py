"""Why somebody belongs, as the person and the champions read it."""

from __future__ import annotations

import pytest

from catalyst_hub import communities_file
from catalyst_hub.bootstrap import utc_now
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Grounds, Source
from catalyst_hub.i18n.grounds import reason
from catalyst_hub.i18n.translator import translator

POLICY = communities_file.parse(
    "version: 1\nhub: {name: test}\nproviders:\n"
    "  uni: {type: oidc, title: Uni, client_id: x, issuer: 'https://id.uni.edu'}\n"
    "communities: {savanna: {title: Savanna}}\n"
)
UNI: Grounds = {"provider": "uni"}
CASES: list[tuple[Source, Grounds, str]] = [
    (Source.RULE, UNI | {"kind": "people", "word": "kofi"}, "On the list of the community: kofi"),
    (Source.RULE, UNI | {"kind": "groups", "word": "lab:staff"}, "In the group lab:staff (Uni)"),
    (
        Source.RULE,
        UNI | {"kind": "email_domains", "word": "uni.edu"},
        "Verified e-mail address at uni.edu (Uni)",
    ),
    (Source.RULE, UNI | {"kind": "everyone"}, "Everybody who signs in with Uni"),
    (
        Source.RULE,
        UNI | {"kind": "everyone", "identity_provider": "https://idp.uni.edu"},
        "Everybody who signs in with Uni; came through https://idp.uni.edu",
    ),
    (Source.RULE, {}, "By a rule of this hub"),
    (Source.INVITATION, {"by": "amina"}, "Came with an invitation of Amina"),
    (
        Source.INVITATION,
        {"by": "service:command-line:ada"},
        "Came with an invitation of ada at the command line",
    ),
    (Source.MANUAL, {"by": "amina"}, "Added by Amina"),
    (Source.MANUAL, {"by": "amina", "request": 3}, "Asked to join, and Amina said yes"),
]


@pytest.mark.parametrize(("source", "grounds", "sentence"), CASES)
def test_every_reason_is_a_sentence_in_each_language(
    source: Source, grounds: Grounds, sentence: str
) -> None:
    grant = Grant(source, Role.MEMBER, utc_now(), grounds)
    said = [
        reason(grant, POLICY, {"amina": "Amina"}, translator(language))
        for language in ("en", "es", "pt", "fr")
    ]
    assert said[0] == sentence
    assert len(set(said)) == 4
    assert all(grounds.get("word", "") in text for text in said)


def test_whoever_was_made_a_champion_is_told_by_whom() -> None:
    grant = Grant(Source.MANUAL, Role.CHAMPION, utc_now(), {"by": "amina"})
    said = reason(grant, POLICY, {}, translator("es"))
    assert said == "Champion por decisión de amina"
