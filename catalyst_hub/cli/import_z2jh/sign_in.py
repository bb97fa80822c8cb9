"""How people sign in to a hub, and whom that lets in: ``hub.config`` to providers and rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from catalyst_hub.cli.import_z2jh.profile_list import slug_of
from catalyst_hub.cli.import_z2jh.sources import Hub
from catalyst_hub.cli.import_z2jh.values import Value
from catalyst_hub.cli.import_z2jh.writer import Noted

#: What stands where only an operator knows what belongs there.
TO_FILL_IN = "to-be-filled-in"

_GROUP = re.compile(r"[^\s:]+(?::[^\s:]+)?")
_DOMAIN = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.A | re.I)
_ENTITY = re.compile(r"(?:https?://|urn:)[!-~]+")
_NO_PROVIDER = "there is no such provider: let people in by invitations, or choose another"

Rule = dict[str, Any]


@dataclass(slots=True)
class SignIn:
    """One hub's provider (None: it cannot be carried over) and rules.

    ``admins`` are the rules for those who had all power over the hub. ``groups`` are the words by
    which the provider's groups are named; a rule by others would let nobody in.
    """

    provider: dict[str, Any] | None = None
    slug: str = ""
    members: list[Any] = field(default_factory=list)
    admins: list[Any] = field(default_factory=list)
    blocked: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    allowed: frozenset[str] | None = frozenset()

    def lets_in(self, group: str) -> bool:
        """Whether people of a group may sign in by the rules; None as ``allowed``: everybody."""
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


def sign_in_of(hub: Hub) -> SignIn:
    """The provider and the rules of a hub."""
    chosen = _authenticator_class(hub)
    kind = chosen.text()
    reader = _READERS.get(_short_name(kind))
    if reader is None:
        if kind:
            chosen.drop(_NO_PROVIDER)
        return SignIn()
    found = reader(hub)
    for provider in (found.provider,) if found.provider else ():
        provider["client_id"] = provider.get("client_id") or TO_FILL_IN
    return found


def _authenticator_class(hub: Hub) -> Value:
    config = hub.z2jh["hub"]["config"]
    chosen = config["JupyterHub"]["authenticator_class"]
    return chosen if chosen.is_there else config["Authenticator"]["authenticator_class"]


def _short_name(kind: str) -> str:
    """``github`` for ``oauthenticator.github.GitHubOAuthenticator``, too."""
    last = kind.rpartition(".")[2].removesuffix("OAuthenticator").removesuffix("Authenticator")
    return last.lower().replace("_", "-")


# --- what they have in common ---


def _people(
    found: SignIn, config: Config, rule_of: Callable[[tuple[str, ...]], list[Rule]]
) -> None:
    """The lists of people: who had all power, who was let in by name, who was kept out."""
    admins, allowed = config["admin_users"], config["allowed_users"]
    blocked = config["blocked_users"]
    found.admins += _noted(rule_of(admins.texts()), admins)
    found.members += _noted(rule_of(allowed.texts()), allowed)
    found.blocked += _noted(rule_of(blocked.texts()), blocked)


def _noted(rules: list[Rule], value: Value) -> list[Any]:
    return [Noted(rule, beside=value.place) for rule in rules]


def _everyone(found: SignIn, config: Config) -> None:
    allow_all = config["allow_all"]
    if allow_all.flag():
        found.members += _noted([{"provider": found.slug, "everyone": True}], allow_all)
        found.allowed = None


def _by_login(slug: str) -> Callable[[tuple[str, ...]], list[Rule]]:
    def rule_of(people: tuple[str, ...]) -> list[Rule]:
        return [{"provider": slug, "people": list(people)}] if people else []

    return rule_of


def _group_rule(found: SignIn, value: Value) -> None:
    groups = [group for group in value.texts() if _GROUP.fullmatch(group)]
    if groups:
        found.members += _noted([{"provider": found.slug, "groups": groups}], value)
        found.allowed = (found.allowed or frozenset()) | {group.casefold() for group in groups}


def _client(config: Config) -> dict[str, Any]:
    client_id = config["client_id"].text()
    return {"client_id": client_id} if client_id else {}


# --- one by one ---


def _github(hub: Hub) -> SignIn:
    config = Config(hub, "GitHubOAuthenticator")
    found = SignIn({"type": "github", **_client(config)}, "github")
    if url := config["github_url"].text():
        found.provider = {"type": "github", "url": url, **_client(config)}
    _group_rule(found, config["allowed_organizations"])
    _everyone(found, config)
    _people(found, config, _by_login(found.slug))
    return found


def _gitlab(hub: Hub) -> SignIn:
    config = Config(hub, "GitLabOAuthenticator")
    url = config["gitlab_url"].text()
    found = SignIn({"type": "gitlab", **({"url": url} if url else {}), **_client(config)}, "gitlab")
    _group_rule(found, config["allowed_gitlab_groups"])
    _everyone(found, config)
    _people(found, config, _by_login(found.slug))
    return found


def _google(hub: Hub) -> SignIn:
    config = Config(hub, "GoogleOAuthenticator")
    found = SignIn({"type": "google", **_client(config)}, "google")
    hosted, plural = config["hosted_domain"], config["allowed_hosted_domains"]
    hosted = hosted if hosted.is_there else plural
    domains = [domain.lower() for domain in hosted.texts() if _DOMAIN.fullmatch(domain)]
    if domains and config["allow_all"].flag():
        found.members += _noted([{"provider": "google", "email_domains": domains}], hosted)
    else:
        _everyone(found, config)
    strips = bool(config["strip_domain"].flag()) and len(domains) == 1
    domain = domains[0] if strips else ""
    if strips and found.provider is not None:
        found.provider["adopts_without"] = domain
    complete = _by_login("google")
    _people(found, config, lambda people: complete(tuple(_with_domain(p, domain) for p in people)))
    return found


def _with_domain(person: str, domain: str) -> str:
    return f"{person}@{domain}" if domain and "@" not in person else person


def _generic(hub: Hub) -> SignIn:
    config = Config(hub, "GenericOAuthenticator")
    title = config["login_service"].text()
    found = SignIn(_oidc(config, title), slug_of(title) if title else "oauth")
    for key in ("claim_groups_key", "auth_state_groups_key"):
        claim = config[key].text().removeprefix("oauth_user.")
        if claim and found.provider is not None:
            found.provider["groups_claim"] = claim
    _group_rule(found, config["allowed_groups"])
    admins = config["admin_groups"]
    if groups := [group for group in admins.texts() if _GROUP.fullmatch(group)]:
        found.admins += _noted([{"provider": found.slug, "groups": groups}], admins)
    _everyone(found, config)
    _people(found, config, _by_login(found.slug))
    return found


def _oidc(config: Config, title: str) -> dict[str, Any]:
    provider: dict[str, Any] = {"type": "oidc", **({"title": title} if title else {})}
    provider |= _client(config)
    urls = {
        "authorize_url": config["authorize_url"].text(),
        "token_url": config["token_url"].text(),
        "userinfo_url": config["userdata_url"].text(),
    }
    # Without all three, where it is stands in an encrypted file.
    provider |= urls if all(urls.values()) else {"issuer": f"https://{TO_FILL_IN}.invalid"}
    if login := config["username_claim"].text() or config["username_key"].text():
        provider["login_claim"] = login
    if scopes := config["scope"].texts():
        provider["scopes"] = list(scopes)
    return provider


def _auth0(hub: Hub) -> SignIn:
    config = Config(hub, "Auth0OAuthenticator")
    domain, short = config["auth0_domain"].text(), config["auth0_subdomain"].text()
    host = domain or (f"{short}.auth0.com" if short else f"{TO_FILL_IN}.invalid")
    found = SignIn({"type": "auth0", "url": f"https://{host}", **_client(config)}, "auth0")
    _everyone(found, config)
    _people(found, config, _by_login(found.slug))
    return found


def _azuread(hub: Hub) -> SignIn:
    config = Config(hub, "AzureAdOAuthenticator")
    tenant = config["tenant_id"].text() or TO_FILL_IN
    found = SignIn({"type": "azuread", "tenant": tenant, **_client(config)}, "azuread")
    _everyone(found, config)
    _people(found, config, _by_login(found.slug))
    return found


def _globus(hub: Hub) -> SignIn:
    config = Config(hub, "GlobusOAuthenticator")
    found = SignIn({"type": "globus", **_client(config)}, "globus")
    _group_rule(found, config["allowed_globus_groups"])
    _everyone(found, config)
    _people(found, config, _by_login(found.slug))
    return found


# --- CILogon, which stands for many ---


@dataclass(frozen=True, slots=True)
class _IdentityProvider:
    """One of those behind CILogon, and how it made hub names out of logins."""

    id: str
    value: Value
    domain: str
    prefix: str

    def login_of(self, name: str) -> str | None:
        """The login that a hub name came from; None: it cannot have come from here."""
        if self.prefix:
            rest = name.removeprefix(f"{self.prefix}:")
            return rest if rest != name else None
        if self.domain and "@" not in name:
            return f"{name}@{self.domain}"
        return name


def _cilogon(hub: Hub) -> SignIn:
    config = Config(hub, "CILogonOAuthenticator")
    known = [_identity_provider(one) for one in _idps_in_order(config["allowed_idps"])]
    provider: dict[str, Any] = {"type": "cilogon", **_client(config)}
    provider["identity_providers"] = [_idp_part(one) for one in known]
    if stripped := {one.domain for one in known if one.domain and not one.prefix}:
        provider["adopts_without"] = min(stripped)
    if skin := config["skin"].text():
        provider["skin"] = skin
    found = SignIn(provider if known else None, "cilogon")
    for one in known:
        _idp_rules(found, one)
    _everyone(found, config)
    _people(found, config, lambda people: _logins(people, known))
    return found


def _idps_in_order(value: Value) -> list[tuple[str, Value]]:
    """The one to begin with first. Before 2022 it was a plain list of them."""
    if isinstance(value.data, list):
        return [(item.text(), item) for item in value.list()]
    return sorted(value.map().items(), key=lambda one: not one[1]["default"].flag())


def _identity_provider(one: tuple[str, Value]) -> _IdentityProvider:
    entity, value = one
    if not _ENTITY.fullmatch(entity):
        value.refuse("this is no identity provider", "an EntityID", "look it up in CILogon's list")
    derivation = value["username_derivation"]
    action = derivation["action"].text()
    domain = derivation["domain"].text() if action == "strip_idp_domain" else ""
    prefix = derivation["prefix"].text() if action == "prefix" else ""
    return _IdentityProvider(entity, value, domain, prefix)


def _idp_part(one: _IdentityProvider) -> Any:
    claims = one.value["username_derivation"]["username_claim"].texts()
    part: dict[str, Any] = {"id": one.id}
    if claims and claims[0] != "email":
        part["login_claim"] = claims[0]
    return Noted(part, beside=one.value.place)


def _idp_rules(found: SignIn, one: _IdentityProvider) -> None:
    through = {"identity_providers": [one.id]}
    allowed = one.value["allowed_domains"]
    written = [domain.lower() for domain in allowed.texts()]
    domains = [domain for domain in written if _DOMAIN.fullmatch(domain)]
    is_everyone = bool(one.value["allow_all"].flag()) or "*" in written
    if is_everyone:
        rule = {"provider": "cilogon", "everyone": True, **through}
        found.members += _noted([rule], one.value["allow_all"])
        found.allowed = None
    elif domains:
        rule = {"provider": "cilogon", "email_domains": domains, **through}
        found.members += _noted([rule], allowed)
    if odd := [domain for domain in written if domain not in domains and domain != "*"]:
        found.notes.append(f"{allowed.place}: {', '.join(odd)}: no domain, nor *. and a domain")


def _logins(people: tuple[str, ...], known: list[_IdentityProvider]) -> list[Rule]:
    """A rule for each identity provider that names of the list can come from: who has the same
    login at another is another person."""
    rules = []
    for one in known:
        logins = [login for name in people if (login := one.login_of(name))]
        if logins:
            rule: Rule = {"provider": "cilogon", "people": logins}
            rules.append(rule | ({"identity_providers": [one.id]} if len(known) > 1 else {}))
    return rules


_READERS: Mapping[str, Callable[[Hub], SignIn]] = MappingProxyType(
    {
        "auth0": _auth0,
        "azuread": _azuread,
        "cilogon": _cilogon,
        "generic": _generic,
        "generic-oauth": _generic,
        "github": _github,
        "gitlab": _gitlab,
        "globus": _globus,
        "google": _google,
    }
)
