"""Who may ask the Hub what: every scope we hand out, with its reason.

Never among them: ``groups`` (whoever holds it could add any user, an admin for instance, to a
community and then act on that user), ``tokens``, ``access:servers`` (to open a person's server is
to act as that person), ``admin:...``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from catalyst_hub.core.community import CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX
from catalyst_hub.core.policy import Policy

CHAMPION_SERVICE = "catalyst"
CULLER_SERVICE = "catalyst-culler"
CHAMPION_SCOPE = "custom:catalyst:champion"
INSTRUCTOR_SCOPE = "custom:catalyst:instructor"
WORKSHOP_SCOPE = "custom:catalyst:workshops"
FAREWELL_SCOPE = "custom:catalyst:farewells"
OPEN_PAGES = f"access:services!service={CHAMPION_SERVICE}"

CUSTOM_SCOPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        CHAMPION_SCOPE: {"description": "Look after a community: its servers, use and costs"},
        INSTRUCTOR_SCOPE: {"description": "Teach in a community today: see who is there, and help"},
        FAREWELL_SCOPE: {"description": "Remove people who came for a workshop alone, in time"},
        WORKSHOP_SCOPE: {"description": "Start servers of a workshop's people shortly before it"},
    }
)

#: What every user gets.
USER_SCOPES: Mapping[str, str] = MappingProxyType({OPEN_PAGES: "to see their own use"})

#: What a champion gets, each limited to the members of the community.
CHAMPION_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        CHAMPION_SCOPE: "says that they are champions; the service asks for it",
        "list:users": "to list the members",
        "read:users:name": "to show whose server it is",
        "read:users:groups": "to tell members from people who have left",
        "read:users:activity": "to show when a server was last used",
        "read:servers": "to show which are running",
        "delete:servers": "to stop one",
    }
)

#: What an instructor gets on the days of the workshop, each limited to the members of the
#: community. Lists of people and of their activity are on our pages, which ask the store.
INSTRUCTOR_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        INSTRUCTOR_SCOPE: "says that they instruct today; the service asks for it",
        "read:users:name": "to show whose server it is",
        "read:servers": "to show which are running",
        "delete:servers": "to stop one",
    }
)

#: What the champions' pages may ask the Hub with the token of whoever has signed in.
SCOPES_OF_PAGES = tuple({**CHAMPION_SCOPES, **INSTRUCTOR_SCOPES, **USER_SCOPES})

#: What the culler gets. It starts nothing but what a workshop that begins soon needs, and the Hub
#: looks that up itself.
CULLER_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "list:users": "to find the servers: the Hub lists them by user",
        "read:users:activity": "to note when a server was last used",
        "read:servers": "to see which servers are pending, ready, or gone",
        "delete:servers": "to stop a server whose notice is over",
        FAREWELL_SCOPE: "to have people removed who came for a workshop alone, when it is time",
        WORKSHOP_SCOPE: "to have servers started for a workshop's people shortly before it begins",
    }
)


def champion_role(slug: str) -> dict[str, Any]:
    """The role of one community's champions, theirs through their group."""
    return {
        "name": f"catalyst-champion-{slug}",
        "description": f"Champions of {slug}",
        "groups": [slug + CHAMPIONS_SUFFIX],
        "scopes": [*(f"{scope}!group={slug}" for scope in CHAMPION_SCOPES), OPEN_PAGES],
    }


def instructor_role(slug: str) -> dict[str, Any]:
    """The role of those who instruct in one community now, theirs through their group."""
    return {
        "name": f"catalyst-instructor-{slug}",
        "description": f"Instructors of {slug}, on the days of their workshops",
        "groups": [slug + INSTRUCTORS_SUFFIX],
        "scopes": [*(f"{scope}!group={slug}" for scope in INSTRUCTOR_SCOPES), OPEN_PAGES],
    }


def wanted_roles(policy: Policy) -> tuple[dict[str, Any], ...]:
    """The roles that the communities of a file need, in the shape of ``load_roles``.

    The Hub learns of roles at its start alone: what is here and not in the running Hub waits for
    a restart.
    """
    return tuple(role(slug) for slug in policy.by_slug for role in (champion_role, instructor_role))


def culler_role() -> dict[str, Any]:
    """The role of the culler."""
    return {
        "name": CULLER_SERVICE,
        "description": "Observes servers, stops those whose notice is over, repairs the ledger",
        "services": [CULLER_SERVICE],
        "scopes": list(CULLER_SCOPES),
    }
