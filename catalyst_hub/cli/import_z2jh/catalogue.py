"""Profiles and sizes of the communities file, out of the old form's selections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalyst_hub.cli.import_z2jh.environment import environment_of
from catalyst_hub.cli.import_z2jh.overrides import OF_A_SIZE, Traits, cpu_milli, memory_bytes
from catalyst_hub.cli.import_z2jh.profile_list import Choice, plain_text, slug_of
from catalyst_hub.cli.import_z2jh.selections import Selection
from catalyst_hub.cli.import_z2jh.writer import Noted, Number, Shared
from catalyst_hub.communities_file.traits import GPU

_ONLY_SIZE = "standard"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a selection of the old form is in the new catalogue."""

    profile: str
    size: str


class Catalogue:
    """The profiles of one community. ``places`` tells where each selection went."""

    def __init__(self, selections: Iterable[Selection], is_only_profile: bool, name: str) -> None:
        self._name = name
        self._is_only_profile = is_only_profile
        self.places: list[tuple[Selection, Place]] = []
        self.notes: list[str] = []
        self.profiles: dict[str, Any] = {}
        self.default = ""
        self._is_default_marked = False
        by_profile: dict[tuple[object, ...], list[Selection]] = {}
        for one in selections:
            kind = tuple((key, choice.value.path) for key, choice in one.kind.items())
            by_profile.setdefault((one.entry.slug, id(one.entry), kind), []).append(one)
        for group in by_profile.values():
            self._add(group)

    def _add(self, group: Sequence[Selection]) -> None:
        first = group[0]
        slug = _unused(self._slug(first), self.profiles)
        common = _common([one.traits for one in group])
        sizes, default = self._sizes(group, slug, common)
        profile: dict[str, Any] = {"title": self._title(first)}
        if description := self._description(first):
            profile["description"] = description
        profile |= environment_of(common, first.own_image)
        if selector := common.get("node_selector"):
            profile["node_selector"] = selector
        if default != next(iter(sizes)):
            profile["default_size"] = default
        profile["sizes"] = Shared(f"sizes-{self._name}-{slug}", sizes)
        self.profiles[slug] = Noted(profile, beside=_place_of(first))
        if any(one.is_default for one in group):
            self._consider(slug, is_marked=first.entry.is_default)

    def _consider(self, slug: str, *, is_marked: bool) -> None:
        """The first profile that is marked is the one to begin with, else the first."""
        if not self.default or (is_marked and not self._is_default_marked):
            self.default, self._is_default_marked = slug, is_marked

    def _slug(self, one: Selection) -> str:
        slugs = [
            choice.slug if isinstance(choice, Choice) else "own-image" for choice in _kind(one)
        ]
        words = slugs if self._is_only_profile and slugs else [one.entry.slug, *slugs]
        return slug_of("-".join(words))

    def _title(self, one: Selection) -> str:
        titles = [choice.title for choice in _kind(one) if choice.title]
        words = titles if self._is_only_profile and titles else [one.entry.title, *titles]
        return plain_text(": ".join(words), 100)

    def _description(self, one: Selection) -> str:
        said = [c.description for c in _kind(one) if isinstance(c, Choice) and c.description]
        return plain_text(" ".join(said) or one.entry.description, 500)

    def _sizes(
        self, group: Sequence[Selection], profile: str, common: Traits
    ) -> tuple[dict[str, Any], str]:
        sizes: dict[str, Any] = {}
        default = ""
        for one in group:
            slug = _unused(_size_slug(one.size), sizes)
            sizes[slug] = _size(one, common)
            self.notes += _excess(one, profile, slug)
            self.places.append((one, Place(profile, slug)))
            if one.is_default or (not default and _begins(one)):
                default = slug
        return sizes, default or next(iter(sizes))


def _kind(one: Selection) -> Sequence[Any]:
    return tuple(one.kind.values())


def _begins(one: Selection) -> bool:
    """Whether its size is what the profile's options begin with."""
    defaults = {option.key: option.default for option in one.entry.options}
    return all(choice.key == defaults[key] for key, choice in one.size.items())


def _place_of(one: Selection) -> str:
    picked = [*one.kind.values()]
    value = picked[-1].value if picked else one.entry.value
    return value.place if value is not None else ""


