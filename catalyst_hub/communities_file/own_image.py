"""An image that a person brings: which ones the file lets in."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from catalyst_hub.communities_file.fields import Description, quoted, refusal
from catalyst_hub.communities_file.part import Part

_LONGEST = 500
_EXPECTED = r"a regular expression such as ^quay\.io/.+:.+$"


def _read_pattern(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise refusal(f"this is {quoted(value)}", _EXPECTED, "write it in quotes, on one line")
    try:
        re.compile(value)
    except re.error as error:
        what = f"this is no regular expression: {error}"
        raise refusal(what, _EXPECTED, "correct it, or remove the key") from None
    return value


Pattern = Annotated[str, PlainValidator(_read_pattern), WithJsonSchema({"type": "string"})]


class OwnImagePart(Part):
    """People write the image in themselves. Only for their own servers: nobody who starts one for
    somebody else can choose what runs in it."""

    pattern: Pattern = "^.+:.+$"
    """What an image must match from its beginning; otherwise a name with a version."""
    message: Description | None = None
    """What people read beside the field."""
