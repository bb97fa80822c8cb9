"""What may start while the database or the culler is away is decided in two places that name each
other."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalyst_hub.communities_file.spending_parts import EnforcementPart
from catalyst_hub.config import CatalystHub

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
SETTING, WORD = "admit_when_store_is_unavailable", "starts_without"


@pytest.mark.parametrize("page", ["budgets.md", "share-a-database.md"])
def test_who_reads_of_one_decision_finds_the_other(page: str) -> None:
    text = (HOW_TO / page).read_text()
    assert SETTING in text
    assert WORD in text


def test_both_are_still_called_that() -> None:
    assert SETTING in CatalystHub.class_trait_names()
    assert WORD in EnforcementPart.model_fields


def test_the_two_pages_and_the_one_on_limits_lead_to_each_other() -> None:
    for page in ("limit-use.md", "share-a-database.md"):
        assert "(budgets.md#when-something-is-away)" in (HOW_TO / page).read_text()
    assert "(share-a-database.md#while-the-database-is-away)" in (HOW_TO / "budgets.md").read_text()
    assert "## When something is away\n" in (HOW_TO / "budgets.md").read_text()
    assert "## While the database is away\n" in (HOW_TO / "share-a-database.md").read_text()
