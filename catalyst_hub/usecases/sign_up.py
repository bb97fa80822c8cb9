"""Somebody without an account comes with a code: a person, her phrase and a seat, or nothing."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Identity
from catalyst_hub.core.invitation import Refusal, newcomer_refusal
from catalyst_hub.core.person import SYSTEM_NAMES, free_name, operators_names
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.redemption import let_in, locked_invitation
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who wants to come in: the identity she will have, what she wants to be called, and the
    digest of her phrase."""

    identity: Identity
    wanted: str
    phrase: str


def sign_up(
    uow: UnitOfWork,
    policy: Policy,
    digest: str,
    newcomer: Newcomer,
    now: datetime,
    taken: Container[str] = (),
) -> Person | Refusal | None:
    """The person she is from now on; why the code does not let her in; or None, and nothing done:
    somebody has signed up with this identity before.

    ``taken`` are names she may not get although the store does not know them.
    """
    if uow.people.by_identity(newcomer.identity) is not None:
        return None
    invitation = locked_invitation(uow, policy, digest, now)
    if invitation is None:
        return Refusal.UNKNOWN
    no = newcomer_refusal(invitation, now)
    if no is not None:
        return no
    person = _add(uow, policy_at(policy, now), newcomer, now, taken)
    uow.phrases.keep(person.person_id, newcomer.phrase, now)
    let_in(uow, person, invitation, now)
    return person


def _add(
    uow: UnitOfWork, policy: Policy, newcomer: Newcomer, now: datetime, taken: Container[str]
) -> Person:
    reserved = operators_names(policy) | SYSTEM_NAMES

    def is_taken(name: str) -> bool:
        return name in taken or name in reserved or uow.people.is_taken(name)

    name = free_name(newcomer.wanted, is_taken)
    person = uow.people.add(name, newcomer.wanted, newcomer.identity, now)
    facts = {"provider": newcomer.identity.provider}
    uow.audit.add(now, name, Action.PERSON_ADDED, subject=name, facts=facts)
    return person
