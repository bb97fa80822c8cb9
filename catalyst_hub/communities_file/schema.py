"""The JSON Schema of the file: what editors complete and check while it is written."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from catalyst_hub.communities_file.models import FilePart


class _Schema(GenerateJsonSchema):
    """Without titles, which only repeat the keys, and without defaults that say nothing; a name
    that does not fit is an error."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        found = super().default_schema(schema)
        if not isinstance(found.get("default"), str | int | list):
            found.pop("default", None)
        return found

    def dict_schema(self, schema: Any) -> JsonSchemaValue:
        found = super().dict_schema(schema)
        for pattern, values in found.pop("patternProperties", {}).items():
            found |= {"propertyNames": {"pattern": pattern}, "additionalProperties": values}
        return found


def schema_text() -> str:
    """The schema as it lies in ``share/catalyst_hub/schemas/communities.schema.json``.

    It knows each key and kind of value. What only shows when all is put together (an unknown
    provider, a limit below a guarantee) is left to ``catalyst-hub check``.
    """
    schema = FilePart.model_json_schema(schema_generator=_Schema)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "communities.yaml",
    }
    return json.dumps({**schema, **head}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
