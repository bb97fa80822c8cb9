"""Drills in words: why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalyst_hub.core.drill import DrillRefusal
from catalyst_hub.i18n.translator import N_, Translator

_REFUSALS: Mapping[DrillRefusal, str] = MappingProxyType(
    {
        DrillRefusal.NO_WORKSHOP: N_("This workshop is over, or does not take place."),
        DrillRefusal.NO_SEATS: N_("Please write how many servers, from 1 to %(most)s."),
        DrillRefusal.NOBODY: N_(
            "Nobody is registered yet, and a server belongs to a person. Invite learners first;"
            " a few who have come are enough to try it."
        ),
        DrillRefusal.IS_ON: N_(
            "The workshop is on, or about to begin: its servers are started for real now."
        ),
    }
)


def drill_refusal_text(refusal: DrillRefusal, most: int, translator: Translator) -> str:
    """The sentence; so many servers there may be at ``most``."""
    return translator.gettext(_REFUSALS[refusal], most=most)
