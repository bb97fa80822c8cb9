"""Who may do what, decided on the scopes the Hub says a signed-in person's token has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CHAMPION = "custom:catalyst:champion"
_CHAMPION_OF = CHAMPION + "!group="
#: Whoever may list every user of the Hub runs it. Without this scope an admin's narrow token
#: (one that only reaches services, say) would open everybody's pages.
_EVERYBODY = "list:users"


class Action(StrEnum):
    """What can be asked of a community's pages."""

    READ = "read"
    STOP = "stop"
    ADMIT = "admit"
    APPOINT = "appoint"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: her hub name, and the communities she is champion of.

    ``is_champion_everywhere`` and ``is_operator`` (a Hub admin) come with unfiltered scopes.
    """

    name: str
    champion_of: frozenset[str] = frozenset()
    is_champion_everywhere: bool = False
    is_operator: bool = False

    @property
    def is_champion(self) -> bool:
        """Whether she looks after any community."""
        return self.is_champion_everywhere or bool(self.champion_of)


def actor_from(model: Mapping[str, Any]) -> Actor:
    """The actor behind the Hub's answer to "whose token is this?"."""
    scopes = frozenset(model["scopes"])
    return Actor(
        name=model["name"],
        champion_of=frozenset(
            scope.removeprefix(_CHAMPION_OF) for scope in scopes if scope.startswith(_CHAMPION_OF)
        ),
        is_champion_everywhere=CHAMPION in scopes,
        is_operator=bool(model.get("admin")) and _EVERYBODY in scopes,
    )


#: What operators do here, as there is no other place for it: membership has one home.
_OF_OPERATORS = frozenset({Action.READ, Action.ADMIT, Action.APPOINT})


def may(actor: Actor, action: Action, community: str) -> bool:
    """Champions act in their own communities; operators look into all, and decide who belongs.

    Only operators make champions; for everything else they use the Hub.
    """
    if actor.is_operator and action in _OF_OPERATORS:
        return True
    is_champion = actor.is_champion_everywhere or community in actor.champion_of
    return is_champion and action is not Action.APPOINT
