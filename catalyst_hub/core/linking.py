"""Whether one more way to sign in may become a person's, and which she may give up."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from catalyst_hub.core.belonging import Way, belonging
from catalyst_hub.core.community import Identity
from catalyst_hub.core.policy import Policy, is_operator


class LinkingRefusal(StrEnum):
    """Why an identity cannot become one of hers."""

    UNKNOWN = "unknown"
    HERS = "hers"
    TAKEN = "taken"
    OLD_HOME = "old-home"
    OPERATOR = "operator"
    BLOCKED = "blocked"


def linking_refusal(
    policy: Policy, ways: Collection[Way], way: Way, *, is_taken: bool, is_adopted: bool
) -> LinkingRefusal | None:
    """Why a person who signs in in these ways may not add this one; None: she may.

    Two people never become one: files, names and ledgers cannot be merged. Neither may a Hub
    user from before us lose her home, whom the identity would adopt. And whoever gets hold of
    the weakest of somebody's ways has all her power, so the ways of an operator are either all
    in the file, where the other operators see them, or none is. What is blocked anywhere would
    take all of her with it.
    """
    if way.identity in {own.identity for own in ways}:
        return LinkingRefusal.HERS
    if is_taken:
        return LinkingRefusal.TAKEN
    if is_adopted:
        return LinkingRefusal.OLD_HOME
    operates = any(is_operator(policy, own.identity) for own in ways)
    if operates != is_operator(policy, way.identity):
        return LinkingRefusal.OPERATOR
    belongs = belonging(policy, [way])
    return LinkingRefusal.BLOCKED if belongs.is_blocked or belongs.blocked else None


class UnlinkingRefusal(StrEnum):
    """Why a way cannot be taken away."""

    NOT_HERS = "not-hers"
    LAST = "last"
    BLOCKED = "blocked"


def unlinking_refusal(
    policy: Policy, ways: Collection[Way], identity: Identity
) -> UnlinkingRefusal | None:
    """Why she may not give up this way; None: she may, as another is left that the hub offers.

    What the file blocks stays with her, or she would be rid of the block as well.
    """
    way = next((way for way in ways if way.identity == identity), None)
    if way is None:
        return UnlinkingRefusal.NOT_HERS
    belongs = belonging(policy, [way])
    if belongs.is_blocked or belongs.blocked:
        return UnlinkingRefusal.BLOCKED
    others = (own.identity for own in ways if own.identity != identity)
    is_left = any(policy.provider(other.provider) is not None for other in others)
    return None if is_left else UnlinkingRefusal.LAST
