"""Providers, and the rules that let people in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalyst_hub.communities_file.culling import PeoplePart
from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import OperatorRulePart, RulePart
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.providers import AnyProvider, DemoPart, OAuthPart, PersonaPart
from catalyst_hub.communities_file.words import listed, meant, nearest
from catalyst_hub.core.community import MembershipRule
from catalyst_hub.core.phrase import WORKSHOP_ACCOUNTS
from catalyst_hub.core.policy import Provider


def provider_of(slug: str, part: AnyProvider, findings: Findings) -> Provider:
    """A provider. Its settings are those of its part; of a demo provider: ``personas`` (each with
    ``name``, ``display_name``, ``description`` by language, ``language`` or None, ``is_shown`` on
    the sign-in page), ``any_name`` (bool) and ``shared_password`` (or None)."""
    title = dict(part.title or {"": slug})
    if isinstance(part, OAuthPart):
        settings = part.model_dump(exclude={"type", "title", "adopts", "adopts_without"})
        adopts, domain = bool(part.adopts), part.adopts_without or ""
        return Provider(slug, part.type, title, settings, adopts=adopts, adopts_without=domain)
    if not isinstance(part, DemoPart):
        return Provider(slug, part.type, title, part.model_dump(exclude={"type", "title"}))
    _refuse_namesakes(slug, [persona.name for persona in part.personas], findings)
    settings = {
        "personas": tuple(_persona(persona) for persona in part.personas),
        "any_name": bool(part.any_name),
        "shared_password": part.shared_password,
    }
    return Provider(slug, part.type, title, settings)


def refuse_second_adopter(providers: Mapping[str, AnyProvider], findings: Findings) -> None:
    """Two providers may give the same login to two people; one of them would get the other's
    home."""
    adopters = [slug for slug, part in providers.items() if getattr(part, "adopts", None)]
    for slug in adopters[1:]:
        what = f"{adopters[0]} adopts the Hub's users already"
        expected, do = "one provider with adopts", "keep the one that people signed in with so far"
        findings.refuse(("providers", slug, "adopts"), what, expected, do)


def _refuse_namesakes(slug: str, names: list[str], findings: Findings) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            path: Path = ("providers", slug, "personas", i, "name")
            what, expected = f"there is a persona {name} already", "each name once"
            findings.refuse(path, what, expected, "rename or remove one of the two")


def _persona(part: PersonaPart) -> dict[str, object]:
    return {
        "name": part.name,
        "display_name": part.display_name or part.name,
        "description": dict(part.description or {}),
        "language": part.language,
        "is_shown": part.on_sign_in_page,
    }


#: By type of provider, the keys of a rule that can never fit anybody.
_NEVER_KNOWN: Mapping[str, tuple[str, ...]] = {
    "auth0": ("identity_providers",),
    "azuread": ("identity_providers",),
    "demo": ("groups", "email_domains", "identity_providers"),
    "github": ("identity_providers",),
    "gitlab": ("identity_providers",),
    "globus": ("email_domains",),
    "google": ("groups", "identity_providers"),
    "oidc": ("identity_providers",),
}


#: Whatever names people of a provider.
_NamingPart = RulePart | OperatorRulePart | PeoplePart


class Rules:
    """Turns rules into the core's, checking that they name what is there."""

    def __init__(
        self, providers: Mapping[str, AnyProvider], written: Iterable[str], findings: Findings
    ) -> None:
        self._providers = providers
        self._names = list(written)
        self._findings = findings

    def rules(self, parts: Sequence[_NamingPart], path: Path) -> tuple[MembershipRule, ...]:
        """The rules of a list at a path."""
        return tuple(self._rule(part, (*path, i)) for i, part in enumerate(parts))

    def _rule(self, part: _NamingPart, path: Path) -> MembershipRule:
        if part.provider not in self._names:
            do = meant(nearest(part.provider, self._names), "add it to providers")
            what = f"there is no provider '{part.provider}'"
            self._findings.refuse((*path, "provider"), what, listed(self._names) or "one", do)
        self._check_people(part, path)
        if not isinstance(part, RulePart):
            return MembershipRule(part.provider, frozenset(part.people))
        return MembershipRule(
            part.provider,
            frozenset(part.people or ()),
            frozenset(part.groups or ()),
            frozenset(part.email_domains or ()),
            bool(part.everyone),
            frozenset(part.identity_providers or ()),
        )

    def _check_people(self, part: _NamingPart, path: Path) -> None:
        """A demo provider knows all its people, so that a misspelt one can be told."""
        provider = self._providers.get(part.provider)
        if provider is not None:
            self._check_kinds(part, provider, path)
        if not isinstance(provider, DemoPart) or provider.any_name:
            return
        names = [persona.name for persona in provider.personas]
        for i, person in enumerate(part.people or ()):
            if person.casefold() not in names:
                do = meant(nearest(person, names), "add a persona of this name")
                what = f"there is no persona '{person}'"
                self._findings.refuse((*path, "people", i), what, listed(names), do)

    def _check_kinds(self, part: _NamingPart, provider: AnyProvider, path: Path) -> None:
        """Of some providers' people the hub learns no groups, or no verified e-mail."""
        if provider.type == WORKSHOP_ACCOUNTS:
            self._warn_of_words(part, path)
        for key in _NEVER_KNOWN.get(provider.type, ()):
            if getattr(part, key, None):
                what = f"a provider of type {provider.type} tells none, so this lets nobody in"
                do = "list people instead"
                self._findings.warn((*path, key), what, "people or everyone", do)
        known = getattr(provider, "identity_providers", None) or ()
        names = [one.id for one in known]
        for i, wanted in enumerate(getattr(part, "identity_providers", None) or ()):
            if names and wanted not in names:
                do = meant(nearest(wanted, names), "add it to the provider")
                what = f"the provider has no identity provider '{wanted}'"
                where = (*path, "identity_providers", i)
                self._findings.refuse(where, what, listed(names), do)

    def _warn_of_words(self, part: _NamingPart, path: Path) -> None:
        for key in ("people", "groups", "email_domains", "identity_providers"):
            if getattr(part, key, None):
                what = "of people with workshop accounts the hub knows nothing that a rule can name"
                is_culling = isinstance(part, PeoplePart)
                expected = "people of another provider" if is_culling else "everyone"
                do = "remove it" if is_culling else "invite them instead"
                self._findings.warn((*path, key), what, expected, do)
