"""A community's terms of use: one text in several languages, accepted once for each version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.profile import Texts


@dataclass(frozen=True, slots=True)
class TermsOfUse:
    """``version`` changes when people have to be asked again; a typing error is no reason to."""

    version: str
    text: Texts

    def read_in(self, languages: Iterable[str]) -> tuple[str, str]:
        """The text in the first of these languages that it is written in, and which that was; a
        text for all languages goes by ``""``."""
        for language in (*languages, ""):
            if language in self.text:
                return language, self.text[language]
        return next(iter(self.text.items()))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody has read the terms in ``language`` and agreed."""

    version: str
    language: str
    accepted_at: datetime
