"""Drills in words: what one costs, and why there is none."""

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


def drill_cost_text(seats: int, micros: int, currency: str, translator: Translator) -> str:
    """What so many servers cost of which each costs ``micros``, about."""
    if not micros:
        return translator.gettext("It costs no money.")
    return translator.ngettext(
        "It costs about %(all)s for %(n)s server.",
        "It costs about %(all)s for %(n)s servers, %(each)s each.",
        seats,
        n=seats,
        all=translator.rate(micros * seats, currency),
        each=translator.rate(micros, currency),
    )


def drill_refusal_text(refusal: DrillRefusal, most: int, translator: Translator) -> str:
    """The sentence; so many servers there may be at ``most``."""
    return translator.gettext(_REFUSALS[refusal], most=most)
