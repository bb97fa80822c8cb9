"""Somebody whom a limit that all share keeps from starting takes a place in line."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.admission import Resolved, is_complete, resolve
from catalyst_hub.core.audit import Action
from catalyst_hub.core.lessons import filling_in
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.waiting import MOST_PLACES, Outcome, WaitingPlace


def wait_for_seat(
    uow: UnitOfWork, policy: Policy, key: ServerKey, options: object, now: datetime
) -> WaitingPlace | None:
    """Her place; None: there is nothing for her to wait for.

    ``options`` are what the refused start asked for. Who asks again stays where she is, and may
    choose something else of the same community; of another one, she starts at its end. Beyond
    :data:`MOST_PLACES` a start is just refused.
    """
    person = uow.people.by_name(key.user_name)
    if person is None:
        return None
    policy, memberships = policy_at(policy, now), uow.memberships.of(person.person_id)
    last = uow.choices.last(person.person_id)
    if not is_complete(options):
        last = filling_in(uow, policy, memberships, person.person_id, last, now)
    resolved = resolve(policy, memberships, options, last)
    if not isinstance(resolved, Resolved):
        return None
    slug = resolved.community.slug
    uow.limits.lock(slug)
    words = resolved.choice.as_options()
    place = uow.waiting.of_server(key)
    if place is not None and place.community == slug:
        uow.waiting.choose(place.place_id, words)
        uow.waiting.seen(place.place_id, now)
        return place
    if place is not None:
        uow.waiting.over(place.place_id, Outcome.LEFT, now)
    if len(uow.waiting.of_user(key.user_name)) >= MOST_PLACES:
        return None
    return _add(uow, slug, person, key, words, now)


def _add(
    uow: UnitOfWork,
    slug: str,
    person: Person,
    key: ServerKey,
    words: dict[str, str],
    now: datetime,
) -> WaitingPlace:
    place = uow.waiting.add(slug, person.person_id, key, words, now)
    uow.audit.add(now, person.name, Action.PLACE_TAKEN, **place.about(**words))
    return place
