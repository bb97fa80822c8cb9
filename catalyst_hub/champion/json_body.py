"""What programs send instead of forms."""

from __future__ import annotations

import json
import re

from catalyst_hub.champion.errors import NotUnderstoodError

#: What JSON can say and no database keep; forms cannot bring them.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def flat_object(body: bytes) -> dict[str, str]:
    """A flat JSON object of words and numbers, all as words; raises NotUnderstoodError."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstoodError("the body is no JSON") from error
    if not isinstance(said, dict) or any(isinstance(x, dict | list) for x in said.values()):
        raise NotUnderstoodError("the body is no flat object")
    words = {key: str(value) for key, value in said.items() if value is not None}
    if any(_NO_TEXT.search(word) for word in words.values()):
        raise NotUnderstoodError("the body has characters that are none")
    return words
