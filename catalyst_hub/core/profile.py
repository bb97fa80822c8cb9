"""What a person can start: an environment, in a size, seen through an interface."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.denial import Allowance, Denied
from catalyst_hub.core.price import Price
from catalyst_hub.core.resources import Resources

if TYPE_CHECKING:
    from catalyst_hub.core.workshop import Workshop

#: A text in several languages: language code -> text; ``""`` holds the text for all others.
Texts = Mapping[str, str]

#: The interfaces we know, and the address a server opens at.
INTERFACES: Mapping[str, str] = MappingProxyType(
    {
        "lab": "/lab",
        "notebook": "/tree",
        "light": "/catalyst-hub/light",
        "rstudio": "/rstudio",
        "terminal": "/terminals/1",
        "desktop": "/desktop",
        "vscode": "/vscode",
    }
)


def text_in(texts: Texts, language: str) -> str:
    """The text in a language, else the one for all, else any there is."""
    return texts.get(language) or texts.get("") or next(iter(texts.values()), "")


#: A reference to an image, whatever else is asked of it: no spaces, and nothing but ASCII.
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,254}", re.A)


@dataclass(frozen=True, slots=True)
class OwnImage:
    """People bring the image themselves: one that ``pattern`` matches from its beginning."""

    pattern: str
    message: Texts = field(default_factory=dict)

    def fits(self, image: str) -> bool:
        """Whether this is an image, and one of those that may be brought."""
        is_image = _IMAGE.fullmatch(image) is not None
        return is_image and re.match(self.pattern, image) is not None


@dataclass(frozen=True, slots=True)
class Environment:
    """What runs: an image (Kubernetes) and/or a command (local processes), and its surroundings."""

    image: str | None = None
    command: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    working_dir: str | None = None
    own_image: OwnImage | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a profile. ``limits`` are hard; ``guarantees`` only help the scheduler.

    ``unlimited`` names the resources ("cpu", "memory") whose limit the operator removed with an
    explicit null: the spawner sets none, and quotas count what is guaranteed. ``kubespawner`` are
    further traits of KubeSpawner, name -> value.
    """

    slug: str
    title: Texts
    limits: Resources
    guarantees: Resources
    price: Price
    node_selector: Mapping[str, str] = field(default_factory=dict)
    unlimited: frozenset[str] = frozenset()
    kubespawner: Mapping[str, object] = field(default_factory=dict)

    @property
    def rate_micros(self) -> int:
        """Micro-units per hour."""
        return self.price.rate(self.limits)


@dataclass(frozen=True, slots=True)
class Profile:
    """An environment and its sizes (in the order of the file), offered by one community.

    ``kubespawner`` are further traits of KubeSpawner, name -> value; a size's come after them.
    """

    slug: str
    title: Texts
    description: Texts
    environment: Environment
    sizes: tuple[Size, ...]
    interfaces: tuple[str, ...] = ("lab",)
    default_size: str = ""
    kubespawner: Mapping[str, object] = field(default_factory=dict)

    def size(self, slug: str) -> Size | None:
        """The size of that name, if the profile has it."""
        return next((size for size in self.sizes if size.slug == slug), None)


@dataclass(frozen=True, slots=True)
class SizeOffer:
    """One size offered to one person now; ``denied`` says why it could not start, if so."""

    size: Size
    denied: Denied | None = None


@dataclass(frozen=True, slots=True)
class ProfileOffer:
    """One profile offered to one person now."""

    profile: Profile
    sizes: tuple[SizeOffer, ...]


@dataclass(frozen=True, slots=True)
class CommunityOffer:
    """What one community offers a person now, and what is left of each limit. ``workshop`` is the
    one in which she takes part, as long as it is on, which it is ``until`` then."""

    community: str
    title: Texts
    country: str | None
    zone: str
    currency: str
    contact: str | None
    profiles: tuple[ProfileOffer, ...]
    allowances: tuple[Allowance, ...]
    workshop: Workshop | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything the picker shows. ``selected`` is what it has marked; None: nothing on offer."""

    communities: tuple[CommunityOffer, ...]
    selected: Choice | None
