"""A token that is older than its owner's power: whoever has become champion or instructor since.

The Hub gives a service's token the scopes that its owner holds then. What she loses, the token
loses at once; what she gains, only a new one has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalyst_hub.champion.access import CHAMPION, INSTRUCTOR
from catalyst_hub.core.community import CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX

#: Set while a new token is fetched; it keeps whoever's role the Hub has not learned of yet (a
#: community that waits for a restart) from going in circles.
RENEWED_COOKIE = "catalyst-renewed"
RENEWED_FOR_S = 60
_SCOPES = {CHAMPIONS_SUFFIX: CHAMPION, INSTRUCTORS_SUFFIX: INSTRUCTOR}


def is_outgrown(model: Mapping[str, Any]) -> bool:
    """Whether the groups of the Hub's user model say more than the scopes of her token do."""
    scopes = frozenset(model["scopes"])
    due = (
        f"{scope}!group={group.removesuffix(suffix)}"
        for group in model.get("groups", ())
        for suffix, scope in _SCOPES.items()
        if group.endswith(suffix) and scope not in scopes
    )
    return not scopes.issuperset(due)
