"""What the reader may do about a person of the list; each leads to a page that asks once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from catalyst_hub.champion.access import Action, Actor
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Source
from catalyst_hub.core.roster import Member, removing_refusal

#: The last part of the page's address, and the button that leads there.
_BUTTONS: Mapping[str, str] = MappingProxyType(
    {
        "help": N_("Help…"),
        "phrase": N_("New phrase…"),
        "appoint": N_("Make champion…"),
        "dismiss": N_("Champion no more…"),
        "remove": N_("Remove…"),
    }
)


def person_actions(
    member: Member, bounds: Bounds, actor: Actor, allowed: frozenset[Action]
) -> Iterator[tuple[str, str]]:
    """Pairs of an address's last part and a button's words, not yet translated."""
    if Action.HELP in allowed and not member.is_operator and member.person.name != actor.name:
        yield "help", _BUTTONS["help"]
    if Action.RESET_PHRASE in allowed and member.has_phrase and member.role is Role.MEMBER:
        yield "phrase", _BUTTONS["phrase"]
    if Action.APPOINT in allowed and may_be_appointed(member, bounds, actor):
        yield "appoint", _BUTTONS["appoint"]
    if may_dismiss(member.person.name, actor, allowed) and _is_champion_by_hand(member):
        yield "dismiss", _BUTTONS["dismiss"]
    if Action.REMOVE in allowed and _may_be_removed(member, actor):
        yield "remove", _BUTTONS["remove"]


def may_be_appointed(member: Member, bounds: Bounds, actor: Actor) -> bool:
    """Whether there is any use in asking; the number of champions is looked at then."""
    is_allowed = actor.is_operator or bounds.champions_may_appoint
    return is_allowed and member.role is Role.MEMBER and not member.is_operator


def may_dismiss(name: str, actor: Actor, allowed: frozenset[Action]) -> bool:
    """Operators anybody; champions themselves."""
    return Action.DISMISS in allowed or (Action.STEP_DOWN in allowed and name == actor.name)


def _is_champion_by_hand(member: Member) -> bool:
    """What a rule of the file gives, the file takes."""
    sources = {grant.source for grant in member.grants if grant.role is Role.CHAMPION}
    return bool(sources) and Source.RULE not in sources


def _may_be_removed(member: Member, actor: Actor) -> bool:
    return not removing_refusal(
        member.role, is_operator=member.is_operator, by_operator=actor.is_operator
    )
