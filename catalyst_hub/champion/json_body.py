"""What programs send instead of forms, and are told instead of a page."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from tornado.web import RequestHandler

from catalyst_hub.champion.errors import NotUnderstoodError

#: What JSON can say and no database keep; forms cannot bring them.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def json_object(body: bytes) -> dict[str, Any]:
    """A JSON object; raises NotUnderstoodError."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstoodError("the body is no JSON") from error
    if not isinstance(said, dict):
        raise NotUnderstoodError("the body is no object")
    return said


def flat_object(body: bytes) -> dict[str, str]:
    """A flat JSON object of words and numbers, all as words; raises NotUnderstoodError."""
    said = json_object(body)
    if any(isinstance(x, dict | list) for x in said.values()):
        raise NotUnderstoodError("the body is no flat object")
    words = {key: str(value) for key, value in said.items() if value is not None}
    if any(_NO_TEXT.search(word) for word in words.values()):
        raise NotUnderstoodError("the body has characters that are none")
    return words


def refuse(
    page: RequestHandler,
    message: str,
    code: StrEnum | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> None:
    """Answer that nothing is done, and why: a sentence for people, and the ``code`` of the refusal.
    Without one the object itself is wrong, and the ``message`` is for programmers."""
    page.set_status(status)
    page.finish({"message": message, "code": code})
