"""French is set as French is: no line breaks after « or before » : ; ! ?"""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from catalyst_hub.data_files import share_dir

CATALOGUE = share_dir() / "locale/fr/LC_MESSAGES/catalyst_hub.po"
DEMO = share_dir() / "demo/communities.yaml"

#: A plain space, or none. Not meant: https://, 09:00, and whatever a placeholder ends with.
BROKEN = re.compile(r"« |«(?=\S)(?!\xa0)| [»:;!?]|[^\W\d_][»;!?]|[^\W\d_]:(?!//)")


def sentences_of_the_catalogue() -> list[str]:
    with CATALOGUE.open("rb") as file:
        entries = [message for message in read_po(file, locale="fr") if message.id]
    return [
        sentence
        for message in entries
        for sentence in (message.string if isinstance(message.string, tuple) else [message.string])
    ]


def sentences_of_the_demo() -> list[str]:
    return re.findall(r"^\s+fr: (.+)$", DEMO.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("sentences", [sentences_of_the_catalogue, sentences_of_the_demo])
def test_no_line_breaks_between_a_word_and_its_sign(sentences):
    found = sentences()
    assert found != []
    assert [sentence for sentence in found if BROKEN.search(sentence)] == []


@pytest.mark.parametrize(
    ("sentence", "is_broken"),
    [
        ("Ouvrez « Demandes » d’abord", True),
        ("Ouvrez «\xa0Demandes » d’abord", True),
        ("Ouvrez «Demandes» d’abord", True),
        ("Prêt ?", True),
        ("Prêt?", True),
        ("%(name)s : voici", True),
        ("Ouvrez «\xa0%(page)s\xa0» d’abord\xa0: c’est prêt\xa0!", False),
        ("De 09:00 à 10:00, voir https://example.org", False),
    ],
)
def test_the_check_knows_a_plain_space_from_one_that_holds(sentence, is_broken):
    assert (BROKEN.search(sentence) is not None) is is_broken
