"""Profiles and their sizes, built once for all communities that have the same."""

from __future__ import annotations

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import (
    EnvironmentPart,
    GuaranteesPart,
    ProfilePart,
    SizePart,
)
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.purse import Purse, Rates
from catalyst_hub.communities_file.shape import looks_secret
from catalyst_hub.communities_file.words import listed, meant, nearest
from catalyst_hub.core.price import Price
from catalyst_hub.core.profile import Environment, OwnImage, Profile, Size
from catalyst_hub.core.resources import Resources

_Parts = dict[str, ProfilePart | None]


class Catalogue:
    """Builds profiles; what several communities inherit unchanged is one and the same object."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        # The parts stay referenced beside what was made of them: an id is theirs while they live.
        self._built: dict[object, tuple[_Parts, tuple[Profile, ...]]] = {}

    def profiles(
        self, parts: _Parts | None, rates: Rates, purse: Purse, path: Path
    ) -> tuple[Profile, ...]:
        """The profiles of a community whose own prices are ``rates``."""
        if parts is None:
            return ()
        key = id(parts), purse.currency, tuple(rates.items())
        if key not in self._built:
            built = _Builder(purse, self._findings)
            found = (
                built.profile(slug, part, rates, (*path, slug))
                for slug, part in parts.items()
                if part
            )
            self._built[key] = parts, tuple(found)
        return self._built[key][1]


class _Builder:
    def __init__(self, purse: Purse, findings: Findings) -> None:
        self._purse = purse
        self._findings = findings

    def profile(self, slug: str, part: ProfilePart, rates: Rates, path: Path) -> Profile:
        rates = self._rates(part, rates, path)
        sizes = {s: size for s, size in (part.sizes or {}).items() if size}
        if not sizes:
            expected, do = "at least one size", "add sizes, or set the profile to null"
            self._findings.refuse(path, "this profile has no sizes", expected, do, at_key=True)
        check_default(self._findings, part.default_size, sizes, (*path, "default_size"), "size")
        return Profile(
            slug,
            dict(part.title or {"": slug}),
            dict(part.description or {}),
            self._environment(part.environment or EnvironmentPart(), path),
            self._sizes(sizes, part, rates, (*path, "sizes")),
            tuple(part.interfaces or ("lab",)),
            part.default_size or next(iter(sizes), ""),
            dict(part.kubespawner or {}),
        )

    def _sizes(
        self, parts: dict[str, SizePart], profile: ProfilePart, rates: Rates, path: Path
    ) -> tuple[Size, ...]:
        """The sizes; each runs where its profile does, and where it says itself."""
        common = profile.node_selector or {}
        sizes = (
            part.model_copy(update={"node_selector": common | (part.node_selector or {})})
            for part in parts.values()
        )
        return tuple(
            self._size(slug, size, rates, (*path, slug))
            for slug, size in zip(parts, sizes, strict=True)
        )

    def _rates(self, part: ProfilePart | SizePart, rates: Rates, path: Path) -> Rates:
        """The prices in force: null makes it free, other prices replace what is inherited."""
        if "prices" not in part.model_fields_set:
            return rates
        own = self._purse.rates(part.prices, (*path, "prices"))
        return rates | own if part.prices else {}

    def _environment(self, part: EnvironmentPart, path: Path) -> Environment:
        self._check_environment(part, path)
        variables = {
            name: value for name, value in (part.variables or {}).items() if value is not None
        }
        for name in filter(looks_secret, variables):
            do = "hand secrets over another way"
            what = "everybody who starts this profile can read this variable"
            where = (*path, "environment", "variables", name)
            self._findings.warn(where, what, "no secrets in variables", do)
        brought = part.own_image
        own = OwnImage(brought.pattern, brought.message or {}) if brought else None
        command = tuple(part.command or ())
        return Environment(part.image, command, variables, part.working_dir, own)

    def _check_environment(self, part: EnvironmentPart, path: Path) -> None:
        if not part.image and not part.command and not part.own_image:
            what, expected = "this profile has nothing to run", "an image or a command"
            do = "add environment: {image: …} or {command: …}"
            self._findings.refuse(path, what, expected, do, at_key=True)
        if part.image and part.own_image:
            what, expected = "an image is named, and to be brought as well", "one of the two"
            do = "remove one, or make two profiles of it"
            self._findings.refuse((*path, "environment", "own_image"), what, expected, do)

    def _size(self, slug: str, part: SizePart, rates: Rates, path: Path) -> Size:
        guarantees = _guarantees(part)
        self._check_limits(part, guarantees, path)
        unlimited = frozenset(name for name in ("cpu", "memory") if getattr(part, name) is None)
        limits = Resources(
            guarantees.cpu_milli if part.cpu is None else part.cpu,
            guarantees.memory_bytes if part.memory is None else part.memory,
            part.gpu or 0,
        )
        selector = {key: label for key, label in (part.node_selector or {}).items() if label}
        price = Price(self._purse.currency, **self._rates(part, rates, path))
        title = dict(part.title or {"": slug})
        traits = dict(part.kubespawner or {})
        return Size(slug, title, limits, guarantees, price, selector, unlimited, traits)

    def _check_limits(self, part: SizePart, guarantees: Resources, path: Path) -> None:
        for name, guaranteed in (
            ("cpu", guarantees.cpu_milli),
            ("memory", guarantees.memory_bytes),
        ):
            limit = getattr(part, name)
            if name not in part.model_fields_set:
                example = "cpu: 1" if name == "cpu" else "memory: 2G"
                do = f"add {example}, or {name}: null for no limit"
                what = f"this size says nothing about {name}"
                self._findings.refuse(path, what, "a limit", do, at_key=True)
            elif limit is not None and guaranteed > limit:
                where = (*path, "guarantees", name)
                do = "lower the guarantee or raise the limit"
                self._findings.refuse(where, "more than the limit", "at most the limit", do)


def check_default(
    findings: Findings, default: str | None, known: object, path: Path, kind: str
) -> None:
    """A default must be one of those that are there."""
    names = list(known) if isinstance(known, dict) else []
    if default is None or default in names:
        return
    do = meant(nearest(default, names), f"name another, or add this {kind}")
    what = f"there is no {kind} '{default}' here"
    # An inherited default that the community's own words leave behind: they are to blame.
    is_left_behind = findings.is_written(path[:-1]) and not findings.is_written(path)
    where = path[:-1] if is_left_behind else path
    expected = listed(names) or f"a {kind}"
    findings.refuse(where, what, expected, do, at_key=is_left_behind)


def _guarantees(part: SizePart) -> Resources:
    wanted = part.guarantees or GuaranteesPart()
    return Resources(wanted.cpu or 0, wanted.memory or 0, part.gpu or 0)
