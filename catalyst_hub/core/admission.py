"""The decision before a start: a choice is resolved, then held against every limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.denial import Allowance, Code, Denied
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import tightest_refusal
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.session import ServerKey, Session, SessionState
from catalyst_hub.core.spending import oversight_refusal, step_refusal
from catalyst_hub.core.standing import Standing
from catalyst_hub.core.window import Window

_KEYS = ("community", "profile", "size", "interface", "image")
_LONGEST_WORD, _LONGEST_IMAGE = 100, 255


@dataclass(frozen=True, slots=True)
class Resolved:
    """A choice that names real things of the catalogue, open to this person."""

    community: Community
    profile: Profile
    size: Size
    interface: str
    image: str = ""

    @property
    def choice(self) -> Choice:
        """The same as slugs."""
        slugs = self.community.slug, self.profile.slug, self.size.slug
        return Choice(*slugs, self.interface, self.image)


def resolve(
    policy: Policy,
    memberships: Mapping[str, Role],
    options: object,
    last: Choice | None = None,
) -> Resolved | Denied:
    """What the Hub's ``user_options`` ask for, of any shape a REST client may send.

    Missing words are filled from the person's last choice where that still stands, else from
    the defaults of her first community.
    """
    asked = asked_words(options)
    if isinstance(asked, Denied):
        return asked
    community = _community(policy, memberships, asked, last)
    if isinstance(community, Denied):
        return community
    return _within(community, asked, last)


def asked_words(options: object) -> dict[str, str] | Denied:
    """The words of a choice, whatever was sent as one; an empty word is one left out."""
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        return Denied(Code.MALFORMED_CHOICE, known=_KEYS)
    given: Mapping[Any, Any] = options
    for key, value in given.items():
        longest = _LONGEST_IMAGE if key == "image" else _LONGEST_WORD
        if key not in _KEYS or not _is_word(value, longest):
            name = key if _is_word(key) else None
            return Denied(Code.MALFORMED_CHOICE, name=name, known=_KEYS)
    return {key: value for key, value in given.items() if value}


def is_complete(options: object) -> bool:
    """Whether a choice says where, what, how large and seen through what: nothing has to be filled
    in."""
    return isinstance(options, Mapping) and all(options.get(key) for key in _KEYS[:4])


def _is_word(value: object, longest: int = _LONGEST_WORD) -> bool:
    """Whether a page can say it: a lone surrogate is valid JSON, and cannot be encoded."""
    return isinstance(value, str) and len(value) <= longest and value.isprintable()


def _community(
    policy: Policy, memberships: Mapping[str, Role], asked: dict[str, str], last: Choice | None
) -> Community | Denied:
    mine = [c for c in policy.communities if c.slug in memberships and c.profiles]
    slug = asked.get("community")
    if slug is not None:
        found = next((c for c in mine if c.slug == slug), None)
        return found or Denied(Code.NOT_A_MEMBER, contact=policy.contact, name=slug)
    if not mine:
        return Denied(Code.NO_COMMUNITY, contact=policy.contact)
    remembered = next((c for c in mine if last and c.slug == last.community), None)
    return remembered or mine[0]


def _within(community: Community, asked: dict[str, str], last: Choice | None) -> Resolved | Denied:
    last = last if last and last.community == community.slug else None
    profile = _profile(community, asked, last)
    if profile is None:
        known = tuple(p.slug for p in community.profiles)
        return _unknown(Code.UNKNOWN_PROFILE, community, asked["profile"], known)
    last = last if last and last.profile == profile.slug else None
    size = _size(profile, asked, last)
    if size is None:
        known = tuple(s.slug for s in profile.sizes)
        return _unknown(Code.UNKNOWN_SIZE, community, asked["size"], known)
    interface = _interface(profile, asked, last)
    if interface is None:
        return _unknown(Code.UNKNOWN_INTERFACE, community, asked["interface"], profile.interfaces)
    image = asked.get("image", "")
    if image and profile.environment.own_image is None:
        return _unknown(Code.UNFIT_IMAGE, community, image, ())
    return Resolved(community, profile, size, interface, image)


def image_refusal(resolved: Resolved, *, is_own: bool) -> Denied | None:
    """Why the image that was brought cannot run, or that none was; None: it can.

    Nobody can put an image of theirs into somebody else's server: ``is_own``.
    """
    own, image = resolved.profile.environment.own_image, resolved.image
    if own is None or (is_own and own.fits(image)):
        return None
    return _unknown(Code.UNFIT_IMAGE, resolved.community, image, ())


def _unknown(code: Code, community: Community, name: str, known: tuple[str, ...]) -> Denied:
    return Denied(code, community.slug, community.contact, name=name, known=known)


def _profile(community: Community, asked: dict[str, str], last: Choice | None) -> Profile | None:
    if "profile" in asked:
        return community.profile(asked["profile"])
    remembered = community.profile(last.profile) if last else None
    return remembered or community.profile(community.default_profile) or community.profiles[0]


def _size(profile: Profile, asked: dict[str, str], last: Choice | None) -> Size | None:
    if "size" in asked:
        return profile.size(asked["size"])
    remembered = profile.size(last.size) if last else None
    return remembered or profile.size(profile.default_size) or profile.sizes[0]


def _interface(profile: Profile, asked: dict[str, str], last: Choice | None) -> str | None:
    if "interface" in asked:
        return asked["interface"] if asked["interface"] in profile.interfaces else None
    if last and last.interface in profile.interfaces:
        return last.interface
    return profile.interfaces[0]


def reservation(
    resolved: Resolved, session_id: str, person_id: int, key: ServerKey, now: datetime
) -> Session:
    """The session that an admitted choice begins with. Its rate stays what it is now."""
    return Session(
        session_id,
        person_id,
        key,
        resolved.choice,
        resolved.size.limits,
        resolved.size.rate_micros,
        resolved.size.price.currency,
        resolved.community.zone,
        SessionState.RESERVED,
        reserved_at=now,
    )


def decide(community: Community, profile: Profile, size: Size, standing: Standing) -> Denied | None:
    """None: one more server of this profile and size may start. Else what is in the way."""
    return (
        step_refusal(community, profile, size, standing)
        or _limit_refusal(community, profile, size, standing)
        or oversight_refusal(community, profile, size, standing)
    )


def _limit_refusal(
    community: Community, profile: Profile, size: Size, standing: Standing
) -> Denied | None:
    concerned = (limit for limit in standing.allowances if limit.concerns(profile.slug))
    refusal = tightest_refusal(concerned, size.limits, size.rate_micros, standing.hold_ms)
    if refusal is None:
        return None
    allowance, asked = refusal
    return Denied(
        _code(allowance),
        community.slug,
        community.contact,
        community.zone,
        community.currency,
        replace(allowance, resets_at=allowance.fits_at(asked)),
        asked,
        profile=None if allowance.profile is None else profile.title,
    )


def _code(allowance: Allowance) -> Code:
    if allowance.is_budget and allowance.unit is Unit.MONEY:
        return Code.BUDGET_SPENT
    return Code.QUOTA_AT_ONCE if allowance.window is Window.AT_ONCE else Code.QUOTA_WINDOW
