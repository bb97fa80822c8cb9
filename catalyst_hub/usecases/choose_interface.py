"""Somebody wants to see her servers through another interface from now on."""

from __future__ import annotations

from dataclasses import replace

from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def choose_interface(uow: UnitOfWork, policy: Policy, user_name: str, interface: str) -> bool:
    """Remember it with what she started last; False: that cannot be seen through it."""
    person = uow.people.by_name(user_name)
    last = uow.choices.last(person.person_id) if person else None
    if person is None or last is None:
        return False
    community = policy.community(last.community)
    profile = community.profile(last.profile) if community else None
    if profile is None or interface not in profile.interfaces:
        return False
    uow.choices.remember(person.person_id, replace(last, interface=interface))
    return True
