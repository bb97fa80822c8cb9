"""Everything people read: sentences in four languages, and numbers, money and times by locale."""

from __future__ import annotations

from catalyst_hub.i18n.denials import DenialText, denial_sentence, denial_text, question
from catalyst_hub.i18n.translator import LANGUAGE_NAMES, N_, Translator, translator

__all__ = [
    "LANGUAGE_NAMES",
    "N_",
    "DenialText",
    "Translator",
    "denial_sentence",
    "denial_text",
    "question",
    "translator",
]
