"""Whatever is in the file, reading it ends in a policy or in a list of problems."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalyst_hub.communities_file import CommunitiesFileError, check
from catalyst_hub.communities_file.models import FilePart
from tests.communities_file.bad_files import GOOD

_thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _keys() -> list[str]:
    schema = FilePart.model_json_schema()
    parts = [schema, *schema["$defs"].values()]
    return sorted({key for part in parts for key in part["properties"]})


_words = st.sampled_from(["demo", "python", "small", "2G", "1h", "US$ 3", "en", "KES", "x" * 300])
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | _words | st.text(max_size=8)
_names = st.sampled_from([*_keys(), "demo", "python", "small", "savanna", "<<"]) | st.text(
    max_size=5
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=20,
)


def _survives(text: str) -> None:
    try:
        problems = list(check(text).warnings)
    except CommunitiesFileError as error:
        problems = list(error.problems) or pytest.fail("refused without a reason")
    assert problems == sorted(problems)
    assert all(problem.line > 0 and problem.column > 0 for problem in problems)
    assert all(
        part for problem in problems for part in (problem.what, problem.expected, problem.do)
    )


@_thorough
@given(st.text(max_size=200))
@example("\x00")
@example("\ufeff")
@example("%YAML 1.3\n---\n")
@example("? ")
@example("!<tag:yaml.org,2002:map> x")
@example("&a : *a")
def test_any_text_is_read_or_refused(text: str):
    _survives(text)


@_thorough
@given(st.text(alphabet="ab01 \n\t:-?[]{},#&*!|>'\"%@`<.$~", max_size=80))
def test_any_punctuation_is_read_or_refused(text: str):
    _survives(text)


@_thorough
@given(_values)
def test_any_values_are_read_or_refused(data: Any):
    _survives(yaml.safe_dump(data, allow_unicode=True))


@_thorough
@given(data=st.data())
def test_a_good_file_with_anything_in_one_place_is_read_or_refused(data: st.DataObject):
    tree = yaml.safe_load(GOOD)
    holder = tree
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        step = data.draw(st.sampled_from(keys))
        if not isinstance(holder[step], dict | list) or not data.draw(st.booleans()):
            break
        holder = holder[step]
    holder[step] = data.draw(_values)
    _survives(yaml.safe_dump(tree, allow_unicode=True))


@_thorough
@given(data=st.data())
def test_a_good_file_with_one_more_key_anywhere_is_read_or_refused(data: st.DataObject):
    lines = GOOD.splitlines()
    at = data.draw(st.integers(1, len(lines)))
    indent = " " * data.draw(st.sampled_from([0, 2, 4, 6, 8]))
    key = data.draw(st.sampled_from(_keys()))
    value = yaml.safe_dump(data.draw(_values), default_flow_style=True, width=10**6).splitlines()[0]
    _survives("\n".join([*lines[:at], f"{indent}{key}: {value}", *lines[at:]]))
