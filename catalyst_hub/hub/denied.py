"""A refused start, as the Hub carries it to a page, a REST client and its metrics."""

from __future__ import annotations

from html import escape

from jupyterhub.spawner import SpawnException

from catalyst_hub.core.denial import Allowance, Denied
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.i18n import Translator, denial_sentence


class StartDeniedError(SpawnException):
    """The Hub logs it in one line, counts it as a refusal, and never towards
    ``consecutive_failure_limit``. ``denied`` has the facts, for whoever says it better; whoever
    ``is_waiting`` has a place in line for what was refused."""

    def __init__(
        self, denied: Denied, policy: Policy, translator: Translator, *, is_waiting: bool = False
    ) -> None:
        sentence = _sentence(denied, policy, translator)
        super().__init__(
            sentence,
            reason=f"catalyst-{denied.code}",
            log_message=f"{denied.code} (community {denied.community})",
            message_html=escape(sentence),
            status_code=denied.status,
        )
        self.denied = denied
        self.is_waiting = is_waiting


def _sentence(denied: Denied, policy: Policy, translator: Translator) -> str:
    community = policy.community(denied.community or "")
    title = text_in(community.title, translator.language) if community else ""
    return denial_sentence(denied, translator, title)


def facts(denied: Denied) -> dict[str, object]:
    """A denial for programs: JSON values only, words that are never translated."""
    return {
        "code": str(denied.code),
        "community": denied.community,
        "contact": denied.contact,
        "name": denied.name,
        "known": list(denied.known),
        "until": denied.until.isoformat() if denied.until else None,
        "limit": _limit(denied.allowance, denied) if denied.allowance else None,
    }


def _limit(allowance: Allowance, denied: Denied) -> dict[str, object]:
    """Amounts in the canonical integer of the unit, as :class:`Unit` and :class:`Usage` say."""
    return {
        "scope": str(allowance.scope),
        "unit": str(allowance.unit),
        "window": str(allowance.window),
        "days": allowance.days or None,
        "profile": allowance.profile,
        "workshop": allowance.workshop or None,
        "limit": allowance.limit,
        "used": allowance.used,
        "held": allowance.held,
        "left": allowance.left,
        "asked": denied.asked,
        "resets_at": allowance.resets_at.isoformat() if allowance.resets_at else None,
        "currency": denied.currency,
    }
