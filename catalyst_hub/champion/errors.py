"""What a page says when something did not work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.i18n import Translator


@dataclass(frozen=True, slots=True)
class Explanation:
    """A title and a sentence in the reader's language."""

    title: str
    what: str


class NotUnderstoodError(Exception):
    """The address asks for something that cannot be, such as a thirteenth month.

    ``expected``: a sentence for people, if there is one, to be translated.
    """

    def __init__(self, what: str, expected: str = "") -> None:
        super().__init__(what)
        self.expected = expected


def explanation(
    status: int, error: BaseException | None, translator: Translator
) -> tuple[int, Explanation]:
    """The status to answer with, and what to tell the reader.

    When the Hub does not answer us, its client raises a 500 or 502: for the reader that is the
    same as our own store being away, and passes as well.
    """
    if isinstance(error, NotUnderstoodError):
        status = HTTPStatus.BAD_REQUEST
    elif isinstance(error, StoreUnavailableError) or _is_the_hub_away(status, error):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    found = _in_words(status, translator)
    if isinstance(error, NotUnderstoodError) and error.expected:
        found = replace(found, what=f"{found.what} {translator.gettext(error.expected)}")
    return status, found


def _is_the_hub_away(status: int, error: BaseException | None) -> bool:
    # Only its client raises 5xx as such; our own mistakes are other exceptions.
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR and hasattr(error, "status_code")


def _in_words(status: int, translator: Translator) -> Explanation:
    _ = translator.gettext
    known = {
        HTTPStatus.BAD_REQUEST: (
            _("This did not work"),
            _("The hub does not understand this request."),
        ),
        HTTPStatus.FORBIDDEN: (
            _("This did not work"),
            _("This form is too old, or your browser refuses cookies. Please try again."),
        ),
        HTTPStatus.NOT_FOUND: (
            _("Nothing here"),
            _("There is no such page, or it is not for you."),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            _("This did not work"),
            _("The hub does not understand this request."),
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: (
            _("Not right now"),
            _("This does not answer right now. Please try again in a moment."),
        ),
    }
    mistake = (
        _("Something went wrong"),
        _("The hub made a mistake. Please try again; if it happens again, tell us."),
    )
    return Explanation(*known.get(HTTPStatus(status), mistake))
