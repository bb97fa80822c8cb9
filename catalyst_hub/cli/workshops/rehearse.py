"""Show the hub as the learners of a workshop will find it at an instant to come: what they can
start, what is marked already, what would be in the way, and the limits. Nothing is started and
nothing changes."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from datetime import datetime

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.champion.limit_rows import LimitRow
from catalyst_hub.champion.rehearsal_rows import (
    SizeRow,
    limit_groups,
    profile_rows,
    situation,
)
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_called, workshop_number
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.rehearsal import InstantRefusal, instant_of, next_instant
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.i18n import Translator, translator
from catalyst_hub.i18n.rehearsals import instant_refusal_text
from catalyst_hub.usecases.rehearse_workshop import Rehearsal, rehearse_workshop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")
    parser.add_argument(
        "--at",
        metavar="WHEN",
        help="by the clock of its community, such as 2026-12-01T09:00, or with an offset;"
        " default: the beginning of its next day",
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default=LANGUAGES[0],
        help="in which to show it (default: %(default)s)",
    )


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Print it."""
    print("\n".join(asyncio.run(runtime.read(lambda uow: _rehearsed(args, runtime, uow)))))
    return 0


def _rehearsed(args: argparse.Namespace, runtime: Runtime, uow: UnitOfWork) -> list[str]:
    workshop, community = workshop_called(args.workshop, uow, runtime)
    at = _instant(args.at, workshop, community, runtime.now())
    rehearsal = rehearse_workshop(uow, runtime.policy, community.slug, workshop, at)
    speak = translator(args.language, community.country)
    return list(lines(rehearsal, workshop, community, at, speak))


def _instant(
    written: str | None, workshop: Workshop, community: Community, now: datetime
) -> datetime:
    if written is None:
        return next_instant(workshop, community.zone, now)
    at = instant_of(written, community.zone, now)
    if isinstance(at, InstantRefusal):
        raise WrongCallError(f"--at {written!r}: {instant_refusal_text(at, translator('en'))}")
    return at


def lines(
    rehearsal: Rehearsal,
    workshop: Workshop,
    community: Community,
    at: datetime,
    speak: Translator,
) -> Iterator[str]:
    """The rehearsal as people read it."""
    _ = speak.gettext
    yield _("Rehearsal: %(title)s", title=workshop.title)
    yield speak.instant(at, community.zone)
    yield situation(rehearsal, workshop, community, speak)
    for profile in profile_rows(rehearsal, speak):
        yield f"\n{profile.title}"
        yield from (f"  {_of_size(size, speak)}" for size in profile.sizes)
    if not rehearsal.offer.profiles:
        yield f"\n{_('There is nothing to start in this community.')}"
    for words, rows in limit_groups(rehearsal.offer, community, speak):
        yield f"\n{_('Limits')} · {words}"
        yield from (f"  {_of_limit(row, speak)}" for row in rows)


def _of_size(size: SizeRow, speak: Translator) -> str:
    _ = speak.gettext
    what = " · ".join(filter(None, (size.title, size.resources)))
    marked = f" · {_('marked already')}" if size.is_marked else ""
    told = f"{_('Cannot start:')} {size.refusal}" if size.code else _("Can start.")
    return f"{what}{marked}. {told}"


def _of_limit(row: LimitRow, speak: Translator) -> str:
    use = speak.gettext("%(used)s of %(limit)s", used=row.used, limit=row.limit)
    return f"{row.title} · {use}. {row.resets}".rstrip()