def _unused(slug: str, taken: Iterable[str]) -> str:
    taken, number, found = set(taken), 1, slug
    while found in taken:
        number += 1
        found = f"{slug[:46].rstrip('-')}-{number}"
    return found


def _size_slug(size: Mapping[str, Choice]) -> str:
    return slug_of("-".join(choice.slug for choice in size.values())) if size else _ONLY_SIZE


def _common(all_traits: Sequence[Traits]) -> Traits:
    """What all sizes of a profile have the same, their limits apart."""
    first = all_traits[0]
    common = {
        name: value
        for name, value in first.items()
        if name not in OF_A_SIZE and all(name in t and t[name] == value for t in all_traits)
    }
    selectors = [t.get("node_selector") or {} for t in all_traits]
    same = {k: v for k, v in selectors[0].items() if all(s.get(k) == v for s in selectors)}
    return common | ({"node_selector": same} if same else {})


def _size(one: Selection, common: Traits) -> dict[str, Any]:
    traits = one.traits
    title = ", ".join(choice.title for choice in one.size.values())
    size: dict[str, Any] = {"title": plain_text(title, 100) if title else "Standard"}
    size |= {"cpu": _cpu(traits.get("cpu_limit")), "memory": _memory(traits.get("mem_limit"))}
    if gpu := _gpus(traits):
        size["gpu"] = gpu
    if guarantees := _guarantees(traits):
        size["guarantees"] = guarantees
    selector = traits.get("node_selector") or {}
    known = common.get("node_selector") or {}
    if own := {key: label for key, label in selector.items() if key not in known}:
        size["node_selector"] = own
    if rest := _rest(traits, common):
        size["kubespawner"] = rest
    return size


def _guarantees(traits: Traits) -> dict[str, Any]:
    """At most the limits: Kubernetes takes no pod that asks for more than it may use."""
    found: dict[str, Any] = {}
    cpu, memory = traits.get("cpu_guarantee"), traits.get("mem_guarantee")
    cpu_limit, memory_limit = traits.get("cpu_limit"), traits.get("mem_limit")
    if cpu and cpu_milli(cpu):
        is_more = cpu_limit is not None and cpu_milli(cpu) > cpu_milli(cpu_limit)
        found["cpu"] = _cpu(cpu_limit if is_more else cpu)
    if memory and memory_bytes(memory):
        is_more = memory_limit is not None and memory_bytes(memory) > memory_bytes(memory_limit)
        found["memory"] = _memory(memory_limit if is_more else memory)
    return found


def _excess(one: Selection, profile: str, size: str) -> list[str]:
    """What is guaranteed beyond the limit, which no server was ever started with."""
    traits, found = one.traits, []
    for kind, prefix, count in (("CPU", "cpu", cpu_milli), ("memory", "mem", memory_bytes)):
        guarantee, limit = traits.get(f"{prefix}_guarantee"), traits.get(f"{prefix}_limit")
        if guarantee and limit is not None and count(guarantee) > count(limit):
            where = f"{_place_of(one)}: {profile}, {size}".removeprefix(": ")
            found.append(
                f"{where}: {kind} of {guarantee} is guaranteed, but {limit} is the limit:"
                " Kubernetes takes no such server, so the limit is guaranteed"
            )
    return found


def _cpu(amount: Any) -> Number | None:
    if amount is None:
        return None
    milli = cpu_milli(amount)
    return Number(f"{milli / 1000:g}" if milli < 10**6 else str(milli // 1000))


def _memory(amount: Any) -> Number | None:
    if amount is None:
        return None
    return Number(amount.strip() if isinstance(amount, str) else str(memory_bytes(amount)))


def _gpus(traits: Traits) -> int:
    """Whole GPUs among the extra resources."""
    limits = traits.get("extra_resource_limits") or {}
    return int(limits.get(GPU) or 0)


def _rest(traits: Traits, common: Traits) -> Traits:
    """What only this size sets, in KubeSpawner's own words."""
    rest = {k: v for k, v in traits.items() if k not in OF_A_SIZE and k not in common}
    for name in ("extra_resource_limits", "extra_resource_guarantees"):
        if others := {k: v for k, v in (traits.get(name) or {}).items() if k != GPU}:
            rest[name] = others
    return rest
