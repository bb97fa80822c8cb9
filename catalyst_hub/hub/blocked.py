"""Who is blocked is told so, and whom to ask."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import HTTPError


class BlockedError(HTTPError):
    """Somebody proved who she is, and the communities file says that she may not sign in.

    ``contact`` is whom the hub names for questions, if anybody.
    """

    def __init__(self, contact: str | None) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, "Blocked by the communities file")
        self.contact = contact
