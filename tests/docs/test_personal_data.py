"""The reference says of every table what is given out of it, and what becomes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalyst_hub.hub.pages.personal_data import TITLES
from catalyst_hub.store.traces import IMPERSONAL, TRACES, Trace

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "personal-data.md").read_text()


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.table.name)
def test_every_table_that_knows_of_people_has_its_line(trace: Trace):
    (line,) = re.findall(rf"^\| `{trace.table.name}` \|.*$", PAGE, re.M)
    says_deleted = "deleted" in line.rpartition("|")[0].rpartition("|")[2]
    assert says_deleted == trace.is_deleted


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.table.name)
def test_people_read_of_every_table_what_it_is(trace: Trace):
    assert trace.table.name in TITLES


def test_the_others_are_named_with_the_reason():
    paragraph = PAGE[PAGE.index("These speak of nobody") :]
    assert set(re.findall(r"`([a-z_]+)`", paragraph)) - {"person_days"} == set(IMPERSONAL)
