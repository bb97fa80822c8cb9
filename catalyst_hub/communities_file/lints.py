"""What a communities file may say, and its writer hardly means. Each finding is a warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.numbers import get_territory_currencies

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.inheritance import inherited
from catalyst_hub.communities_file.models import (
    BoundsPart,
    CommunityPart,
    DefaultsPart,
    FilePart,
    ProfilePart,
    RulePart,
)
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.providers import AnyProvider, CILogonPart, GooglePart
from catalyst_hub.communities_file.words import listed
from catalyst_hub.core.community import Community, is_domain_among
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.resources import Unit

#: Money that is counted in everywhere.
_WORLD_MONEY = frozenset({"USD", "EUR"})
#: Winter and summer, of either half of the world.
_SEASONS = tuple(datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7))


def lint(file: FilePart, policy: Policy, findings: Findings) -> None:
    """Everything that shows only when the whole file is known."""
    _warn_of_unused_profiles(file, findings)
    _warn_of_spellings(file, findings)
    for slug, part in file.communities.items():
        path: Path = ("communities", slug)
        _warn_of_nulls(file.defaults, part, path, findings)
        _warn_of_rules(file, part, path, findings)
        _warn_of_idle_bounds(inherited(file.defaults, part).bounds, part, path, findings)
    for community in policy.communities:
        path = ("communities", community.slug)
        _warn_of_place(community, path, findings)
        _warn_of_free_budgets(community, path, findings)
        _warn_of_default_image(community, path, findings)
        _warn_of_terms(community, path, findings)


def _warn_of_unused_profiles(file: FilePart, findings: Findings) -> None:
    """An image nobody can start is an image nobody updates."""
    parts = [
        part
        for part in file.communities.values()
        if part.profiles is not None or "profiles" not in part.model_fields_set
    ]
    for slug in file.defaults.profiles or {} if parts else ():
        path: Path = ("defaults", "profiles", slug)
        own = [(part.profiles or {}).get(slug, ProfilePart()) for part in parts]
        offered = [profile for profile in own if profile is not None]
        if not offered:
            what = "no community offers this profile"
            do = "remove it, or stop removing it from a community"
            findings.warn(path, what, "a community that does", do)
        elif all(profile.environment and profile.environment.image for profile in offered):
            _warn_of_unused_image((*path, "environment", "image"), findings)


def _warn_of_unused_image(path: Path, findings: Findings) -> None:
    if findings.is_written(path):
        what = "nobody starts this image: each community names its own"
        findings.warn(path, what, "an image that somebody starts", "remove it")


def _warn_of_nulls(
    defaults: DefaultsPart, part: CommunityPart, path: Path, findings: Findings
) -> None:
    """``null`` under a misspelt name leaves what was to be removed where it is."""
    known = defaults.profiles or {}
    for slug, profile in (part.profiles or {}).items():
        where = (*path, "profiles", slug)
        if profile is None:
            _warn_of_null(slug, known, where, findings)
            continue
        inherited = known.get(slug)
        sizes = (inherited.sizes if inherited else None) or {}
        for name, size in (profile.sizes or {}).items():
            if size is None:
                _warn_of_null(name, sizes, (*where, "sizes", name), findings)


def _warn_of_null(name: str, known: Iterable[str], path: Path, findings: Findings) -> None:
    if name not in known:
        expected = listed(known) or "something that is inherited"
        findings.warn(path, "null removes nothing here", expected, "correct the name, or remove it")


def _warn_of_spellings(file: FilePart, findings: Findings) -> None:
    """The hub does not mind, but one of the two is not how the provider spells it."""
    first: dict[tuple[str, str], str] = {}
    for rule, path in _rules(file):
        for i, group in enumerate(rule.groups or ()):
            # Of org:team both, and the organisation alone may be written elsewhere.
            for word in dict.fromkeys((group, group.partition(":")[0])):
                seen = first.setdefault((rule.provider, word.casefold()), word)
                if seen != word:
                    what, do = f"{word} is written {seen} before", "write it as the provider does"
                    findings.warn((*path, "groups", i), what, "one spelling", do)
                    break


def _rules(file: FilePart) -> Iterator[tuple[RulePart, Path]]:
    for slug, part in file.communities.items():
        for key, rules in (("members", part.members), ("champions", part.champions)):
            for i, rule in enumerate(rules):
                yield rule, ("communities", slug, key, i)


def _warn_of_rules(file: FilePart, part: CommunityPart, path: Path, findings: Findings) -> None:
    for i, rule in enumerate(part.champions):
        if rule.everyone:
            where = (*path, "champions", i, "everyone")
            do = "put this rule under members, and list the champions"
            what = "everybody who signs in there looks after this community"
            findings.warn(where, what, "people or groups", do)
    for key, rules in (("members", part.members), ("champions", part.champions)):
        for i, rule in enumerate(rules):
            provider = file.providers.get(rule.provider)
            if provider is not None:
                _warn_of_domains(rule, provider, (*path, key, i), findings)


def _warn_of_domains(rule: RulePart, provider: AnyProvider, path: Path, findings: Findings) -> None:
    """A provider that speaks for some domains only never confirms an address of another."""
    known = _domains_of(provider)
    if known is None:
        return
    for i, domain in enumerate(rule.email_domains or ()):
        plain = domain.removeprefix("*.").casefold()
        if not (is_domain_among(plain, known) or "*." + plain in known):
            what = f"the provider {rule.provider} speaks for no such domain"
            do = "add it to the provider, or remove it here"
            where = (*path, "email_domains", i)
            findings.warn(where, what, listed(sorted(known)) or "none at all", do)


def _domains_of(provider: AnyProvider) -> frozenset[str] | None:
    """The domains whose addresses count; None: any that is verified."""
    if isinstance(provider, GooglePart):
        domains = provider.hosted_domains
        return frozenset(map(str.casefold, domains)) if domains else None
    if not isinstance(provider, CILogonPart):
        return None
    parts = (part.email_domains or () for part in provider.identity_providers)
    return frozenset(domain.casefold() for domains in parts for domain in domains)


def _warn_of_place(community: Community, path: Path, findings: Findings) -> None:
    """A part that was copied from a community elsewhere."""
    country = community.country
    if country is None:
        return
    zones = get_global("territory_zones").get(country, ())
    if zones and community.zone != "UTC" and not _is_time_in(community.zone, country):
        what = f"{community.zone} has another time than {country}"
        do = "correct one of the two: days and quotas begin by this clock"
        findings.warn((*path, "time_zone"), what, listed(zones, 4), do)
    own = _money_of(country)
    has_money = community.budget is not None or any(_rates(community))
    if has_money and community.currency not in {*own, *_WORLD_MONEY}:
        what = f"{community.currency} is not the money of {country}"
        do = "correct one of the two, and convert what was copied"
        findings.warn((*path, "currency"), what, listed((*own, *sorted(_WORLD_MONEY))), do)


@cache
def _is_time_in(zone: str, country: str) -> bool:
    zones = get_global("territory_zones")[country]
    return zone in zones or any(_offsets(zone) == _offsets(other) for other in zones)


@cache
def _money_of(country: str) -> tuple[str, ...]:
    return tuple(get_territory_currencies(country))


def _offsets(zone: str) -> tuple[object, ...]:
    return tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in _SEASONS)


def _warn_of_free_budgets(community: Community, path: Path, findings: Findings) -> None:
    """Money that nothing is ever taken from."""
    if any(_rates(community)) or not community.profiles:
        return
    what, expected, do = "nothing here has a price", "prices", "add prices, or limit hours instead"
    if community.budget is not None:
        findings.warn((*path, "budget"), f"{what}, so this is never spent", expected, do)
    if any(limit.unit is Unit.MONEY for limit in community.limits):
        findings.warn((*path, "quotas"), f"{what}, so no money is ever used", expected, do)


def _rates(community: Community) -> Iterator[int]:
    return (size.rate_micros for profile in community.profiles for size in profile.sizes)


def _warn_of_default_image(community: Community, path: Path, findings: Findings) -> None:
    """Whoever starts without choosing, as programs do, brings no image."""
    default = community.profile(community.default_profile)
    if default is not None and default.environment.own_image is not None:
        what = "this is what people begin with, and it has no image: a start without a choice fails"
        do = "name a profile with an image as default_profile"
        where = (*path, "profiles", default.slug, "environment", "own_image")
        findings.warn(where, what, "an image to begin with", do)


def _warn_of_terms(community: Community, path: Path, findings: Findings) -> None:
    """Nobody should have to agree to what they cannot read."""
    terms = community.terms
    missing = [word for word in community.languages if terms and not terms.speaks(word)]
    if missing:
        what = f"its people speak {listed(missing)}, and the terms do not"
        findings.warn((*path, "terms", "text"), what, "a text in each", "translate it")


#: Bounds of what champions may do only if another key says so.
_OF_EXCEPTIONS = (
    "most_exception_percent",
    "most_exception_days",
    "exceptions_of_money",
    "exceptions_for_oneself",
)


def _warn_of_idle_bounds(
    bounds: BoundsPart | None, own: CommunityPart, path: Path, findings: Findings
) -> None:
    """Whoever writes how large exceptions may be means that there are some."""
    if bounds is None or bounds.champions_may_make_exceptions:
        return
    written = own.bounds.model_fields_set if own.bounds else ()
    for key in (key for key in _OF_EXCEPTIONS if key in written):
        what = "champions make no exceptions here, so this says nothing"
        do = "add champions_may_make_exceptions: true, or remove it"
        findings.warn((*path, "bounds", key), what, "exceptions to bound", do)
