"""What of an edited communities file takes effect only when the Hub starts again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalyst_hub.core.policy import Policy, Provider
from catalyst_hub.core.wanted import Wanted

#: Types of provider that are asked for no more than what rules name.
_ASKED_BY_RULES = frozenset({"github", "globus"})


class Part(StrEnum):
    """What waits for a restart, each with a sentence on the operator page."""

    #: Sessions and costs carry the hub's name: nothing of such a version is in force before.
    HUB_NAME = "hub-name"
    #: Nobody can sign in with it yet.
    PROVIDER_NEW = "provider-new"
    #: Its settings are those of before.
    PROVIDER_CHANGED = "provider-changed"
    #: It is of another type: nobody can sign in with it.
    PROVIDER_REPLACED = "provider-replaced"
    #: New rules name groups or domains that the hub does not ask it about yet.
    PROVIDER_ASKS_MORE = "provider-asks-more"
    #: People get in and work; its champions have no power over anybody yet.
    COMMUNITY_NEW = "community-new"


@dataclass(frozen=True, slots=True)
class RestartReason:
    """``name`` is the slug of what it is about; of a hub, its new name."""

    part: Part
    name: str


def restart_reasons(started: Policy, current: Policy) -> tuple[RestartReason, ...]:
    """Why the Hub, which was started with one version, has to start again for another.

    What is removed needs none: a provider that is gone is offered no longer, and a community
    that is gone lets nobody in.
    """
    return tuple(_reasons(started, current))


def _reasons(started: Policy, current: Policy) -> Iterator[RestartReason]:
    if current.hub != started.hub:
        yield RestartReason(Part.HUB_NAME, current.hub)
    for provider in current.providers:
        part = _due(started, current, provider)
        if part is not None:
            yield RestartReason(part, provider.slug)
    for slug in current.by_slug:
        if slug not in started.by_slug:
            yield RestartReason(Part.COMMUNITY_NEW, slug)


def _due(started: Policy, current: Policy, provider: Provider) -> Part | None:
    before = started.provider(provider.slug)
    if before is None:
        return Part.PROVIDER_NEW
    if before.kind != provider.kind:
        return Part.PROVIDER_REPLACED
    if before != provider:
        return Part.PROVIDER_CHANGED
    asks, will_ask = (Wanted.by(policy.rules_of(provider.slug)) for policy in (started, current))
    asks_more = provider.kind in _ASKED_BY_RULES and asks | will_ask != asks
    return Part.PROVIDER_ASKS_MORE if asks_more else None


def is_offered(started: Policy, current: Policy, slug: str) -> bool:
    """Whether people may sign in with a provider that the Hub was started with: as long as the
    file has one of this name and type."""
    before, now = started.provider(slug), current.provider(slug)
    return before is not None and now is not None and before.kind == now.kind
