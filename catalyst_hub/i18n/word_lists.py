"""Lists of words that are easy to write down: those of BIP 39, which wallets use everywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType

_NAMES: Mapping[str, str] = MappingProxyType(
    {"en": "english", "es": "spanish", "pt": "portuguese", "fr": "french"}
)


def has_word_lists() -> bool:
    """Whether the extra ``workshop`` is installed."""
    return find_spec("mnemonic") is not None


@cache
def word_list(language: str) -> tuple[str, ...]:
    """2048 words of a language (one of ``core.policy.LANGUAGES``, else English), no two of which
    differ in accents alone."""
    # An extra: a hub without workshop accounts does without it.
    from mnemonic import Mnemonic

    words = Mnemonic(_NAMES.get(language, "english")).wordlist
    return tuple(unicodedata.normalize("NFC", word) for word in words)
