"""Which language a page speaks: the person's choice, her community's, the browser's hint."""

from __future__ import annotations

from collections.abc import Sequence

from catalyst_hub.core.policy import LANGUAGES


def supported(tag: str | None) -> str | None:
    """``es`` from ``es``, ``ES`` or ``es-AR``; None when we do not speak it."""
    language = (tag or "").strip().replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else None


def _quality(entry: str) -> float:
    parameters = (part.strip() for part in entry.split(";")[1:])
    text = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return float(text)
    except ValueError:
        return 0.0


def preferred(accept_language: str) -> str | None:
    """The best of an Accept-Language header that we speak."""
    entries = [e for e in accept_language[:1000].split(",") if _quality(e) > 0]
    ranked = sorted(entries, key=_quality, reverse=True)
    return next(filter(None, (supported(entry.split(";")[0]) for entry in ranked)), None)


def choose_language(
    person: str | None, community: Sequence[str] = (), accept_language: str = ""
) -> str:
    """The language to speak; English when nobody has said anything we understand."""
    of_community = next(filter(None, map(supported, community)), None)
    return supported(person) or of_community or preferred(accept_language) or "en"
