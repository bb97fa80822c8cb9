"""Every selection that the old form could make, and what each sets.

Options that only change the size become sizes; all others become profiles of their own, one for
each combination.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from catalyst_hub.cli.import_z2jh.overrides import Traits, overridden
from catalyst_hub.cli.import_z2jh.profile_list import Choice, Entry, Option, OwnValue

#: What stands in an override where the person's own words go.
_BLANK = "{value}"
Picked = Mapping[str, Choice | OwnValue]


@dataclass(frozen=True, slots=True)
class Selection:
    """One way through the options of a profile.

    ``kind`` are the choices that make the environment, ``size`` those that make the size; both
    by the option's key. ``needs`` are the groups of which a person must be in one; None: in none.
    """

    entry: Entry
    kind: Picked
    size: Mapping[str, Choice]
    traits: Traits
    needs: frozenset[str] | None

    @property
    def own_image(self) -> OwnValue | None:
        """What the person writes in, if this is the selection where she does."""
        return next((one for one in self.kind.values() if isinstance(one, OwnValue)), None)

    @property
    def options(self) -> dict[str, str]:
        """KubeSpawner's ``user_options`` for it; an image of one's own is left out."""
        picked = {**self.kind, **self.size}
        words = {key: one.key for key, one in picked.items() if isinstance(one, Choice)}
        return {"profile": self.entry.slug, **words}

    @property
    def is_default(self) -> bool:
        """Whether it is what the profile begins with."""
        picked = {**self.kind, **self.size}
        return all(
            isinstance(one := picked[option.key], Choice) and one.key == option.default
            for option in self.entry.options
        )


def selections(entry: Entry, settings: Traits) -> Iterator[Selection]:
    """All selections of a profile, the written order of choices kept. What no group may choose
    is left out."""
    sizes = [option for option in entry.options if option.is_of_a_size]
    kinds = [option for option in entry.options if not option.is_of_a_size]
    for kind in _combinations(kinds, _with_own):
        for size in _combinations(sizes, _listed):
            picked = {**kind, **size}
            needs = _common([entry.groups, *(one.groups for one in picked.values())])
            if needs is None or needs:
                order = [picked[option.key].overrides for option in entry.options]
                traits = overridden(settings, [entry.overrides, *order])
                listed = {key: one for key, one in size.items() if isinstance(one, Choice)}
                if _is_kept(kind, traits):
                    yield Selection(entry, kind, listed, traits, needs)


def _is_kept(kind: Picked, traits: Traits) -> bool:
    """Whether what is written in is what runs: an option after it may name an image of its own."""
    is_own = any(isinstance(one, OwnValue) for one in kind.values())
    return not is_own or traits.get("image") == _BLANK


def is_image(own: OwnValue) -> bool:
    """Whether what a person writes in is the image, all of it, and nothing else."""
    return own.overrides.get("image") == _BLANK and not any(
        _BLANK in str(value) for key, value in own.overrides.items() if key != "image"
    )


def _listed(option: Option) -> Sequence[Choice | OwnValue]:
    return option.choices


def _with_own(option: Option) -> Sequence[Choice | OwnValue]:
    own = option.own_value
    return [*option.choices, own] if own is not None and is_image(own) else option.choices


def _combinations(
    options: Sequence[Option], of: Callable[[Option], Sequence[Choice | OwnValue]]
) -> Iterator[dict[str, Choice | OwnValue]]:
    keys = [option.key for option in options]
    for combination in product(*(of(option) for option in options)):
        yield dict(zip(keys, combination, strict=True))


def _common(groups: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    """The groups that are in all of them: who is in one of these meets every condition."""
    said = [{name.casefold(): name for name in sorted(one)} for one in groups if one is not None]
    if not said:
        return None
    names = set(said[0]).intersection(*said[1:])
    return frozenset(said[0][name] for name in names)
