"""Two people have the form of one workshop open: each changes what she has changed in it, and
nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType

from catalyst_hub.champion.plan_rows import days_text, times_text
from catalyst_hub.champion.wording import N_
from catalyst_hub.champion.workshop_choices import Choices
from catalyst_hub.champion.workshop_forms import Written, written_of
from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Community
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.i18n import Translator

#: Fields of the form that mean something only together. Every other one is a part of its own.
_DAYS = (
    "first_on",
    "last_on",
    "starts",
    "ends",
    "starts_again",
    "ends_again",
    "not_on",
    "times",
)
#: The parts of a form and what the plan calls them, in the order of the form.
_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title",),
        "days": ("first_on", "last_on", "meetings"),
        "seats": ("seats",),
        "server": ("profile", "size"),
        "material": ("material",),
        "language": ("language",),
        "budget": ("budget_micros",),
        "warm": ("warm_minutes",),
        "clean": ("clean_after_days",),
        "nights": ("nights",),
        "idle": ("idle_minutes",),
        "max_age": ("max_age_minutes",),
        "ceiling": ("ceiling_minutes",),
        "grace": ("grace_minutes",),
    }
)
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "title": N_("What it is called"),
        "days": N_("When"),
        "seats": N_("How many people"),
        "server": N_("What they start"),
        "material": N_("Link to the material"),
        "language": N_("Language"),
        "budget": N_("Budget of its own (%(currency)s)"),
        "warm": N_("Start servers ahead"),
        "nights": N_("Nights between its days"),
        "idle": N_("Unused servers stop after"),
        "max_age": N_("All servers stop after"),
        "ceiling": N_("A computation or open page counts as use for"),
        "grace": N_("A new server is left alone for"),
        "clean": N_("Who came for it alone goes after"),
    }
)
_UNSAID: Mapping[str, str] = MappingProxyType(
    {
        "server": N_("As each of them likes"),
        "language": N_("Not said"),
        "warm": N_("As usual"),
        "idle": N_("As usual"),
        "max_age": N_("As usual"),
        "ceiling": N_("As usual"),
        "grace": N_("As usual"),
        "clean": N_("Never: they stay"),
    }
)
_NIGHTS: Mapping[str, str] = MappingProxyType(
    {"usual": N_("As usual"), "kept": N_("Servers run on")}
)
_CULLING = ("idle", "max_age", "ceiling", "grace")
#: Letters of a digest: nobody is kept out by it, two texts are told apart.
_LETTERS = 12
#: So many lines of the audit are looked at for who it was, and so many days are told.
_LINES, _TOLD_DAYS = 100, 3


@dataclass(frozen=True, slots=True)
class Merged:
    """The form upon what others have changed meanwhile; of what is ``disputed``, which they have
    changed to something else, it has what she wrote."""

    written: Written
    disputed: tuple[str, ...] = ()


def form_of(plan: Plan) -> Written:
    """The form with which somebody changes this plan: it carries what it was filled in with."""
    written = written_of(plan)
    return replace(written, seen=" ".join(_digests(written).values()))


def merged(written: Written, plan: Plan) -> Merged:
    """What was sent, upon the plan as it is now. A form that does not say what it was filled in
    with says everything."""
    theirs, seen = form_of(plan), written.seen.split()
    if len(seen) != len(_PARTS):
        return Merged(written)
    was, now, hers = dict(zip(_PARTS, seen, strict=True)), _digests(theirs), _digests(written)
    parts = [part for part in _PARTS if hers[part] == was[part]]
    disputed = tuple(
        part for part in _PARTS if part not in parts and now[part] not in (was[part], hers[part])
    )
    return Merged(replace(_with_parts(written, theirs, parts), seen=theirs.seen), disputed)


def _digests(written: Written) -> dict[str, str]:
    return {part: _digest(written, part) for part in _PARTS}


def _digest(written: Written, part: str) -> str:
    """The same before and after it was in a browser, which has line ends and a midnight of its
    own."""
    words = [" ".join(written[name].split()) for name in _fields(part)]
    if part == "days":
        words = ["00:00" if word == "24:00" else word for word in words]
        words.append(str(sorted(written.weekdays)))
    return sha256("\0".join(words).encode()).hexdigest()[:_LETTERS]


def _fields(part: str) -> tuple[str, ...]:
    return _DAYS if part == "days" else (part,)


def _with_parts(written: Written, theirs: Written, parts: Sequence[str]) -> Written:
    """With these parts as they have them."""
    words = {name: theirs[name] for part in parts for name in _fields(part)}
    weekdays = theirs.weekdays if "days" in parts else written.weekdays
    return Written({**written.words, **words}, weekdays)


def changers(uow: UnitOfWork, workshop: Workshop) -> Mapping[str, str]:
    """By part of the form, the name under which she is shown who has changed it last."""
    actions = [Action.WORKSHOP_CHANGED, Action.WORKSHOP_ASKED]
    found: dict[str, str] = {}
    for line in uow.audit.latest(workshop.community, actions, _LINES):
        changed = line.facts.get("changed")
        if line.facts.get("workshop") == workshop.workshop_id and isinstance(changed, list):
            person = uow.people.by_name(line.actor)
            shown = person.shown_as if person else line.actor
            for part, names in _PARTS.items():
                if not set(names).isdisjoint(changed):
                    found.setdefault(part, shown)
    return found


def dispute_texts(
    disputed: Sequence[str],
    plan: Plan,
    by: Mapping[str, str],
    community: Community,
    speak: Translator,
) -> Iterator[str]:
    """What others have made of what she has changed too, and what she may do."""
    for part in disputed:
        words = {
            "field": speak.gettext(_LABELS[part]) % {"currency": community.currency},
            "value": _value(part, plan, community, speak),
        }
        if part in by:
            sentence = N_("%(name)s has changed “%(field)s” meanwhile. It is now: %(value)s")
            yield speak.gettext(sentence) % {**words, "name": by[part]}
        else:
            yield (
                speak.gettext(N_("“%(field)s” was changed meanwhile. It is now: %(value)s")) % words
            )
    yield speak.gettext(
        N_("What you wrote is still below, and nothing is saved. Go on to put yours in its place.")
    )


def _value(part: str, plan: Plan, community: Community, speak: Translator) -> str:
    theirs = written_of(plan)
    if part == "days":
        times = times_text(plan.meetings, speak)
        more = ("…",) if len(times) > _TOLD_DAYS else ()
        return "; ".join((*times[:_TOLD_DAYS], *more)) or days_text(plan, speak)
    if part == "nights":
        return speak.gettext(_NIGHTS[theirs[part]])
    if not theirs[part]:
        return speak.gettext(_UNSAID[part]) if part in _UNSAID else "–"
    choices = Choices(community, theirs, speak)
    offered = {
        "server": choices.servers,
        "language": choices.languages,
        "warm": choices.minutes,
        **{name: choices.culling(name) for name in _CULLING},
        "clean": choices.days,
    }
    return dict(offered.get(part, ())).get(theirs[part], theirs[part])
