"""Who may do what, decided on the scopes the Hub says a signed-in person's token has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

CHAMPION = "custom:catalyst:champion"
INSTRUCTOR = "custom:catalyst:instructor"
_OF_GROUP = "!group="
#: Whoever may list every user of the Hub runs it. Without this scope an admin's narrow token
#: (one that only reaches services, say) would open everybody's pages.
_EVERYBODY = "list:users"


class Action(StrEnum):
    """What can be asked of a community's pages."""

    READ = "read"
    COSTS = "costs"
    AUDIT = "audit"
    EXPORT = "export"
    STOP = "stop"
    GO_FIRST = "go-first"
    HELP = "help"
    RESET_PHRASE = "reset-phrase"
    INVITE = "invite"
    ANSWER = "answer"
    EXCEPT = "except"
    BUDGET = "budget"
    ADMIT = "admit"
    REMOVE = "remove"
    SCHEDULE = "schedule"
    GRANT = "grant"
    APPOINT = "appoint"
    STEP_DOWN = "step-down"
    INVITE_CHAMPIONS = "invite-champions"
    DISMISS = "dismiss"


class Place(StrEnum):
    """What somebody is to a community."""

    INSTRUCTOR = "instructor"
    CHAMPION = "champion"
    OPERATOR = "operator"


_INSTRUCTOR, _CHAMPION, _OPERATOR = Place
_ALL = frozenset(Place)
_BOTH = frozenset({_CHAMPION, _OPERATOR})

#: Who may do what, all of it. Operators decide here who belongs, as membership has no other home;
#: for everything else they use the Hub. Instructors teach: they see who is there, help, and let
#: their own learners in, on the days of their workshop; what outlasts it is not theirs.
MAY: Mapping[Action, frozenset[Place]] = MappingProxyType(
    {
        # Who runs what now, who belongs, which workshops there are.
        Action.READ: _ALL,
        # What people have used, and what it costs.
        Action.COSTS: _BOTH,
        # Who did what.
        Action.AUDIT: _BOTH,
        # The list of people, with their names, out of the hub.
        Action.EXPORT: frozenset({_CHAMPION}),
        # Stop somebody's server. The Hub judges as well.
        Action.STOP: frozenset({_INSTRUCTOR, _CHAMPION}),
        # Let somebody go first who waits for a seat.
        Action.GO_FIRST: frozenset({_CHAMPION}),
        # Ask somebody to start or open their server, and do so if they allow it.
        Action.HELP: frozenset({_INSTRUCTOR, _CHAMPION}),
        # Give somebody a new return phrase who has lost theirs, and has no other way to sign in; an
        # instructor to her own learners.
        Action.RESET_PHRASE: _ALL,
        # Make and end codes; an instructor's are for learners of the workshop that runs.
        Action.INVITE: _ALL,
        # Approve or decline who asks to join.
        Action.ANSWER: _ALL,
        # Allow more than a limit for a while; the communities file says how far champions may go.
        Action.EXCEPT: _BOTH,
        # See the budget and pay in; the communities file says how much champions may.
        Action.BUDGET: _BOTH,
        # Let somebody in by name, who need not have asked.
        Action.ADMIT: _BOTH,
        # Take somebody out.
        Action.REMOVE: _BOTH,
        # Workshops, and who instructs.
        Action.SCHEDULE: _BOTH,
        # Say yes or no to a workshop beyond the bounds.
        Action.GRANT: frozenset({_OPERATOR}),
        # Make a member a champion; the communities file says whether champions may.
        Action.APPOINT: _BOTH,
        # Give up being a champion.
        Action.STEP_DOWN: frozenset({_CHAMPION}),
        # A code that makes whoever comes with it a champion.
        Action.INVITE_CHAMPIONS: frozenset({_OPERATOR}),
        # Make a champion a plain member.
        Action.DISMISS: frozenset({_OPERATOR}),
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: her hub name, and the communities she is champion or, today, an
    instructor of.

    ``is_champion_everywhere`` and ``is_operator`` (a Hub admin) come with unfiltered scopes.
    """

    name: str
    champion_of: frozenset[str] = frozenset()
    instructor_of: frozenset[str] = frozenset()
    is_champion_everywhere: bool = False
    is_operator: bool = False

    @property
    def looks_after_some(self) -> bool:
        """Whether there is a community whose pages are hers to open."""
        return self.is_champion_everywhere or bool(self.champion_of or self.instructor_of)

    def places_in(self, community: str) -> frozenset[Place]:
        """All that she is to a community."""
        places = {
            _INSTRUCTOR: community in self.instructor_of,
            _CHAMPION: self.is_champion_everywhere or community in self.champion_of,
            _OPERATOR: self.is_operator,
        }
        return frozenset(place for place, is_hers in places.items() if is_hers)


def actor_from(model: Mapping[str, Any]) -> Actor:
    """The actor behind the Hub's answer to "whose token is this?"."""
    scopes = frozenset(model["scopes"])
    return Actor(
        name=model["name"],
        champion_of=_groups(scopes, CHAMPION),
        instructor_of=_groups(scopes, INSTRUCTOR),
        is_champion_everywhere=CHAMPION in scopes,
        is_operator=bool(model.get("admin")) and _EVERYBODY in scopes,
    )


def _groups(scopes: Iterable[str], scope: str) -> frozenset[str]:
    """The groups to which a scope is limited."""
    start = scope + _OF_GROUP
    return frozenset(each.removeprefix(start) for each in scopes if each.startswith(start))


def may(actor: Actor, action: Action, community: str) -> bool:
    """Whether anything that she is to the community lets her."""
    return not MAY[action].isdisjoint(actor.places_in(community))


def is_instructor_only(allowed: frozenset[Action]) -> bool:
    """Whether whoever may do this is an instructor and nothing more."""
    return Action.INVITE in allowed and Action.SCHEDULE not in allowed


def all_that(actor: Actor, community: str) -> frozenset[Action]:
    """Everything she may do there."""
    return frozenset(action for action in Action if may(actor, action, community))
