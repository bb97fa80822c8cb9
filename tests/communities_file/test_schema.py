from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from catalyst_hub.communities_file.schema import schema_text
from catalyst_hub.data_files import share_dir
from tests.communities_file.bad_files import GOOD, SHAPES, Mistake

#: Which words are languages is more than a schema should hold; YAML 1.1 takes yes for true.
NOT_IN_THE_SCHEMA = ("a title in no language", "everyone: yes")


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_in_share_is_that_of_the_models():
    """If not: catalyst-hub check --schema > share/catalyst_hub/schemas/communities.schema.json"""
    path = share_dir() / "schemas" / "communities.schema.json"
    assert path.read_text() == schema_text()


def test_the_schema_accepts_what_we_accept(validator: Any):
    demo = (share_dir() / "demo" / "communities.yaml").read_text()
    for text in (GOOD, demo):
        validator.validate(yaml.safe_load(text))


@pytest.mark.parametrize("mistake", SHAPES, ids=lambda mistake: mistake.name)
def test_the_schema_refuses_mistakes_of_shape(mistake: Mistake, validator: Any):
    if mistake.name not in NOT_IN_THE_SCHEMA:
        assert not validator.is_valid(yaml.safe_load(mistake.text.replace("▸", "")))


def test_every_key_is_explained(validator: Any):
    parts = [validator.schema, *validator.schema["$defs"].values()]
    for part in parts:
        assert part["description"]
        for field in part["properties"].values():
            assert field.get("description") or "$ref" in field
