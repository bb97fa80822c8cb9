"""Return phrases: the words with which people who have an account nowhere else come back."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source

#: The type of provider whose people have them.
WORKSHOP_ACCOUNTS = "workshop-accounts"
#: Of a list of 2048: 2 ** 44 phrases.
WORDS = 4
#: What is typed into the form; more is no phrase.
_LONGEST = 200
SALT_BYTES = 16
#: Kept of nobody. Whoever types a name that is none waits as long as for any other.
NOBODYS = ":".join(("00" * SALT_BYTES, "00" * 32))


def number_of(secret: bytes, *about: str) -> int:
    """A number that only the holder of the secret can work out, always the same about the same:
    a form that is sent twice must not make two phrases, of which the page shows the wrong one."""
    message = "\0".join(("return phrase", *about)).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256))


def phrase_of(number: int, words: Sequence[str]) -> str:
    """The phrase of a (random) number, from a list of words."""
    chosen = []
    for _ in range(WORDS):
        number, place = divmod(number, len(words))
        chosen.append(words[place])
    return " ".join(chosen)


def plain(typed: str) -> str:
    """The words without case, accents, hyphens and whatever else stands between them."""
    decomposed = unicodedata.normalize("NFKD", typed[:_LONGEST].casefold())
    letters = (x if x.isalpha() else " " for x in decomposed if not unicodedata.combining(x))
    return " ".join("".join(letters).split())


def digest(phrase: str, salt: bytes) -> str:
    """What the store keeps: the salt and a hash. Slow on purpose, as an invitation's code is."""
    return f"{salt.hex()}:{_hash(phrase, salt)}"


def is_right(typed: str, kept: str) -> bool:
    """Whether this is the phrase of which that is kept. As slow as :func:`digest`."""
    salt, _, hashed = kept.partition(":")
    return hmac.compare_digest(_hash(typed, bytes.fromhex(salt)), hashed)


def _hash(phrase: str, salt: bytes) -> str:
    return hashlib.scrypt(plain(phrase).encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()


@dataclass(frozen=True, slots=True)
class KeptPhrase:
    """What is known of a person's phrase; ``reset_by`` is the champion who gave it to her, None
    when she has made it herself."""

    digest: str
    made_at: datetime
    reset_by: str | None = None


class ResettingRefusal(StrEnum):
    """Why somebody cannot be given a new phrase."""

    NOT_IN = "not-in"
    NO_PHRASE = "no-phrase"
    POWERFUL = "powerful"
    OTHER_WAYS = "other-ways"
    NOT_TAUGHT = "not-taught"
    OTHER_COMMUNITY = "other-community"
    NEVER_AGREED = "never-agreed"


class Giver(StrEnum):
    """What somebody is to the community in which she gives a new phrase."""

    INSTRUCTOR = "instructor"
    CHAMPION = "champion"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a phrase: the types of the providers she signs in with, where she belongs,
    what let her into the community in question, whether she holds power over others, and whether
    she learns in a workshop that the giver teaches now."""

    kinds: Collection[str]
    memberships: Mapping[str, Role]
    grants: Sequence[Grant]
    has_phrase: bool
    is_powerful: bool = False
    is_taught: bool = False


def resetting_refusal(holder: Holder, community: str, giver: Giver) -> ResettingRefusal | None:
    """Why she may not be given a new phrase by somebody of this community; None: she may.

    Whoever knows the phrase is that person, to the hub. So it is for people who have no other
    way, whom only this community trusts with anything, and who came into it by themselves: to add
    a stranger by hand and reset her phrase would be a way into her files. For everybody else
    there are the operators, who can do everything; but whoever holds power asks them in person.
    """
    if community not in holder.memberships:
        return ResettingRefusal.NOT_IN
    if not holder.has_phrase:
        return ResettingRefusal.NO_PHRASE
    if holder.is_powerful or holder.memberships[community] is not Role.MEMBER:
        return ResettingRefusal.POWERFUL
    if set(holder.kinds) != {WORKSHOP_ACCOUNTS}:
        return ResettingRefusal.OTHER_WAYS
    return None if giver is Giver.OPERATOR else _out_of_reach(holder, giver)


def _out_of_reach(holder: Holder, giver: Giver) -> ResettingRefusal | None:
    if giver is Giver.INSTRUCTOR and not holder.is_taught:
        return ResettingRefusal.NOT_TAUGHT
    if len(holder.memberships) > 1:
        return ResettingRefusal.OTHER_COMMUNITY
    if all(grant.source is Source.MANUAL for grant in holder.grants):
        return ResettingRefusal.NEVER_AGREED
    return None
