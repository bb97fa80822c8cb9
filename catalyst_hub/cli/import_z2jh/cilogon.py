"""CILogon, which stands for many identity providers, each speaking for domains of its own.

The old authenticator believed each of them any address; here one counts only within the domains
of its identity provider. So the domains are collected from whatever the values tell of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalyst_hub.cli.import_z2jh.sign_in_rules import (
    DOMAIN,
    Config,
    Rule,
    SignIn,
    client,
    everyone,
    noted,
    people_rules,
)
from catalyst_hub.cli.import_z2jh.sources import Hub
from catalyst_hub.cli.import_z2jh.values import Value
from catalyst_hub.cli.import_z2jh.writer import Noted

_ENTITY = re.compile(r"(?:https?://|urn:)[!-~]+")
_HOST = re.compile(r"https?://([^/:]+)|urn:.*:([^:]+)")
#: What stands between a country and a university: unc.edu.ar, uct.ac.za.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "org"})
#: They sign in people of any domain; their host says nothing of these.
_OF_EVERYBODY = {
    "github.com": "",
    "google.com": "gmail.com",
    "microsoftonline.com": "",
    "orcid.org": "",
}


@dataclass(frozen=True, slots=True)
class _IdentityProvider:
    """One of those behind CILogon, and how it made hub names out of logins."""

    id: str
    value: Value
    domain: str
    prefix: str
    allowed: tuple[str, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that it is said to speak for, else the one that its own name tells."""
        said = [one for one in (*self.allowed, self.domain) if DOMAIN.fullmatch(one)]
        return tuple(dict.fromkeys(said)) or self._own_domain()

    def _own_domain(self) -> tuple[str, ...]:
        found = _HOST.match(self.id)
        labels = (found[1] or found[2] or "").lower().split(".") if found else []
        is_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
        own = ".".join(labels[-3:] if is_country else labels[-2:])
        if own in _OF_EVERYBODY:
            return (_OF_EVERYBODY[own],) if _OF_EVERYBODY[own] else ()
        return (own, f"*.{own}") if DOMAIN.fullmatch(own) else ()

    def login_of(self, name: str) -> str | None:
        """The login that a hub name came from; None: it cannot have come from here."""
        if self.prefix:
            rest = name.removeprefix(f"{self.prefix}:")
            return rest if rest != name else None
        if self.domain and "@" not in name:
            return f"{name}@{self.domain}"
        return name

    def speaks_for(self, domain: str) -> bool:
        """Whether a login of this domain is one of its own."""
        above = {f"*.{domain[i + 1 :]}" for i, sign in enumerate(domain) if sign == "."}
        return domain in self.domains or not above.isdisjoint(self.domains)


def cilogon(hub: Hub) -> SignIn:
    """The one provider with all its identity providers, and a rule for each."""
    config = Config(hub, "CILogonOAuthenticator")
    known = [_identity_provider(*one) for one in _in_order(config["allowed_idps"])]
    found = SignIn({"type": "cilogon", **client(config)} if known else None, "cilogon")
    for one in known:
        _add_rules(found, one)
    everyone(found, config)
    brought: dict[str, list[str]] = {}
    people_rules(found, config, lambda people: _logins(people, known, brought))
    if found.provider is not None:
        found.provider["identity_providers"] = [_part(one, brought, found) for one in known]
        stripped = {one.domain for one in known if one.domain and not one.prefix}
        if stripped:
            found.provider["adopts_without"] = min(stripped)
        if len(stripped) > 1:
            left = ", ".join(sorted(stripped)[1:])
            found.notes.append(
                f"{config['allowed_idps'].place}: {left}: names were made by leaving this domain"
                " out as well, but homes are found again for one such domain only"
            )
        if skin := config["skin"].text():
            found.provider["skin"] = skin
    return found


def joined(known: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two hubs' words on one identity provider: it speaks for the domains of both."""
    domains = [*known.get("email_domains", ()), *other.get("email_domains", ())]
    both = {**other, **known}
    return both | ({"email_domains": list(dict.fromkeys(domains))} if domains else {})


def _in_order(value: Value) -> list[tuple[str, Value]]:
    """The one to begin with first. Long ago it was a plain list of them."""
    if isinstance(value.data, list):
        return [(item.text(), item) for item in value.list()]
    return sorted(value.map().items(), key=lambda one: not one[1]["default"].flag())


def _identity_provider(entity: str, value: Value) -> _IdentityProvider:
    if not _ENTITY.fullmatch(entity):
        value.refuse("this is no identity provider", "an EntityID", "look it up in CILogon's list")
    if value.is_there and not isinstance(value.data, str):
        value.map()
    derivation = value["username_derivation"]
    action = derivation["action"].text()
    domain = derivation["domain"].text().lower() if action == "strip_idp_domain" else ""
    prefix = derivation["prefix"].text() if action == "prefix" else ""
    allowed = tuple(domain.lower() for domain in value["allowed_domains"].texts())
    return _IdentityProvider(entity, value, domain, prefix, allowed)


def _part(one: _IdentityProvider, brought: dict[str, list[str]], found: SignIn) -> Any:
    claims = one.value["username_derivation"]["username_claim"].texts()
    part: dict[str, Any] = {"id": one.id}
    domains = dict.fromkeys([*one.domains, *brought.get(one.id, ())])
    if domains:
        part["email_domains"] = list(domains)
    else:
        found.notes.append(
            f"{one.value.place}: {one.id}: nothing says which domains it speaks for, so its people"
            " have no login by which a rule could list them or a home be found: add email_domains"
        )
    if claims and claims[0] != "email":
        part["login_claim"] = claims[0]
    return Noted(part, beside=one.value.place)


def _add_rules(found: SignIn, one: _IdentityProvider) -> None:
    through = {"identity_providers": [one.id]}
    domains = [domain for domain in one.allowed if DOMAIN.fullmatch(domain)]
    if one.value["allow_all"].flag() or "*" in one.allowed:
        rule = {"provider": "cilogon", "everyone": True, **through}
        found.members += noted([rule], one.value["allow_all"])
        found.allowed = None
    elif domains:
        rule = {"provider": "cilogon", "email_domains": domains, **through}
        found.members += noted([rule], one.value["allowed_domains"])
    if odd := [domain for domain in one.allowed if domain not in domains and domain != "*"]:
        place = one.value["allowed_domains"].place
        found.notes.append(f"{place}: {', '.join(odd)}: neither a domain, nor *. and a domain")


def _logins(
    people: Iterable[str], known: list[_IdentityProvider], brought: dict[str, list[str]]
) -> list[Rule]:
    """A rule for each identity provider that names of a list can come from: who has the same
    login at another is another person. The domains of these logins are then its own."""
    logins: dict[str, list[str]] = {}
    for name in people:
        for one, login in _sources(name, known):
            logins.setdefault(one.id, []).append(login)
            domain = login.rpartition("@")[2].lower() if "@" in login else ""
            if domain and not one.speaks_for(domain):
                brought.setdefault(one.id, []).append(domain)
    return [
        {"provider": "cilogon", "people": those, "identity_providers": [entity]}
        for entity, those in logins.items()
    ]


def _sources(name: str, known: list[_IdentityProvider]) -> list[tuple[_IdentityProvider, str]]:
    """Where a hub name can come from: the identity provider of its domain, if there is one."""
    found = [(one, login) for one in known if (login := one.login_of(name))]
    own = [(one, login) for one, login in found if one.speaks_for(login.rpartition("@")[2].lower())]
    return own or found
