"""Rehearsals in words: why there is none as of some instant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalyst_hub.core.rehearsal import InstantRefusal
from catalyst_hub.i18n.translator import N_, Translator

_REFUSALS: Mapping[InstantRefusal, str] = MappingProxyType(
    {
        InstantRefusal.NO_TIME: N_("Please write a day and an hour, such as 2026-12-01T09:00."),
        InstantRefusal.SKIPPED: N_(
            "The clocks go forward that day, and leave this hour out. Please choose another."
        ),
        InstantRefusal.OVER: N_("Please choose a day and an hour that are still to come."),
        InstantRefusal.TOO_FAR: N_("Please choose a day within the next three years."),
    }
)


def instant_refusal_text(refusal: InstantRefusal, translator: Translator) -> str:
    """The sentence about what was written."""
    return translator.gettext(_REFUSALS[refusal])
