"""What the readers of all authenticators have in common: whom a hub let in, as rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from catalyst_hub.cli.import_z2jh.sources import Hub
from catalyst_hub.cli.import_z2jh.values import Value
from catalyst_hub.cli.import_z2jh.writer import Noted

#: What stands where only an operator knows what belongs there.
TO_FILL_IN = "to-be-filled-in"

_GROUP = re.compile(r"[^\s:]+(?::[^\s:]+)?")
DOMAIN = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.A | re.I)

Rule = dict[str, Any]


@dataclass(slots=True)
class SignIn:
    """One hub's provider (None: it cannot be carried over) and rules.

    ``admins`` are the rules for those who had all power over the hub. ``allowed`` are the groups
    whose people can sign in, in lower case; None: everybody can.
    """

    provider: dict[str, Any] | None = None
    slug: str = ""
    members: list[Any] = field(default_factory=list)
    admins: list[Any] = field(default_factory=list)
    blocked: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    allowed: frozenset[str] | None = frozenset()

    def lets_in(self, group: str) -> bool:
        """Whether a group's people can sign in for that alone; a team is within an organisation."""
        if self.allowed is None:
            return True
        return (
            group.casefold() in self.allowed or group.partition(":")[0].casefold() in self.allowed
        )


class Config:
    """The settings of an authenticator: its class's own, or of a class that it derives from."""

    def __init__(self, hub: Hub, *classes: str) -> None:
        config = hub.z2jh["hub"]["config"]
        self._sections = [config[name] for name in (*classes, "OAuthenticator", "Authenticator")]

    def __getitem__(self, key: str) -> Value:
        """The value that counts; the others of the same name are passed over."""
        written = [section[key] for section in self._sections if section[key].is_written]
        for other in written[1:]:
            other.drop("another class's value of this name comes before it")
        return written[0] if written else self._sections[0][key]


def people_rules(
    found: SignIn, config: Config, rule_of: Callable[[tuple[str, ...]], list[Rule]]
) -> None:
    """The lists of people: who had all power, who was let in by name, who was kept out."""
    admins, allowed = config["admin_users"], config["allowed_users"]
    blocked = config["blocked_users"]
    found.admins += noted(rule_of(admins.texts()), admins)
    found.members += noted(rule_of(allowed.texts()), allowed)
    found.blocked += noted(rule_of(blocked.texts()), blocked)


def noted(rules: list[Rule], value: Value) -> list[Any]:
    """Rules with the place they come from beside them."""
    return [Noted(rule, beside=value.place) for rule in rules]


def everyone(found: SignIn, config: Config) -> None:
    """``allow_all``: whoever signs in belongs."""
    allow_all = config["allow_all"]
    if allow_all.flag():
        found.members += noted([{"provider": found.slug, "everyone": True}], allow_all)
        found.allowed = None


def by_login(slug: str) -> Callable[[tuple[str, ...]], list[Rule]]:
    """Makes one rule for a list of people, of a provider where hub names are logins."""

    def rule_of(people: tuple[str, ...]) -> list[Rule]:
        return [{"provider": slug, "people": list(people)}] if people else []

    return rule_of


def group_words(value: Value) -> list[str]:
    """Those of a list that are groups as rules name them."""
    return [group for group in value.texts() if _GROUP.fullmatch(group)]


def group_rule(found: SignIn, value: Value) -> None:
    """Whose groups let them in."""
    groups = group_words(value)
    if groups:
        found.members += noted([{"provider": found.slug, "groups": groups}], value)
        found.allowed = (found.allowed or frozenset()) | {group.casefold() for group in groups}


def client(config: Config) -> dict[str, Any]:
    """What the provider calls the hub, where that is no secret of the values."""
    client_id = config["client_id"].text()
    return {"client_id": client_id} if client_id else {}
