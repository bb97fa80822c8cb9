"""What is shown once, a code or a phrase: to whoever made it for a while, in the same browser."""

from __future__ import annotations

from catalyst_hub.champion.base import Page

_SHOWN_S = 600


def keep_for_a_while(page: Page, cookie: str, words: str) -> None:
    """In the champion's own browser, signed, and nowhere else."""
    page.set_signed_cookie(
        cookie,
        words,
        expires_days=None,
        path=page.hub_auth.base_url,
        max_age=_SHOWN_S,
        httponly=True,
        samesite="Lax",
        secure=page.request.protocol == "https",
    )


def at_hand(page: Page, cookie: str) -> str:
    """What was kept in this browser; else nothing."""
    kept: bytes | None = page.get_signed_cookie(cookie, max_age_days=_SHOWN_S / 86400)
    return kept.decode() if kept else ""
