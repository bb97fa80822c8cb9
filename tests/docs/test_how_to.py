"""What the guides tell people to write works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from catalyst_hub import communities_file
from catalyst_hub.core.resources import Unit

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(name: str, language: str) -> list[str]:
    """The code of a guide, block by block."""
    return re.findall(rf"^```{language}\n(.*?)^```", (HOW_TO / name).read_text(), re.M | re.S)


def test_the_communities_file_of_the_guide_has_no_fault():
    text = "\n".join(blocks("write-a-communities-file.md", "yaml"))
    checked = communities_file.check(text)
    assert [str(warning) for warning in checked.warnings] == []
    [community] = checked.policy.communities
    [profile] = community.profiles
    assert [size.slug for size in profile.sizes] == ["small"]
    assert {limit.unit for limit in community.limits} >= {Unit.SERVERS, Unit.CPU_HOURS}
