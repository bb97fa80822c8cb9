"""The picker as a template shows it: offers turned into sentences and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from catalyst_hub.core.appeal import plea_about
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.profile import (
    CommunityOffer,
    Offers,
    Profile,
    ProfileOffer,
    Size,
    SizeOffer,
    text_in,
)
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.turn import may_wait
from catalyst_hub.core.window import Window
from catalyst_hub.i18n import N_, DenialText, Translator, denial_text, translator
from catalyst_hub.i18n.budget_denials import put_aside_text

_INTERFACES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "lab": ("JupyterLab", N_("Everything at hand. Loads slowly on a thin line.")),
        "notebook": (N_("Notebook"), N_("One document at a time. Loads slowly, too.")),
        "light": (N_("Notebook, light"), N_("One document at a time. For thin or costly lines.")),
        "rstudio": ("RStudio", N_("For working in R.")),
        "terminal": (N_("Terminal"), N_("Only a command line.")),
        "desktop": (N_("Desktop"), N_("A whole Linux screen. Needs a quick line.")),
        "vscode": ("VS Code", N_("For writing programs.")),
    }
)
_LEFT: Mapping[tuple[LimitScope, Window], str] = MappingProxyType(
    {
        (LimitScope.PERSON, Window.AT_ONCE): N_("You: %(left)s of %(limit)s free now"),
        (LimitScope.PERSON, Window.DAY): N_("You: %(left)s of %(limit)s left today"),
        (LimitScope.PERSON, Window.WEEK): N_("You: %(left)s of %(limit)s left this week"),
        (LimitScope.PERSON, Window.MONTH): N_("You: %(left)s of %(limit)s left this month"),
        (LimitScope.COMMUNITY, Window.AT_ONCE): N_("Everybody: %(left)s of %(limit)s free now"),
        (LimitScope.COMMUNITY, Window.DAY): N_("Everybody: %(left)s of %(limit)s left today"),
        (LimitScope.COMMUNITY, Window.WEEK): N_("Everybody: %(left)s of %(limit)s left this week"),
        (LimitScope.COMMUNITY, Window.MONTH): N_(
            "Everybody: %(left)s of %(limit)s left this month"
        ),
        (LimitScope.PERSON, Window.ROLLING): N_(
            "You: %(left)s of %(limit)s left in any %(days)s days"
        ),
        (LimitScope.PERSON, Window.WORKSHOP): N_(
            "You, in “%(workshop)s”: %(left)s of %(limit)s left"
        ),
        (LimitScope.PERSON, Window.TOTAL): N_("You: %(left)s of %(limit)s left in all"),
        (LimitScope.COMMUNITY, Window.ROLLING): N_(
            "Everybody: %(left)s of %(limit)s left in any %(days)s days"
        ),
        (LimitScope.COMMUNITY, Window.TOTAL): N_("Everybody: %(left)s of %(limit)s left in all"),
        (LimitScope.WORKSHOP, Window.AT_ONCE): N_("“%(workshop)s”: %(left)s of %(limit)s free now"),
        (LimitScope.WORKSHOP, Window.DAY): N_("“%(workshop)s”: %(left)s of %(limit)s left today"),
        (LimitScope.WORKSHOP, Window.WEEK): N_(
            "“%(workshop)s”: %(left)s of %(limit)s left this week"
        ),
        (LimitScope.WORKSHOP, Window.MONTH): N_(
            "“%(workshop)s”: %(left)s of %(limit)s left this month"
        ),
        (LimitScope.WORKSHOP, Window.ROLLING): N_(
            "“%(workshop)s”: %(left)s of %(limit)s left in any %(days)s days"
        ),
        (LimitScope.WORKSHOP, Window.WORKSHOP): N_("“%(workshop)s”: %(left)s of %(limit)s left"),
    }
)


_EXAMPLE_IMAGE = "quay.io/jupyter/scipy-notebook:2024-03-04"


def image_field(community: str, profile: str) -> str:
    """The name of the field for an image: a form can have several."""
    return f"image:{community}/{profile}"


@dataclass(frozen=True, slots=True)
class AllowanceView:
    """One limit: a sentence, the numbers of its meter, and when it starts anew ("" if never)."""

    text: str
    limit: int
    left: int
    until: str


@dataclass(frozen=True, slots=True)
class SizeView:
    """One radio button. ``price`` is empty where nothing is charged."""

    value: str
    title: str
    resources: str
    price: str
    is_selected: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class ImageView:
    """Where a person writes in an image of hers: the field's name, what fits, and what she has
    written before, if it was refused."""

    field: str
    message: str
    written: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One environment; ``interfaces`` only where it cannot be seen in all that are on offer.
    ``image`` is None unless people bring their own."""

    title: str
    description: str
    interfaces: str
    sizes: tuple[SizeView, ...]
    image: ImageView | None = None


