"""The sentences that JupyterHub's Python makes, and ours for them.

JupyterHub has no translations. What it says to a browser is recognised here by its English words
(as of 6.1) and said again in the reader's language; what is not known gets a plain sentence by
its HTTP status, and the hub's words go into the small print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from catalyst_hub.i18n import N_, Translator

_EXPIRED = N_("This form is too old, or your browser refuses cookies. Please try again.")
_NOT_FOUND = N_("There is no such page, or it is not for you.")
_NOT_ALLOWED = N_("You may not do this.")
_SIGN_IN_AGAIN = N_("Your sign-in has expired. Please sign in again.")
_BAD_START = N_("The server could not start. Please try again; if it happens again, tell us.")
_SERVER_NAME = N_("A server's name has small letters, numbers and hyphens, at most 30.")
_GONE = N_("This invitation does not exist or has expired.")

_KNOWN = (
    (
        r"Too many users trying to log in right now. Try again in (?P<n>\d+) seconds",
        N_("Many people are starting at this moment. Please try again in %(n)s seconds."),
    ),
    (
        r"Too many users trying to log in right now. Try again in (?P<n>\d+) minutes",
        N_("Many people are starting at this moment. Please try again in %(n)s minutes."),
    ),
    (
        r"Active user limit exceeded",
        N_("All seats of this hub are taken. Please try again in a few minutes."),
    ),
    (r"Invalid username or password", N_("The name or the password is wrong.")),
    (
        r"The store is not available",
        N_("The hub cannot look up who you are right now. Please try again in a few minutes."),
    ),
    (
        r"The provider does not answer",
        N_("This way to sign in does not answer right now. Please try again in a few minutes."),
    ),
    (
        r"The account is not accepted",
        N_("This hub does not accept the account you chose. Please sign in with another one."),
    ),
    (
        r"The provider did not confirm the sign-in",
        N_("You are not signed in: it was not confirmed where you went to sign in."),
    ),
    (
        r"This sign-in is too old, or was used already",
        N_("This sign-in is too old, or was used already. Please sign in again."),
    ),
    (r"Login form invalid or expired", _EXPIRED),
    (r"This form is too old", _EXPIRED),
    (r"'_xsrf' argument (missing|invalid)", _EXPIRED),
    (r"XSRF cookie does not match", _EXPIRED),
    (r"No access to resources or resources not found", _NOT_FOUND),
    (r"No such user", _NOT_FOUND),
    (r".* has no such server", _NOT_FOUND),
    (r"Action is not authorized with current scopes", _NOT_ALLOWED),
    (r"Missing or invalid credentials", _SIGN_IN_AGAIN),
    (r"auth has expired for", _SIGN_IN_AGAIN),
    (r".*authentication has expired", _SIGN_IN_AGAIN),
    (
        r"You do not have permission to access (?P<name>.+)",
        N_("You may not use %(name)s."),
    ),
    (r"Named servers are not enabled", N_("This hub gives one server to each person.")),
    (
        r".* already has the maximum of (?P<n>\d+) named servers",
        N_("You have %(n)s named servers already. Delete one to make a new one."),
    ),
    (r"Invalid (server_name|display_name)|Starting invalid server_name", _SERVER_NAME),
    (r".* is already running", N_("This server is running already.")),
    (r".*pending (spawn|stop|check)", N_("This server is just starting or stopping.")),
    (r"Redirect loop detected", N_("Your server does not answer. Stop it, then start it again.")),
    (
        r"Spawner failed to start|Unhandled error starting server|Failed to start your server",
        _BAD_START,
    ),
    (
        r"Failed to reach your server|.*failed to start in \d+ seconds",
        N_("The server took too long to start. Please try again; if it happens again, tell us."),
    ),
    (r"Invalid user.options", N_("The hub does not understand what you chose.")),
    (r"Share not found or expired|Invalid share code", _GONE),
    (r"You can't share with yourself", N_("This invitation is your own.")),
    (
        r"Identify the owner of the requesting entity",
        N_("know your name and the communities you belong to"),
    ),
    (r"Anything you have access to", N_("do everything that you may do on this hub")),
)
_PATTERNS = tuple((re.compile(pattern, re.S), message) for pattern, message in _KNOWN)


@dataclass(frozen=True, slots=True)
class ByStatus:
    """What a page says of an HTTP status when nothing better is known."""

    title: str
    what: str


_SOMETHING = N_("Something went wrong")
_STATUS: Mapping[int, ByStatus] = MappingProxyType(
    {
        400: ByStatus(N_("This did not work"), N_("The hub does not understand this request.")),
        403: ByStatus(N_("Not allowed"), _NOT_ALLOWED),
        404: ByStatus(N_("Nothing here"), _NOT_FOUND),
        405: ByStatus(N_("This did not work"), N_("The hub does not understand this request.")),
        424: ByStatus(
            N_("Your server is not running"), N_("Your server is not running. You can start it.")
        ),
        429: ByStatus(N_("Not right now"), N_("Too much at once. Please try again in a moment.")),
        500: ByStatus(
            _SOMETHING,
            N_("The hub made a mistake. Please try again; if it happens again, tell us."),
        ),
        503: ByStatus(
            N_("Not right now"), N_("This does not answer right now. Please try again in a moment.")
        ),
        599: ByStatus(
            N_("Not right now"), N_("This does not answer right now. Please try again in a moment.")
        ),
    }
)


def by_status(status: int) -> ByStatus:
    """Title and sentence for a status; that of its class (4xx, 5xx) when it has none."""
    return _STATUS.get(status) or _STATUS[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500]


def known_message(message: str, translator: Translator) -> str | None:
    """What the hub said, in the reader's language; None when we do not know the words."""
    for pattern, sentence in _PATTERNS:
        if found := pattern.match(message.strip()):
            return translator.gettext(sentence, **found.groupdict())
    return None
