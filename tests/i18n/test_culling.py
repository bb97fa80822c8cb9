"""What people read of the rules for their servers is what holds, in every language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.core.culling_rules import KINDS, CullingRules, SaidBy, Span
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.culling_outlook import rules_text, spared_text

HOUR = timedelta(hours=1)


def _rules(grace: timedelta, language: str = "en", idle: timedelta | None = HOUR) -> list[str]:
    return list(rules_text(CullingRules(idle=Span(idle), grace=grace), translator(language)))


def test_a_grace_that_is_longer_than_the_limit_is_said() -> None:
    said = "For 2 hours after its start it is not stopped for want of use."
    assert said in _rules(2 * HOUR)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_is_said_as_which_kind_a_server_is_never_stopped(kind: SaidBy, language: str) -> None:
    speak = translator(language)
    rules = CullingRules(idle=Span(None, kind))
    assert spared_text(rules, speak) in rules_text(rules, speak)
    assert spared_text(rules, speak) not in rules_text(CullingRules(idle=Span(None)), speak)
    assert spared_text(CullingRules(), speak) == ""
    others = {spared_text(CullingRules(idle=Span(None, each)), speak) for each in KINDS}
    assert len(others) == len(KINDS)


@pytest.mark.parametrize("idle", [HOUR, None])
def test_a_grace_that_changes_nothing_is_not_said(idle: timedelta | None) -> None:
    assert not any("after its start it" in sentence for sentence in _rules(HOUR, idle=idle))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_it_is_said_in_every_language(language: str) -> None:
    extra = [word for word in _rules(2 * HOUR, language) if word not in _rules(HOUR, language)]
    assert len(extra) == 1
    assert extra[0] not in _rules(2 * HOUR)
