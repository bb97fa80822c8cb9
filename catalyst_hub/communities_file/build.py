"""From the models to the nouns of the core, and what only shows when all is put together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain

from catalyst_hub.communities_file.catalogue import Catalogue, check_default
from catalyst_hub.communities_file.culling import culling_of
from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.inheritance import inherited
from catalyst_hub.communities_file.keeping import keeping_of
from catalyst_hub.communities_file.limits import warn_of_limits
from catalyst_hub.communities_file.models import CommunityPart, FilePart
from catalyst_hub.communities_file.nodes import node_of
from catalyst_hub.communities_file.people import (
    Rules,
    provider_of,
    refuse_second_adopter,
)
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.purse import Purse
from catalyst_hub.communities_file.quotas import limits_of
from catalyst_hub.communities_file.spending import bounds_of, budget_of, enforcement_of
from catalyst_hub.communities_file.storage import storage_of
from catalyst_hub.communities_file.waiting_room import waiting_room_of
from catalyst_hub.core.community import Community
from catalyst_hub.core.language import supported
from catalyst_hub.core.policy import LANGUAGES, Policy
from catalyst_hub.core.profile import Profile
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.terms import TermsOfUse


def build(file: FilePart, providers: Iterable[str], version: str, findings: Findings) -> Policy:
    """The policy. ``providers`` are the names of all that are written, usable or not."""
    builder = _Builder(file, Rules(file.providers, providers, findings), findings)
    hub, lapse = file.hub, file.hub.champion_power_lapses_after
    refuse_second_adopter(file.providers, findings)
    if not file.providers:
        expected, do = "at least one provider", "add one to providers"
        findings.warn(("providers",), "nobody can sign in", expected, do)
    return Policy(
        hub.name,
        dict(hub.title or {"": hub.name}),
        hub.time_zone,
        tuple(hub.languages),
        hub.contact,
        tuple(provider_of(slug, part, findings) for slug, part in file.providers.items()),
        tuple(builder.community(slug, part) for slug, part in file.communities.items()),
        builder.rules.rules(hub.operators, ("hub", "operators")),
        version,
        timedelta(seconds=hub.removal_notice),
        builder.rules.rules(hub.blocked, ("hub", "blocked")),
        None if lapse is None else timedelta(seconds=lapse),
        enforcement_of(hub.enforcement),
        None if hub.keep_details_for is None else timedelta(seconds=hub.keep_details_for),
        waiting_room_of(hub.waiting_room),
        tuple(node_of(slug, part) for slug, part in file.nodes.items()),
    )


class _Builder:
    def __init__(self, file: FilePart, rules: Rules, findings: Findings) -> None:
        self._file = file
        self._findings = findings
        self._catalogue = Catalogue(findings)
        self.rules = rules

    def community(self, slug: str, own: CommunityPart) -> Community:
        path: Path = ("communities", slug)
        part = inherited(self._file.defaults, own)
        purse = Purse(slug, part.currency, self._findings)
        rates = purse.rates(part.prices, (*path, "prices"))
        profiles = self._catalogue.profiles(part.profiles, rates, purse, (*path, "profiles"))
        community = Community(
            slug,
            dict(part.title),
            part.country,
            tuple(part.languages or self._file.hub.languages),
            part.time_zone or self._file.hub.time_zone,
            purse.currency,
            part.contact or self._file.hub.contact,
            self.rules.rules(part.members, (*path, "members")),
            self.rules.rules(part.champions, (*path, "champions")),
            profiles,
            part.default_profile or (profiles[0].slug if profiles else ""),
            self._limits(part, profiles, purse, path),
            budget_of(part.budget, purse, profiles, (*path, "budget"), self._findings),
            culling_of(part, own, path, self.rules, self._findings),
            bounds=bounds_of(part.bounds, purse, (*path, "bounds")),
            takes_requests=bool(part.join_requests),
            blocked=self.rules.rules(part.blocked, (*path, "blocked")),
            keeping=keeping_of(part.keeping),
            storage=storage_of(part.storage),
            terms=TermsOfUse(own.terms.version, dict(own.terms.text)) if own.terms else None,
        )
        self._check(community, part, path)
        return community

    def _limits(
        self, part: CommunityPart, profiles: Iterable[Profile], purse: Purse, path: Path
    ) -> tuple[Limit, ...]:
        """Its own, then those of its profiles."""
        own = limits_of(part.quotas, None, purse, path, self._findings)
        parts = part.profiles or {}
        of_profiles = (
            limits_of(found.quotas, profile.slug, purse, path, self._findings)
            for profile in profiles
            if (found := parts.get(profile.slug)) is not None
        )
        return own + tuple(chain.from_iterable(of_profiles))

    def _check(self, community: Community, part: CommunityPart, path: Path) -> None:
        known = {profile.slug: profile for profile in community.profiles}
        where = (*path, "default_profile")
        check_default(self._findings, part.default_profile, known, where, "profile")
        hold_ms = enforcement_of(self._file.hub.enforcement).hold_ms
        warn_of_limits(community, hold_ms, path, self._findings)
        self._warn_of_emptiness(community, path)
        if not any(map(supported, community.languages)):
            what = "the pages speak none of these languages"
            do = "add the one its people understand best"
            self._findings.warn((*path, "languages"), what, ", ".join(LANGUAGES), do)

    def _warn_of_emptiness(self, community: Community, path: Path) -> None:
        missing = (
            (community.members or community.champions, "no rule lets anybody in", "members"),
            (community.champions, "nobody looks after it", "champions"),
            (community.profiles, "there is nothing to start", "profiles"),
        )
        for is_there, what, key in missing:
            if not is_there:
                self._findings.warn(path, what, f"the key {key}", f"add {key}")
