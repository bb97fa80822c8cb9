"""Of the people of a community, those with one role."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Role
from catalyst_hub.core.roster import Member


class Part(StrEnum):
    """What the list can be narrowed to."""

    EVERYBODY = ""
    CHAMPIONS = "champion"
    INSTRUCTORS = "instructor"
    MEMBERS = "member"


PARTS: Mapping[Part, str] = MappingProxyType(
    {
        Part.EVERYBODY: N_("Everybody"),
        Part.CHAMPIONS: N_("Champions"),
        Part.INSTRUCTORS: N_("Instructors"),
        Part.MEMBERS: N_("Members"),
    }
)


def part_asked(word: str) -> Part:
    """The part of this name; everybody where there is none."""
    return next((part for part in Part if part.value == word), Part.EVERYBODY)


def is_in_part(member: Member, part: Part) -> bool:
    """Whether she is shown. Members are those who are nothing more."""
    match part:
        case Part.CHAMPIONS:
            return member.role is Role.CHAMPION
        case Part.INSTRUCTORS:
            return bool(member.teaches)
        case Part.MEMBERS:
            return member.role is Role.MEMBER and not member.teaches
        case _:
            return True
