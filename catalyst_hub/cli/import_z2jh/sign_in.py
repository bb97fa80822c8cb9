"""How people sign in to a hub, and whom that lets in: ``hub.config`` to providers and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from catalyst_hub.cli.import_z2jh.cilogon import cilogon
from catalyst_hub.cli.import_z2jh.profile_list import slug_of
from catalyst_hub.cli.import_z2jh.sign_in_rules import (
    DOMAIN,
    TO_FILL_IN,
    Config,
    SignIn,
    by_login,
    client,
    everyone,
    group_rule,
    group_words,
    noted,
    people_rules,
)
from catalyst_hub.cli.import_z2jh.sources import Hub
from catalyst_hub.cli.import_z2jh.values import Value

_NO_PROVIDER = "there is no such provider: let people in by invitations, or choose another"


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
    if found.provider is not None:
        found.provider.setdefault("client_id", TO_FILL_IN)
    return found


def _authenticator_class(hub: Hub) -> Value:
    config = hub.z2jh["hub"]["config"]
    chosen = config["JupyterHub"]["authenticator_class"]
    return chosen if chosen.is_there else config["Authenticator"]["authenticator_class"]


def _short_name(kind: str) -> str:
    """``github`` for ``oauthenticator.github.GitHubOAuthenticator``, too."""
    last = kind.rpartition(".")[2].removesuffix("OAuthenticator").removesuffix("Authenticator")
    return last.lower().replace("_", "-")


# --- one by one ---


def _github(hub: Hub) -> SignIn:
    config = Config(hub, "GitHubOAuthenticator")
    found = SignIn({"type": "github", **client(config)}, "github")
    if url := config["github_url"].text():
        found.provider = {"type": "github", "url": url, **client(config)}
    group_rule(found, config["allowed_organizations"])
    everyone(found, config)
    people_rules(found, config, by_login(found.slug))
    return found


def _gitlab(hub: Hub) -> SignIn:
    config = Config(hub, "GitLabOAuthenticator")
    url = config["gitlab_url"].text()
    found = SignIn({"type": "gitlab", **({"url": url} if url else {}), **client(config)}, "gitlab")
    group_rule(found, config["allowed_gitlab_groups"])
    everyone(found, config)
    people_rules(found, config, by_login(found.slug))
    return found


def _google(hub: Hub) -> SignIn:
    config = Config(hub, "GoogleOAuthenticator")
    found = SignIn({"type": "google", **client(config)}, "google")
    hosted, plural = config["hosted_domain"], config["allowed_hosted_domains"]
    hosted = hosted if hosted.is_there else plural
    domains = [domain.lower() for domain in hosted.texts() if DOMAIN.fullmatch(domain)]
    if domains and config["allow_all"].flag():
        found.members += noted([{"provider": "google", "email_domains": domains}], hosted)
    else:
        everyone(found, config)
    strips = bool(config["strip_domain"].flag()) and len(domains) == 1
    domain = domains[0] if strips else ""
    if strips and found.provider is not None:
        found.provider["adopts_without"] = domain
    complete = by_login("google")
    people_rules(
        found, config, lambda people: complete(tuple(_with_domain(p, domain) for p in people))
    )
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
    group_rule(found, config["allowed_groups"])
    admins = config["admin_groups"]
    if groups := group_words(admins):
        found.admins += noted([{"provider": found.slug, "groups": groups}], admins)
    everyone(found, config)
    people_rules(found, config, by_login(found.slug))
    return found


def _oidc(config: Config, title: str) -> dict[str, Any]:
    provider: dict[str, Any] = {"type": "oidc", **({"title": title} if title else {})}
    provider |= client(config)
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
    found = SignIn({"type": "auth0", "url": f"https://{host}", **client(config)}, "auth0")
    everyone(found, config)
    people_rules(found, config, by_login(found.slug))
    return found


def _azuread(hub: Hub) -> SignIn:
    config = Config(hub, "AzureAdOAuthenticator")
    tenant = config["tenant_id"].text() or TO_FILL_IN
    found = SignIn({"type": "azuread", "tenant": tenant, **client(config)}, "azuread")
    everyone(found, config)
    people_rules(found, config, by_login(found.slug))
    return found


def _globus(hub: Hub) -> SignIn:
    config = Config(hub, "GlobusOAuthenticator")
    found = SignIn({"type": "globus", **client(config)}, "globus")
    group_rule(found, config["allowed_globus_groups"])
    everyone(found, config)
    people_rules(found, config, by_login(found.slug))
    return found


_READERS: Mapping[str, Callable[[Hub], SignIn]] = MappingProxyType(
    {
        "auth0": _auth0,
        "azuread": _azuread,
        "cilogon": cilogon,
        "generic": _generic,
        "generic-oauth": _generic,
        "github": _github,
        "gitlab": _gitlab,
        "globus": _globus,
        "google": _google,
    }
)