@dataclass(frozen=True, slots=True)
class CommunityView:
    """One community; ``notice`` when nothing of it can start now, always for the same reason, and
    ``plea`` where its champions are asked about that, if they may help. ``put_aside`` says why
    some sizes are not shown; whoever starts all the same where she ``may_wait`` gets a place in
    line. ``workshop`` tells of the one that is on."""

    slug: str
    title: str
    notice: DenialText | None
    profiles: tuple[ProfileView, ...]
    allowances: tuple[AllowanceView, ...]
    plea: str = ""
    put_aside: str = ""
    may_wait: bool = False
    workshop: str = ""


@dataclass(frozen=True, slots=True)
class InterfaceView:
    """One way to see a server."""

    slug: str
    title: str
    description: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class PickerView:
    """The whole form."""

    communities: tuple[CommunityView, ...]
    interfaces: tuple[InterfaceView, ...]


def picker_view(offers: Offers, language: str) -> PickerView:
    """What the picker shows in a language."""
    interfaces = _interfaces_of(_profiles(offers))
    # One way to write money on the whole page, or "$" would mean something else in each section.
    country = next((offer.country for offer in offers.communities), None)
    speak = translator(language, country)
    return PickerView(
        tuple(
            _community(offer, offers.selected, interfaces, speak) for offer in offers.communities
        ),
        tuple(_interface(slug, offers.selected, speak) for slug in interfaces),
    )


def _profiles(offers: Offers) -> Iterable[Profile]:
    return (p.profile for community in offers.communities for p in community.profiles)


def _interfaces_of(profiles: Iterable[Profile]) -> tuple[str, ...]:
    """Every interface of any profile, once, in the order they are met."""
    return tuple(dict.fromkeys(slug for profile in profiles for slug in profile.interfaces))


def _interface(slug: str, selected: Choice | None, speak: Translator) -> InterfaceView:
    title, description = _INTERFACES.get(slug, (slug, ""))
    is_selected = selected is not None and selected.interface == slug
    described = speak.gettext(description) if description else ""
    return InterfaceView(slug, speak.gettext(title), described, is_selected)


def _community(
    offer: CommunityOffer, selected: Choice | None, interfaces: Sequence[str], speak: Translator
) -> CommunityView:
    title = text_in(offer.title, speak.language)
    common = _common_refusal(offer)
    notice = denial_text(common, speak, title) if common else None
    aside = None if common else _first_put_aside(offer)
    offer = _without_put_aside(offer) if aside else offer
    writer = _OfferWriter(offer, title, speak, is_explained=notice is not None)
    return CommunityView(
        offer.community,
        title,
        notice,
        tuple(writer.profile(p, selected, interfaces) for p in offer.profiles),
        tuple(writer.allowance(a) for a in sorted(offer.allowances, key=_resets)),
        plea_about(common) if common else "",
        put_aside_text(aside, speak, title) if aside else "",
        common is not None and may_wait(common),
        _workshop_text(offer, speak),
    )


def _workshop_text(offer: CommunityOffer, speak: Translator) -> str:
    """Which workshop it is, and until when; and that nothing has to be chosen for it."""
    workshop, until = offer.workshop, offer.until
    if workshop is None or until is None:
        return ""
    when = speak.instant(until, offer.zone)
    told = speak.gettext(
        "Workshop “%(workshop)s”, until %(when)s.", workshop=workshop.title, when=when
    )
    if not workshop.profile:
        return told
    marked = speak.gettext("What it needs is marked already.")
    return f"{told} {marked}"


def _is_put_aside(entry: SizeOffer) -> bool:
    return entry.denied is not None and entry.denied.code is Code.BUDGET_SIZES


def _first_put_aside(offer: CommunityOffer) -> Denied | None:
    sizes = (size for profile in offer.profiles for size in profile.sizes)
    return next((size.denied for size in sizes if _is_put_aside(size)), None)


def _without_put_aside(offer: CommunityOffer) -> CommunityOffer:
    """Whoever chooses is not led to what a budget has no room for."""
    profiles = (
        replace(profile, sizes=tuple(s for s in profile.sizes if not _is_put_aside(s)))
        for profile in offer.profiles
    )
    return replace(offer, profiles=tuple(profile for profile in profiles if profile.sizes))


def _resets(limit: Allowance) -> float:
    """What starts anew at the same time stands together, so that the page says when only once."""
    return limit.resets_at.timestamp() if limit.resets_at else 0.0


def _common_refusal(offer: CommunityOffer) -> Denied | None:
    """The one limit that stands in the way of every size, if there is one."""
    refusals = [size.denied for profile in offer.profiles for size in profile.sizes]
    first = refusals[0] if refusals else None
    if first is None:
        return None
    same = all(d is not None and _reason(d) == _reason(first) for d in refusals)
    return first if same else None


