"""A hub as communities: one for all its people, and one for each set of people who had more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from catalyst_hub.cli.import_z2jh.catalogue import Catalogue, Place
from catalyst_hub.cli.import_z2jh.profile_list import (
    Entry,
    plain_text,
    read_profile_list,
    slug_of,
)
from catalyst_hub.cli.import_z2jh.selections import Selection, is_image, selections
from catalyst_hub.cli.import_z2jh.settings import server_settings
from catalyst_hub.cli.import_z2jh.sign_in_rules import SignIn
from catalyst_hub.cli.import_z2jh.sources import Hub
from catalyst_hub.cli.import_z2jh.values import Value
from catalyst_hub.cli.import_z2jh.writer import Noted, Shared

#: Providers whose groups stand in allowed_groups as rules name them.
_WITH_GROUPS = ("github", "oidc")
_SUFFIXES = ("-champions", "-instructors")


@dataclass(slots=True)
class Imported:
    """The communities of one hub, by name, and where each selection of the old form went."""

    hub: Hub
    sign_in: SignIn
    communities: dict[str, Any] = field(default_factory=dict)
    places: list[tuple[Selection, str, Place]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def communities_of(hub: Hub, sign_in: SignIn) -> Imported:
    """The communities of a hub."""
    imported = Imported(hub, sign_in, notes=list(sign_in.notes))
    everything = _selections(hub)
    for needs in dict.fromkeys([None, *(one.needs for one in everything)]):
        chosen = [one for one in everything if one.needs == needs]
        if chosen or not everything:
            _add(imported, needs, chosen)
    return imported


def _selections(hub: Hub) -> list[Selection]:
    written = hub.z2jh["singleuser"]["profileList"]
    settings = server_settings(hub)
    entries = read_profile_list(written) or (_only_entry(),)
    found: list[Selection] = []
    for entry in entries:
        own = list(selections(entry, settings))
        _note_left_out(entry, own)
        found += own
    if not any(
        one.own_image is None and one.traits.get("image") == settings["image"] for one in found
    ):
        _note_unused_image(hub)
    return found


def _note_unused_image(hub: Hub) -> None:
    """Such images were kept up to date for years, and nobody ever started them."""
    image = hub.z2jh["singleuser"]["image"]
    for part in ("name", "tag"):
        image[part].drop(f"no profile of {hub.name} starts this image: each names its own")


def _only_entry() -> Entry:
    """What a hub without a list of profiles starts."""
    return Entry("standard", "Standard", "", True, {}, (), None)


def _note_left_out(entry: Entry, own: Sequence[Selection]) -> None:
    for option in entry.options:
        written = option.own_value
        if written is not None and not is_image(written):
            written.value.drop("only a whole image can be written in, nothing else")
        elif written is not None and not any(written in one.kind.values() for one in own):
            written.value.drop("another option names the image, whatever is written in")
    if not own and entry.value is not None:
        entry.value.drop("no combination of its choices can be started by anybody")


def _add(imported: Imported, needs: frozenset[str] | None, chosen: list[Selection]) -> None:
    hub, sign_in = imported.hub, imported.sign_in
    slug = _slug(imported, needs, chosen)
    entries = {id(one.entry) for one in chosen}
    catalogue = Catalogue(chosen, is_only_profile=len(entries) == 1, name=slug)
    label = "" if needs is None else _label(imported, needs, chosen)[1]
    community: dict[str, Any] = {"title": _title(hub, label)}
    members = sign_in.members if needs is None else _members(imported, needs, chosen)
    people = {"members": members, "champions": sign_in.admins, "blocked": sign_in.blocked}
    community |= {key: rules for key, rules in people.items() if rules}
    community["culling"] = _culling(hub)
    if catalogue.default and catalogue.default != next(iter(catalogue.profiles)):
        community["default_profile"] = catalogue.default
    if catalogue.profiles:
        community["profiles"] = Shared(f"profiles-{slug}", catalogue.profiles)
    imported.communities[slug] = Noted(community, above=_above(hub, needs))
    imported.notes += catalogue.notes
    imported.places += [(one, slug, place) for one, place in catalogue.places]


def _label(
    imported: Imported, needs: frozenset[str], chosen: Sequence[Selection]
) -> tuple[str, str]:
    """A short name and a title for what some people have beside the others: the profile if it is
    one that is all theirs, else a group, and rather one that can sign in."""
    entries = {one.entry.slug: one.entry for one in chosen}
    if len(entries) == 1 and next(iter(entries.values())).groups is not None:
        [entry] = entries.values()
        return entry.slug, entry.title
    groups = sorted(needs, key=lambda group: (not imported.sign_in.lets_in(group), group))
    return groups[0].rpartition(":")[2], groups[0]


def _slug(imported: Imported, needs: frozenset[str] | None, chosen: Sequence[Selection]) -> str:
    name = slug_of(imported.hub.name)
    if needs is not None:
        name = slug_of(f"{name}-{_label(imported, needs, chosen)[0]}")
    while name.endswith(_SUFFIXES):
        name = name.rpartition("-")[0]
    taken, number = imported.communities, 1
    found = name
    while found in taken:
        number += 1
        found = f"{name[:46].rstrip('-')}-{number}"
    return found


def _title(hub: Hub, label: str) -> str:
    org = hub.z2jh["custom"]["homepage"]["templateVars"]["org"]["name"]
    title = plain_text(hub.title or org.text() or hub.name, 100)
    org.take()
    return plain_text(f"{title}: {label}", 100) if label else title


def _above(hub: Hub, needs: frozenset[str] | None) -> tuple[str, ...]:
    files = ", ".join(PurePath(file.name).name for file in hub.values.files)
    if needs is not None:
        return (f"Of {hub.name}, only for people of: {', '.join(sorted(needs))}",)
    where = f" ({hub.place})" if hub.place else ""
    address = f", so far at https://{hub.domain}" if hub.domain else ""
    quota = _home_quota(hub)
    homes = (f"Homes: {quota} GiB each, which stays with the file server",) if quota else ()
    return (f"The hub {hub.name}{where}{address}, from {files}", *homes)


def _home_quota(hub: Hub) -> str:
    """However it was spelled over the years."""
    around = [str(step) for step in hub.z2jh.path[:-1]]
    enforcer = hub.values.root.at(".".join((*around, "jupyterhub-home-nfs", "quotaEnforcer")))
    spellings = ("hardQuota", "hard_quota", "config.QuotaManager.hard_quota")
    found = [value for value in map(enforcer.at, spellings) if value.is_there]
    return str(found[-1].data) if found else ""


def _members(imported: Imported, needs: frozenset[str], chosen: list[Selection]) -> list[Any]:
    """Those of the groups who could sign in before; nobody who could not."""
    sign_in = imported.sign_in
    place = _groups_place(chosen)
    kind = sign_in.provider["type"] if sign_in.provider else ""
    if kind not in _WITH_GROUPS:
        groups = ", ".join(sorted(needs))
        imported.notes.append(
            f"{place}: {groups}: groups of the old hub's own, so no rule can name their people;"
            " a champion adds them"
        )
        return []
    known = sorted(group for group in needs if sign_in.lets_in(group))
    if left := sorted(needs.difference(known)):
        imported.notes.append(
            f"{place}: {', '.join(left)}: nobody could sign in for being in this group alone, so"
            " it is not in the rule; a champion adds its people"
        )
    rule = {"provider": sign_in.slug, "groups": known}
    return [Noted(rule, beside=place)] if known else []


def _groups_place(chosen: Iterable[Selection]) -> str:
    for one in chosen:
        values: list[Value | None] = [one.entry.value]
        values += [picked.value for picked in (*one.kind.values(), *one.size.values())]
        for value in values:
            if value is not None and value["allowed_groups"].is_there:
                return value["allowed_groups"].place
    return ""


def _culling(hub: Hub) -> Any:
    """The chart's own numbers where nothing is said: an hour, and of basehub a week at most."""
    cull = hub.z2jh["cull"]
    if cull["enabled"].flag() is False:
        return Noted({"idle": None, "max_age": None}, beside=cull["enabled"].place)
    idle = _seconds(cull["timeout"], 3600)
    max_age = _seconds(cull["maxAge"], 604800 if hub.chart == "basehub" else 0)
    return {"idle": idle, "max_age": max_age}


def _seconds(value: Value, default: int) -> int | None:
    seconds = value.plain()
    if seconds is None:
        seconds = default
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        value.refuse("this is no number of seconds", "a number such as 3600", "correct it")
        return None
    return int(seconds) or None
