"""Instructors in words: why somebody cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalyst_hub.core.roles import InstructorRefusal
from catalyst_hub.i18n.translator import N_, Translator

_REFUSALS: Mapping[InstructorRefusal, str] = MappingProxyType(
    {
        InstructorRefusal.NO_WORKSHOP: N_("This workshop is over or called off."),
        InstructorRefusal.NOT_IN: N_(
            "Nobody in this community is called %(name)s. Please add or invite them first."
        ),
        InstructorRefusal.OPERATOR: N_("%(name)s runs this hub and is in no community."),
        InstructorRefusal.ALREADY: N_("%(name)s is an instructor of this workshop already."),
    }
)


def instructor_refusal_text(refusal: InstructorRefusal, name: str, translator: Translator) -> str:
    """The sentence about whoever has this ``name``."""
    return translator.gettext(_REFUSALS[refusal]) % {"name": name}
