"""Why a server does not run, for whom it belongs to: what happened, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalyst_hub.core.session import EndReason
from catalyst_hub.i18n.translator import N_, Translator

_AGAIN = N_("Please try again; if it happens again, tell the people who run this hub.")
_ELSEWHERE = N_(
    "Please try again. If it happens again, choose another environment, or tell the people who run"
    " this hub."
)
#: What champions read of the same start, in the words of whoever waited for it.
_FAILURES: Mapping[EndReason, tuple[str, str]] = MappingProxyType(
    {
        EndReason.NEVER_STARTED: (N_("Something went wrong while it was starting."), _AGAIN),
        EndReason.CALLED_OFF: (
            N_("The start was called off."),
            N_(
                "If that was not you, it was somebody who looks after your community or this hub."
                " You can start it again."
            ),
        ),
        EndReason.START_TIMEOUT: (N_("The start took too long."), _AGAIN),
        EndReason.NO_ANSWER: (N_("The server did not answer."), _ELSEWHERE),
        EndReason.NO_ROOM: (
            N_("There was no room for it on the machines."),
            N_("Choose a smaller size, or try again in a few minutes: others may stop by then."),
        ),
        EndReason.NO_IMAGE: (
            N_("The image of the environment could not be fetched."),
            N_("Choose another environment. If you wrote the name of the image, is it right?"),
        ),
        EndReason.EXITED: (N_("The server ended at once."), _ELSEWHERE),
        EndReason.CLUSTER_AWAY: (
            N_("The hub could not reach the machines that servers run on."),
            N_("This is nothing that you did. Please try again in a few minutes."),
        ),
        EndReason.OUT_OF_MEMORY: (N_("The memory was not enough."), N_("Choose a larger size.")),
        EndReason.LOST: (
            N_("The server ended by itself."),
            N_(
                "You can start it again. If it happens again, a larger size may have enough memory."
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class FailureText:
    """Sentences: what happened, and what to do."""

    what: str
    advice: str


def failure_text(reason: EndReason | None, translator: Translator) -> FailureText:
    """What its owner reads of a server that did not start, or ended by itself."""
    what, advice = _FAILURES.get(reason or EndReason.NEVER_STARTED, _FAILURES[EndReason.LOST])
    return FailureText(translator.gettext(what), translator.gettext(advice))
