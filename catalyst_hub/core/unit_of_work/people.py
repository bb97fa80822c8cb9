"""What the store holds of persons: who they are, where they belong, how they came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import Belonging, Way
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.consent import Answer, Consent, Question
from catalyst_hub.core.grant import Grant, Grounds, highest
from catalyst_hub.core.invitation import Invitation, Terms
from catalyst_hub.core.phrase import KeptPhrase
from catalyst_hub.core.session import ServerKey

if TYPE_CHECKING:
    from catalyst_hub.core.unit_of_work.records import Audit


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a hub name, which is hers for ever.

    ``pseudonym`` stands for her in everything that leaves the hub; ``language`` is her own
    choice, if she made one.
    """

    person_id: int
    name: str
    display_name: str
    pseudonym: str
    language: str | None = None

    @property
    def shown_as(self) -> str:
        """What others read: her own name, or the hub's where no provider has told it."""
        return self.display_name or self.name


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose server it is, as far as a start has to know before it locks anything.

    ``memberships`` are roles by community slug, in the order of joining; ``last`` is what she
    started last. ``left_in`` is the community in which the store still holds a session of this
    server, if there is one. ``is_going``: she has been told that she leaves after a workshop, and
    her removal may have begun.
    """

    person: Person
    memberships: Mapping[str, Role]
    last: Choice | None = None
    left_in: str | None = None
    is_going: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A person, and every way in which she signs in, the oldest first."""

    person: Person
    ways: tuple[Way, ...]


class Identities(Protocol):
    """The ways in which people sign in, and what was said of each."""

    def known(self, identity: Identity) -> Known | None:
        """The person who signs in with this identity, and all her ways."""

    def of(self, person_id: int) -> Sequence[Way]:
        """Every way in which a person signs in, the oldest first."""

    def of_live(self) -> Mapping[int, Sequence[Way]]:
        """The same of everybody who has a live session, by person."""

    def all(self) -> Iterator[Known]:
        """Everybody who can sign in."""

    def add(self, person: Person, way: Way, now: datetime) -> None:
        """One more way; an identity that somebody has is an error of the database."""

    def confirm(self, way: Way) -> None:
        """Note what its provider says now."""

    def remove(self, identity: Identity) -> None:
        """Nobody signs in with it any more."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of following the file: roles before, and everything that lets her in now."""

    before: Mapping[str, Role]
    grants: Mapping[str, Sequence[Grant]]

    @property
    def after(self) -> Mapping[str, Role]:
        """Roles now, of all grants together."""
        return {slug: highest(reasons) for slug, reasons in self.grants.items()}

    def audit(self, audit: Audit, actor: str, subject: str, now: datetime) -> None:
        """Write down what has changed, if anything has."""
        if self.after != self.before:
            facts = {"before": self.before, "after": self.after}
            audit.add(now, actor, Action.MEMBERSHIPS_CHANGED, subject=subject, facts=facts)


class People(Protocol):
    """Persons and their identities."""

    def by_name(self, name: str) -> Person | None:
        """The person with this hub name."""

    def owner(self, key: ServerKey) -> Owner | None:
        """The person whose server this is, and what a start asks of her."""

    def by_identity(self, identity: Identity) -> Person | None:
        """The person who signs in with this identity."""

    def identities(self, person_id: int) -> Sequence[Identity]:
        """Every way in which a person signs in."""

    def is_taken(self, name: str) -> bool:
        """Whether somebody has this hub name, or had it until she was erased."""

    def add(
        self,
        name: str,
        display_name: str,
        identity: Identity | None,
        now: datetime,
        email: str | None = None,
    ) -> Person:
        """A new person under a name nobody in this hub has had."""

    def signed_in(
        self, person: Person, display_name: str, now: datetime, email: str | None = None
    ) -> None:
        """Note a sign-in, what the provider calls her now, and the address it has verified."""

    def set_language(self, person: Person, language: str) -> None:
        """Remember her own choice of language."""

    def named(self, person_ids: Sequence[int]) -> Mapping[int, Person]:
        """Persons by id."""

    def signed_in_at(self, person_ids: Sequence[int]) -> Mapping[int, datetime]:
        """When each of them signed in last."""


class Phrases(Protocol):
    """What people with workshop accounts come back with."""

    def of(self, person_id: int) -> KeptPhrase | None:
        """What is kept of a person's phrase."""

    def holders_in(self, community: str) -> frozenset[str]:
        """The hub names of a community's people who have a phrase."""

    def keep(self, person_id: int, digest: str, now: datetime, reset_by: str | None = None) -> None:
        """The phrase of which this is the digest takes the place of the one before."""


