"""What a page says of a server that did not start, or ended by itself: what the ledger knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from catalyst_hub.core.session import EndReason, ServerKey, Session, did_not_start
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages.explanation import Explanation, is_told
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import question
from catalyst_hub.i18n.failures import failure_text
from catalyst_hub.usecases.find_failure import find_failure


async def explain_start(
    page: Localized, spawner: Any, error: BaseException, *, has_heading: bool
) -> Explanation:
    """What to tell of an exception that ended a start: the cause, where it is known and the error
    does not speak for itself."""
    if spawner.session_id and not is_told(error):
        failed = await _failed(page, ServerKey(spawner.user.name, spawner.name), spawner.session_id)
        if failed is not None and failed.end_reason is not EndReason.NEVER_STARTED:
            found = explain_failure(page, failed)
            return found if has_heading else _with_title(found)
    return page.explain_error(error)


async def failure_words(page: Localized, user_name: str, server_name: str) -> dict[str, Any]:
    """What ``not_running.html`` says of a server that failed a short while ago."""
    failed = await _failed(page, ServerKey(user_name, server_name))
    if failed is None:
        return {}
    return {"failed": did_not_start(failed), "explanation": explain_failure(page, failed)}


async def _failed(page: Localized, key: ServerKey, session_id: str = "") -> Session | None:
    """Nobody knows while the store is away."""
    runtime = page.runtime
    try:
        return await runtime.read(lambda uow: find_failure(uow, key, runtime.now(), session_id))
    except StoreUnavailableError:
        return None


def explain_failure(page: Localized, failed: Session) -> Explanation:
    """The words; those who run the hub find the cause by its name."""
    speak, policy = page.translator, page.runtime.policy
    text = failure_text(failed.end_reason, speak)
    community = policy.community(failed.choice.community)
    contact = (community.contact if community else None) or policy.contact
    return Explanation(
        speak.gettext("Your server did not start") if did_not_start(failed) else "",
        text.what,
        text.advice,
        question(contact, speak) if contact else "",
        original=failed.end_reason or "",
    )


def failures_on(page: Localized, found: Iterable[Session]) -> dict[str, Explanation]:
    """The same by the name of the server, for the page of all of them, where nothing else says that
    a start failed."""
    told = {}
    # Whoever calls a start off comes to this page, and knows.
    for failed in (each for each in found if each.end_reason is not EndReason.CALLED_OFF):
        told[failed.key.server_name] = _with_title(explain_failure(page, failed))
    return told


def _with_title(explanation: Explanation) -> Explanation:
    """Where there is no heading that says it."""
    title = f"{explanation.title}. " if explanation.title else ""
    return replace(explanation, what=f"{title}{explanation.what}")
