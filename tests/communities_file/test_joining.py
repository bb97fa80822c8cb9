"""Who may be asked, and how long a notice is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub import communities_file
from catalyst_hub.communities_file import CommunitiesFileError

FILE = """
version: 1
hub: {{name: test{hub}}}
providers: {{demo: {{type: demo, title: Demo, personas: [{{name: kofi}}]}}}}
defaults: {{{defaults}}}
communities:
  nairobi: {{title: Nairobi, currency: KES{community}}}
"""


def text(hub: str = "", defaults: str = "currency: KES", community: str = "") -> str:
    return FILE.format(hub=hub, defaults=defaults, community=community)


@pytest.mark.parametrize(
    ("defaults", "community", "takes_requests"),
    [
        ("", "", False),
        ("", ", join_requests: true", True),
        ("join_requests: true", "", True),
        ("join_requests: true", ", join_requests: false", False),
    ],
)
def test_a_community_is_shown_to_those_outside_only_where_the_file_says_so(
    defaults: str, community: str, takes_requests: bool
) -> None:
    policy = communities_file.parse(text(defaults=defaults or "currency: KES", community=community))
    assert policy.by_slug["nairobi"].takes_requests is takes_requests


@pytest.mark.parametrize(
    ("written", "minutes"), [("", 10), (", removal_notice: 1h", 60), (", removal_notice: 0", 0)]
)
def test_a_notice_is_ten_minutes_unless_said(written: str, minutes: int) -> None:
    policy = communities_file.parse(text(hub=written))
    assert policy.removal_notice == timedelta(minutes=minutes)


def test_a_notice_longer_than_a_day_is_refused() -> None:
    with pytest.raises(CommunitiesFileError, match="longer than a day"):
        communities_file.parse(text(hub=", removal_notice: 25h"))
