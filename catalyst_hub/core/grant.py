"""What lets a person into a community."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from catalyst_hub.core.community import Role


class Source(StrEnum):
    """What let a person in."""

    RULE = "rule"
    INVITATION = "invitation"
    MANUAL = "manual"


Grounds = Mapping[str, object]
NO_GROUNDS: Grounds = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Grant:
    """One reason for being in. ``grounds`` say which rule, which invitation, or whose hand."""

    source: Source
    role: Role
    granted_at: datetime
    grounds: Grounds = field(default_factory=dict)


def highest(grants: Iterable[Grant]) -> Role:
    """The role that grants give together: champion where any of them makes her one."""
    is_champion = any(grant.role is Role.CHAMPION for grant in grants)
    return Role.CHAMPION if is_champion else Role.MEMBER
