"""Invitations in words: why one is not made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.invitation import InvitingRefusal
from catalyst_hub.i18n.translator import N_, Translator

_REFUSALS: Mapping[InvitingRefusal, str] = MappingProxyType(
    {
        InvitingRefusal.OUT_OF_BOUNDS: N_(
            "An invitation here has at most %(seats)s seats, and holds for at most %(days)s days."
        ),
        InvitingRefusal.NO_WORKSHOP: N_(
            "This workshop takes nobody in any more. Please choose another."
        ),
    }
)


def inviting_refusal_text(refusal: InvitingRefusal, bounds: Bounds, translator: Translator) -> str:
    """The sentence; ``bounds`` are those of the community."""
    return translator.gettext(_REFUSALS[refusal]) % {
        "seats": bounds.most_invitation_seats,
        "days": bounds.most_invitation_days,
    }
