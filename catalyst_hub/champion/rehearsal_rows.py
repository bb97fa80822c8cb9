"""What a rehearsal shows, in the language of whoever reads it: on pages, for programs, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalyst_hub.champion.limit_rows import LimitRow, limit_row
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Code, LimitScope
from catalyst_hub.core.profile import CommunityOffer, ProfileOffer, SizeOffer, text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.workshop import Workshop, WorkshopState
from catalyst_hub.i18n import Translator, denial_text
from catalyst_hub.usecases.rehearse_workshop import Rehearsal

_NOT_ON = N_(
    "The workshop is not on then: what learners find is what everybody in the community finds."
)
_ABSENT: Mapping[WorkshopState, str] = MappingProxyType(
    {
        WorkshopState.ASKED: N_("The workshop does not take place as long as it is not granted."),
        WorkshopState.DECLINED: N_(
            "The people who run this hub have not granted it, so it does not take place."
        ),
        WorkshopState.CANCELLED: N_("The workshop was called off, so it does not take place."),
    }
)


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One size: what it has, whether it is marked already, and what is in the way, if anything."""

    slug: str
    title: str
    resources: str
    is_marked: bool
    code: Code | None
    refusal: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One environment with its sizes."""

    slug: str
    title: str
    description: str
    sizes: tuple[SizeRow, ...]


def situation(
    rehearsal: Rehearsal, workshop: Workshop, community: Community, speak: Translator
) -> str:
    """Whether the workshop is on then, in a sentence."""
    offer = rehearsal.offer
    if offer.workshop is not None:
        until = speak.instant(offer.until, community.zone) if offer.until else ""
        words = {"workshop": workshop.title, "when": until}
        return speak.gettext("Workshop “%(workshop)s”, until %(when)s.", **words)
    return speak.gettext(_ABSENT.get(workshop.state_on(workshop.first_on), _NOT_ON))


def profile_rows(rehearsal: Rehearsal, speak: Translator) -> list[ProfileRow]:
    """All that is on offer."""
    offer, language = rehearsal.offer, speak.language
    return [
        ProfileRow(
            each.profile.slug,
            text_in(each.profile.title, language),
            text_in(each.profile.description, language),
            tuple(_size(offer, each, size, rehearsal.marked, speak) for size in each.sizes),
        )
        for each in offer.profiles
    ]


def _size(
    offer: CommunityOffer,
    entry: ProfileOffer,
    offered: SizeOffer,
    marked: Choice | None,
    speak: Translator,
) -> SizeRow:
    size, profile, denied = offered.size, entry.profile, offered.denied
    is_marked = marked is not None and (marked.profile, marked.size) == (profile.slug, size.slug)
    parts = (
        "" if "cpu" in size.unlimited else speak.cpu(size.limits.cpu_milli),
        "" if "memory" in size.unlimited else speak.memory(size.limits.memory_bytes),
        speak.amount(Unit.GPU, size.limits.gpu, "") if size.limits.gpu else "",
    )
    return SizeRow(
        size.slug,
        text_in(size.title, speak.language),
        " · ".join(filter(None, parts)),
        is_marked,
        denied.code if denied else None,
        denial_text(denied, speak, text_in(offer.title, speak.language)).what if denied else "",
    )


def limit_groups(
    offer: CommunityOffer, community: Community, speak: Translator
) -> list[tuple[str, list[LimitRow]]]:
    """Each person's, then those that several share; only what there is."""
    own = [limit for limit in offer.allowances if limit.scope is LimitScope.PERSON]
    shared = [limit for limit in offer.allowances if limit.scope is not LimitScope.PERSON]
    headed = ((speak.gettext("each person"), own), (speak.gettext("all together"), shared))
    return [
        (words, [limit_row(limit, community, speak) for limit in limits])
        for words, limits in headed
        if limits
    ]
