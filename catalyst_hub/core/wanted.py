"""What the rules want to know of a provider's people: nothing else is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalyst_hub.core.community import MembershipRule


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether any rule names groups, teams within groups (``org:team``), or e-mail domains."""

    has_groups: bool = False
    has_teams: bool = False
    has_domains: bool = False

    @classmethod
    def by(cls, rules: Iterable[MembershipRule]) -> Wanted:
        """By these rules."""
        rules = tuple(rules)
        named = {name for rule in rules for name in rule.groups}
        return cls(
            has_groups=any(":" not in name for name in named),
            has_teams=any(":" in name for name in named),
            has_domains=any(rule.email_domains for rule in rules),
        )

    def __or__(self, other: Wanted) -> Wanted:
        """What either wants."""
        return Wanted(
            self.has_groups or other.has_groups,
            self.has_teams or other.has_teams,
            self.has_domains or other.has_domains,
        )
