"""Accounts for people who have none elsewhere: an invitation code first, then a return phrase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalyst_hub.core.policy import Provider
from catalyst_hub.core.profile import text_in
from catalyst_hub.hub.providers.sign_in import SignIn
from catalyst_hub.i18n.word_lists import has_word_lists


class WorkshopAccounts:
    """No settings. People come in and come back on pages of their own; see ``hub.pages``."""

    def __init__(self, described: Provider) -> None:
        self._described = described

    def objection(self, app: Any) -> str | None:
        """It needs words to make phrases of."""
        if has_word_lists():
            return None
        return (
            f"the provider {self._described.slug!r} needs lists of words: run"
            " pip install 'catalyst-hub[workshop]'"
        )

    def entries(self, language: str) -> list[dict[str, Any]]:
        """Two links. The page knows where they lead."""
        title = text_in(self._described.title, language)
        return [{"id": self._described.slug, "title": title, "kind": "workshop", "login_url": None}]

    def identify(self, fields: Mapping[str, str]) -> SignIn | None:
        """Nobody signs in here by the form of the sign-in page."""
        return None
