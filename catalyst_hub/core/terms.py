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
        keys = (self._key(language) for language in (*languages, ""))
        key = next((key for key in keys if key is not None), next(iter(self.text)))
        return key, self.text[key]

    def speaks(self, language: str) -> bool:
        """Whether somebody who speaks this language can read it."""
        return "" in self.text or self._key(language) is not None

    def _key(self, language: str) -> str | None:
        """Who reads ``pt`` can read ``pt-BR``, and the other way round."""
        return next((key for key in self.text if _spoken(key) == _spoken(language)), None)


def _spoken(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody has read the terms in ``language`` and agreed."""

    version: str
    language: str
    accepted_at: datetime