class Memberships(Protocol):
    """Who belongs where. The one home of membership; Hub groups follow it."""

    def of(self, person_id: int) -> Mapping[str, Role]:
        """Role by community slug, in the order of joining."""

    def follow(
        self, person_id: int, belonging: Belonging, now: datetime, *, is_new: bool = False
    ) -> Followed:
        """Make what the file's rules grant exactly this, what was granted by hand stays. Of a
        person who ``is_new`` in this transaction nothing is looked up, for there is nothing.

        Where she is blocked every grant is taken back, and she is kept out until she is not
        blocked any more; where somebody has removed her, no rule lets her in.
        """

    def by_rule(self) -> Mapping[int, Mapping[str, tuple[Role, Grounds]]]:
        """What the file's rules grant everybody: by person id, then by community."""

    def members_of(self, community: str) -> Mapping[int, Role]:
        """Role by person id."""

    def communities(self) -> frozenset[str]:
        """Every community with a member, in the file or not."""

    def grants_in(self, community: str) -> Mapping[int, Sequence[Grant]]:
        """All that lets people in, by person id; the oldest first."""

    def grants_of(self, person_id: int) -> Mapping[str, Sequence[Grant]]:
        """All that lets one person in, by community, in the order of joining."""

    def grant(self, person_id: int, community: str, grant: Grant) -> None:
        """Let a person in. Of the same source, the newest grant counts."""

    def remove(self, person_id: int, community: str, actor: str, now: datetime) -> None:
        """Take back every grant, and keep her out until :meth:`readmit`."""

    def readmit(self, person_id: int, community: str) -> None:
        """Forget that she was removed; lets nobody in by itself."""

    def removed_from(self, community: str) -> Mapping[int, tuple[str, datetime]]:
        """Who removed whom, and when, by person id."""

    def closed_to(self, person_id: int) -> frozenset[str]:
        """The communities she was removed from."""

    def all_removers(self) -> Mapping[int, Mapping[str, str]]:
        """Who removed whom: by person id, then by community."""

    def removers(self, person_id: int) -> Mapping[str, str]:
        """Who removed her, by community; herself where she has left."""


class Invitations(Protocol):
    """Codes that let people in, by the digest of the code."""

    def add(
        self, community: str, digest: str, terms: Terms, actor: str, now: datetime
    ) -> Invitation:
        """A new invitation."""

    def community_of(self, digest: str) -> str | None:
        """Into which community the invitation with this code lets people in; None: there is none.
        That never changes."""

    def lock(self, digest: str) -> Invitation | None:
        """The invitation with this code, held until the transaction ends. Take it before
        deciding on its seats."""

    def get(self, invitation_id: int) -> Invitation | None:
        """An invitation of this hub."""

    def of(self, community: str) -> Sequence[Invitation]:
        """Those of a community, the newest first."""

    def has_redeemed(self, invitation_id: int, person_id: int) -> bool:
        """Whether she has come with it."""

    def came_by(self, community: str) -> Mapping[int, frozenset[int | None]]:
        """The workshops whose invitations each person has come with, learner or instructor, by
        her id; None: an invitation of the community itself."""

    def take_seat(self, invitation_id: int, person_id: int, now: datetime) -> None:
        """Note that she has come with it."""

    def move_end(self, invitation_id: int, expires_at: datetime) -> None:
        """It ends at another time."""

    def revoke(self, invitation_id: int, actor: str, now: datetime) -> bool:
        """End it; False: it had been revoked before."""


class Choices(Protocol):
    """What each person started last."""

    def last(self, person_id: int) -> Choice | None:
        """Her last choice."""

    def remember(self, person_id: int, choice: Choice) -> None:
        """Make this her last choice."""


class Consents(Protocol):
    """What people have allowed others to do with their servers."""

    def add(self, question: Question, person_id: int, now: datetime, ends_at: datetime) -> Consent:
        """A question for the owner, who is ``person_id``."""

    def get(self, consent_id: int) -> Consent | None:
        """A question of this hub, however it stands."""

    def of(self, person_id: int) -> Sequence[Consent]:
        """The latest that an owner was asked, the newest first."""

    def allowed(self, now: datetime) -> Sequence[Consent]:
        """Everything that has been allowed and has not ended."""

    def answer(self, consent_id: int, answer: Answer, now: datetime, ends_at: datetime) -> None:
        """Note what the owner said, and until when it holds."""

    def use(self, consent_id: int, now: datetime) -> None:
        """Note the first use; later ones change nothing."""
