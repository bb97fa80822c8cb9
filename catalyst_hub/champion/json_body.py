"""What programs send instead of forms."""

from __future__ import annotations

import json

from catalyst_hub.champion.errors import NotUnderstoodError


def flat_object(body: bytes) -> dict[str, str]:
    """A flat JSON object of words and numbers, all as words; raises NotUnderstoodError."""
    try:
        said = json.loads(body)
    except ValueError as error:
        raise NotUnderstoodError("the body is no JSON") from error
    if not isinstance(said, dict) or any(isinstance(x, dict | list) for x in said.values()):
        raise NotUnderstoodError("the body is no flat object")
    return {key: str(value) for key, value in said.items() if value is not None}
