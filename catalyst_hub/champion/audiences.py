"""Whom an invitation is for, as forms and programs ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.core.community import Role
from catalyst_hub.core.invitation import Whom
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.i18n import Translator

_OF_WORKSHOP = re.compile(r"(?P<who>learners|instructors)-(?P<workshop>[0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an invitation is for: members, champions, or a workshop's learners or instructors."""

    role: Role = Role.MEMBER
    workshop_id: int | None = None
    is_for_instructors: bool = False


def invited_as(whom: str, workshop_id: int | None = None) -> Audience:
    """Those of whom a word of :class:`Whom` speaks; raises ValueError.

    Learners and instructors are those of a workshop, members and champions of none.
    """
    if whom not in set(Whom):
        raise ValueError(f"for is one of {', '.join(Whom)}")
    is_of_workshop = whom in (Whom.LEARNERS, Whom.INSTRUCTORS)
    if is_of_workshop != (workshop_id is not None):
        raise ValueError(f"{whom} are {'of a' if is_of_workshop else 'of no'} workshop")
    role = Role.CHAMPION if whom == Whom.CHAMPIONS else Role.MEMBER
    return Audience(role, workshop_id, whom == Whom.INSTRUCTORS)


def audience(word: str) -> Audience:
    """From the word that stands for it in the form; raises ValueError."""
    found = _OF_WORKSHOP.fullmatch(word)
    if found is None:
        return invited_as(word or Whom.MEMBERS)
    return invited_as(found["who"], int(found["workshop"]))


def audiences(
    workshops: Iterable[Workshop], allowed: frozenset[Action], translator: Translator
) -> list[tuple[str, str]]:
    """What the reader may choose from: each word of the form, and what people call it."""
    return list(_audiences(workshops, allowed, translator))


def _audiences(
    workshops: Iterable[Workshop], allowed: frozenset[Action], translator: Translator
) -> Iterator[tuple[str, str]]:
    _ = translator.gettext
    if not is_instructor_only(allowed):
        yield "", _("Members of the community")
    for workshop in workshops:
        number, title = workshop.workshop_id, workshop.title
        yield f"learners-{number}", _("Learners of %(workshop)s", workshop=title)
        if Action.SCHEDULE in allowed:
            yield f"instructors-{number}", _("Instructors of %(workshop)s", workshop=title)
    if Action.INVITE_CHAMPIONS in allowed:
        yield Whom.CHAMPIONS, _("New champions of the community")
