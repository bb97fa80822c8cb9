"""How each person of a workshop fares, in words for whoever teaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from catalyst_hub.champion.wording import N_, clock
from catalyst_hub.core.attendance import RUNNING, Learner, Stage
from catalyst_hub.core.consent import Consent
from catalyst_hub.core.denial import Code
from catalyst_hub.core.session import EndReason
from catalyst_hub.i18n import Translator

#: Of what happened at ``time``; a place in line is ``place``.
_STAGES: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.SLOW: N_("Starting since %(time)s, and not up yet: that takes too long."),
        Stage.WAITING: N_("Waits for a seat since %(time)s, place %(place)s in line."),
        Stage.ABSENT: N_("Has not come yet today."),
        Stage.SIGNED_IN: N_("Signed in at %(time)s, has not pressed Start yet."),
        Stage.STARTING: N_("Starting since %(time)s."),
        Stage.READY: N_("The server is ready; they have not opened it yet."),
        Stage.STARTED: N_("Working since %(time)s."),
    }
)
_FAILED: Mapping[EndReason | None, str] = MappingProxyType(
    {
        None: N_("The start at %(time)s did not work, or was called off."),
        EndReason.CALLED_OFF: N_("The start at %(time)s was called off."),
        EndReason.START_TIMEOUT: N_("The start at %(time)s did not work: it took too long."),
        EndReason.NO_ANSWER: N_("The start at %(time)s did not work: the server did not answer."),
        EndReason.NO_ROOM: N_(
            "The start at %(time)s did not work: there was no room on the machines."
        ),
        EndReason.NO_IMAGE: N_(
            "The start at %(time)s did not work: the image could not be fetched."
        ),
        EndReason.EXITED: N_("The start at %(time)s did not work: the server ended at once."),
        EndReason.CLUSTER_AWAY: N_(
            "The start at %(time)s did not work: the hub could not reach the machines."
        ),
        EndReason.OUT_OF_MEMORY: N_(
            "The start at %(time)s did not work: the memory was not enough."
        ),
    }
)
_STOPPED: Mapping[EndReason | None, str] = MappingProxyType(
    {
        None: N_("Not running since %(time)s: it was stopped."),
        EndReason.LOST: N_("Not running since %(time)s: the server ended by itself."),
        EndReason.OUT_OF_MEMORY: N_("Not running since %(time)s: the memory was not enough."),
        EndReason.BUDGET: N_("Not running since %(time)s: the money is spent."),
        EndReason.QUOTA: N_("Not running since %(time)s: a limit was reached."),
        EndReason.MAINTENANCE: N_("Not running since %(time)s: the hub is paused."),
        EndReason.IDLE: N_("Not running since %(time)s: nobody was using it."),
        EndReason.OVER_AGE: N_("Not running since %(time)s: it had run for as long as any may."),
    }
)
_ONE_OF_THEIRS = N_("Could not start at %(time)s: what they chose cannot be started.")
_MONEY = N_("Could not start at %(time)s: the money is spent.")
_DENIED: Mapping[Code, str] = MappingProxyType(
    {
        Code.NO_COMMUNITY: N_("Could not start at %(time)s: they belong to no community."),
        Code.NOT_A_MEMBER: N_("Could not start at %(time)s: they do not belong here."),
        Code.CONSENT_NEEDED: N_(
            "Somebody tried to start for them at %(time)s, which they had not allowed."
        ),
        Code.BEING_REMOVED: N_("Could not start at %(time)s: their account is being removed."),
        Code.TERMS_NOT_ACCEPTED: N_(
            "Could not start at %(time)s: they have not accepted the terms of use yet."
        ),
        **dict.fromkeys(
            (
                Code.MALFORMED_CHOICE,
                Code.UNKNOWN_PROFILE,
                Code.UNKNOWN_SIZE,
                Code.UNKNOWN_INTERFACE,
                Code.UNFIT_IMAGE,
            ),
            _ONE_OF_THEIRS,
        ),
        Code.QUOTA_AT_ONCE: N_("Could not start at %(time)s: all seats were taken."),
        Code.QUOTA_WINDOW: N_("Could not start at %(time)s: a limit is used up."),
        **dict.fromkeys((Code.BUDGET_SPENT, Code.BUDGET_CLOSED, Code.BUDGET_SIZES), _MONEY),
        Code.NOT_ENFORCED: N_(
            "Could not start at %(time)s: a part of the hub is away. Tell those who run it."
        ),
        Code.MAINTENANCE: N_("Could not start at %(time)s: the hub is paused."),
        Code.STORE_UNAVAILABLE: N_(
            "Could not start at %(time)s: a part of the hub is away. Tell those who run it."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One person: how they fare as a sentence, and what the reader can do about it.

    ``level`` is "stuck", "away" or "fine"; ``stop`` the id of the session that can be stopped;
    ``account`` is empty where help is not the reader's to offer; ``server`` names theirs, and
    ``allows`` says until when they let the reader start it.
    """

    name: str
    level: str
    sentence: str
    account: str
    server: str
    stop: str
    allows: str


def live_row(
    learner: Learner,
    zone: str,
    now: datetime,
    translator: Translator,
    *,
    may_help: bool,
    consent: Consent | None = None,
) -> LiveRow:
    """One person in the reader's language; times are by the clock of the community."""
    person, session = learner.attendee.person, learner.session
    until = clock(consent.ends_at, zone, now, translator) if consent else ""
    return LiveRow(
        name=person.shown_as,
        level=_level(learner),
        sentence=_sentence(learner, zone, now, translator),
        account=person.name if may_help else "",
        server=session.key.server_name if session and session.is_live else "",
        stop=session.session_id if may_help and session and session.is_live else "",
        allows=translator.gettext("They let you start it until %(time)s.", time=until)
        if until
        else "",
    )


def _level(learner: Learner) -> str:
    if learner.is_stuck:
        return "stuck"
    return "fine" if learner.stage in RUNNING else "away"


def _sentence(learner: Learner, zone: str, now: datetime, translator: Translator) -> str:
    match learner.stage:
        case Stage.DENIED if learner.code is not None:
            template = _DENIED[learner.code]
        case Stage.FAILED:
            template = _FAILED.get(learner.reason, _FAILED[None])
        case Stage.STOPPED | Stage.DIED:
            template = _STOPPED.get(learner.reason, _STOPPED[None])
        case stage:
            template = _STAGES[stage]
    time = clock(learner.at, zone, now, translator) if learner.at else ""
    return translator.gettext(template) % {"time": time, "place": learner.place}