def _reason(denied: Denied) -> tuple[object, ...]:
    limit = denied.allowance
    same = limit and (limit.scope, limit.unit, limit.window, limit.profile, limit.days)
    return denied.code, same


@dataclass(frozen=True, slots=True)
class _OfferWriter:
    """Writes the parts of one community's offer."""

    offer: CommunityOffer
    title: str
    speak: Translator
    is_explained: bool

    def profile(
        self, entry: ProfileOffer, selected: Choice | None, interfaces: Sequence[str]
    ) -> ProfileView:
        profile = entry.profile
        return ProfileView(
            text_in(profile.title, self.speak.language),
            text_in(profile.description, self.speak.language),
            self._only(profile) if len(profile.interfaces) < len(interfaces) else "",
            tuple(self._size(profile, size, selected) for size in entry.sizes),
            self._image(profile, selected),
        )

    def _image(self, profile: Profile, selected: Choice | None) -> ImageView | None:
        own = profile.environment.own_image
        if own is None:
            return None
        message = text_in(own.message, self.speak.language) or self.speak.gettext(
            "Its name and version: %(example)s", example=_EXAMPLE_IMAGE
        )
        here = self.offer.community, profile.slug
        is_here = selected is not None and (selected.community, selected.profile) == here
        written = selected.image if selected is not None and is_here else ""
        return ImageView(image_field(*here), message, written)

    def _only(self, profile: Profile) -> str:
        names = (_INTERFACES.get(slug, (slug, ""))[0] for slug in profile.interfaces)
        words = ", ".join(self.speak.gettext(name) for name in names)
        return self.speak.gettext("Opens in: %(interfaces)s", interfaces=words)

    def _size(self, profile: Profile, entry: SizeOffer, selected: Choice | None) -> SizeView:
        size = entry.size
        here = (self.offer.community, profile.slug, size.slug)
        chosen = selected and (selected.community, selected.profile, selected.size)
        return SizeView(
            "/".join(here),
            text_in(size.title, self.speak.language),
            self._resources(size),
            self._price(size),
            chosen == here,
            self._refusal(entry.denied),
        )

    def _resources(self, size: Size) -> str:
        limits, speak = size.limits, self.speak
        parts = [
            "" if "cpu" in size.unlimited else speak.cpu(limits.cpu_milli),
            "" if "memory" in size.unlimited else speak.memory(limits.memory_bytes),
            speak.amount(Unit.GPU, limits.gpu, "") if limits.gpu else "",
        ]
        return " · ".join(filter(None, parts))

    def _price(self, size: Size) -> str:
        if not size.rate_micros:
            return ""
        rate = self.speak.rate(size.rate_micros, size.price.currency)
        return self.speak.gettext("%(money)s per hour", money=rate)

    def _refusal(self, denied: Denied | None) -> str:
        if denied is None:
            return ""
        if self.is_explained:
            return self.speak.gettext("Not right now")
        return denial_text(denied, self.speak, self.title).what

    def allowance(self, limit: Allowance) -> AllowanceView:
        return AllowanceView(
            self._left(limit), limit.limit, min(limit.left, limit.limit), self._until(limit)
        )

    def _left(self, limit: Allowance) -> str:
        text = self._left_of_all(limit)
        profiles = (p.profile for p in self.offer.profiles if p.profile.slug == limit.profile)
        return " · ".join((text, *(text_in(p.title, self.speak.language) for p in profiles)))

    def _left_of_all(self, limit: Allowance) -> str:
        if limit.unit is Unit.SERVERS and limit.scope is LimitScope.COMMUNITY:
            return self._seats(limit)
        left, whole = (
            self.speak.amount(limit.unit, n, self.offer.currency) for n in (limit.left, limit.limit)
        )
        # The last day alone is today.
        window = Window.DAY if limit.days == 1 else limit.window
        of_window = {"days": self.speak.number(limit.days), "workshop": limit.workshop}
        words = _LEFT[limit.scope, window]
        return self.speak.gettext(words, left=left, limit=whole, **of_window)

    def _seats(self, limit: Allowance) -> str:
        left, whole = self.speak.number(limit.left), self.speak.number(limit.limit)
        return self.speak.gettext("%(left)s of %(limit)s seats free now", left=left, limit=whole)

    def _until(self, limit: Allowance) -> str:
        if limit.resets_at is None:
            return ""
        when = self.speak.instant(limit.resets_at, self.offer.zone)
        if limit.comes_back is not None:
            amount = self.speak.amount(limit.unit, limit.comes_back[1], self.offer.currency)
            return self.speak.gettext("%(amount)s more from %(when)s", amount=amount, when=when)
        if limit.window is Window.WORKSHOP:
            return self.speak.gettext("Holds until %(when)s", when=when)
        return self.speak.gettext("Starts anew on %(when)s", when=when)
