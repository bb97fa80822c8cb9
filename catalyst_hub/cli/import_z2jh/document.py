"""The whole communities file out of the imported hubs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from catalyst_hub.cli.import_z2jh.cilogon import joined
from catalyst_hub.cli.import_z2jh.communities import Imported
from catalyst_hub.cli.import_z2jh.profile_list import plain_text, slug_of
from catalyst_hub.cli.import_z2jh.sign_in_rules import TO_FILL_IN, SignIn
from catalyst_hub.cli.import_z2jh.sources import Sources
from catalyst_hub.cli.import_z2jh.writer import Noted, bare, yaml_of

_OPERATORS = (
    "Who runs the hub. Operators are named by what the provider never gives to anybody else, such",
    "as GitHub's number of an account (https://api.github.com/users/LOGIN), so names do not do:",
    "operators:",
)


class Providers:
    """The providers of all hubs: those of one kind are one, as far as they say the same."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, Any]] = {}
        self._uses: Counter[str] = Counter()

    def add(self, sign_in: SignIn) -> None:
        """Add a hub's provider; its rules follow when it cannot have the name it wanted."""
        if sign_in.provider is None:
            return
        wanted, number = sign_in.slug, 1
        while not self._joins(sign_in.slug, sign_in.provider):
            number += 1
            _rename(sign_in, f"{wanted}-{number}")
        self._uses[sign_in.slug] += 1

    def _joins(self, slug: str, part: dict[str, Any]) -> bool:
        known = self.parts.setdefault(slug, dict(part))
        if known is part or _without_idps(known) == _without_idps(part):
            _add_idps(known, part)
            return True
        return False

    def document(self) -> dict[str, Any]:
        """As the file has them. Only one can adopt: the one that most hubs used."""
        adopting = self._uses.most_common(1)[0][0] if self._uses else ""
        return {slug: _provider(part, slug == adopting) for slug, part in self.parts.items()}


def _provider(part: dict[str, Any], adopts: bool) -> dict[str, Any]:
    part = {key: value for key, value in part.items() if adopts or key != "adopts_without"}
    if part["client_id"] == TO_FILL_IN:
        part["client_id"] = Noted(TO_FILL_IN, beside="what the provider calls this hub")
    if adopts:
        beside = "who has used the old hub keeps name and home"
        part["adopts"] = Noted(True, beside=beside)
    return part


def _without_idps(part: dict[str, Any]) -> dict[str, Any]:
    hidden = ("identity_providers", "adopts_without")
    return {key: value for key, value in part.items() if key not in hidden}


def _add_idps(known: dict[str, Any], part: dict[str, Any]) -> None:
    """People of an identity provider are the same at every hub."""
    if known is part or "identity_providers" not in part:
        return
    by_id = {one.value["id"]: one for one in known["identity_providers"]}
    for one in part["identity_providers"]:
        have = by_id.get(one.value["id"])
        by_id[one.value["id"]] = one if have is None else _joined(have, one)
    known["identity_providers"] = list(by_id.values())


def _joined(have: Noted, one: Noted) -> Noted:
    return Noted(joined(have.value, one.value), have.beside, have.above)


def _rename(sign_in: SignIn, slug: str) -> None:
    for rules in (sign_in.members, sign_in.admins, sign_in.blocked):
        for rule in rules:
            rule.value["provider"] = slug
    sign_in.slug = slug


def document(sources: Sources, imported: Sequence[Imported], providers: Providers) -> str:
    """The text of the file."""
    hub: dict[str, Any] = {"name": slug_of(sources.name)}
    if sources.title:
        hub["title"] = plain_text(sources.title, 100)
    communities: dict[str, Any] = {}
    for one in imported:
        for slug, community in one.communities.items():
            communities[_unused(slug, communities)] = community
    whole = {
        "version": 1,
        "hub": hub,
        "providers": Noted(providers.document(), above=_operators(imported)),
        "communities": communities,
    }
    return yaml_of(whole, _head(imported))


def _unused(slug: str, taken: dict[str, Any]) -> str:
    number, found = 1, slug
    while found in taken:
        number += 1
        found = f"{slug[:46].rstrip('-')}-{number}"
    return found


def _operators(imported: Sequence[Imported]) -> tuple[str, ...]:
    """The people who had all power over each hub, for the operator to look up."""
    lines = [
        f"  - {{provider: {rule['provider']}, people: […]}}  # {person}"
        for one in imported
        for rule in map(bare, one.sign_in.admins)
        for person in rule.get("people", ())
    ]
    return (*_OPERATORS, *dict.fromkeys(lines)) if lines else ()


def _head(imported: Sequence[Imported]) -> list[str]:
    names = [PurePath(file.name).name for one in imported for file in one.hub.values.files]
    charts = sorted({one.hub.chart for one in imported})
    return [
        "Made by catalyst-hub import-z2jh. What stands beside a # says where it came from.",
        f"Where values say nothing, what {' and '.join(charts)} sets by itself was taken.",
        f"Before the first start: fill in what is {TO_FILL_IN}; then catalyst-hub check FILE.",
        f"From {', '.join(dict.fromkeys(names))}.",
    ]
