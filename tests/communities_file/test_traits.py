"""Traits of KubeSpawner's in the file keep the types of their values."""

from __future__ import annotations

from catalyst_hub.communities_file import parse
from tests.communities_file.bad_files import GOOD

_TRAITS = """\
    python:
      node_selector: {pool: big, zone: a}
      kubespawner:
        uid: 1000
        working_dir: null
        environment: {ONE: "1", FAR: 1.5}
        init_containers: [{name: clone, securityContext: {runAsUser: 0, privileged: false}}]
      environment: {command: jupyterhub-singleuser}
      sizes:
        small:
          cpu: 1
          memory: 2G
          node_selector: {zone: b}
          kubespawner: {service_account: "007"}
"""


def test_numbers_are_numbers_quoted_ones_are_texts_and_null_is_null() -> None:
    [community] = parse(_with_traits()).communities
    [profile] = community.profiles
    assert profile.kubespawner == {
        "uid": 1000,
        "working_dir": None,
        "environment": {"ONE": "1", "FAR": 1.5},
        "init_containers": [
            {"name": "clone", "securityContext": {"runAsUser": 0, "privileged": False}}
        ],
    }
    assert profile.sizes[0].kubespawner == {"service_account": "007"}


def test_a_size_runs_where_its_profile_does_and_where_it_says_itself() -> None:
    [community] = parse(_with_traits()).communities
    assert community.profiles[0].sizes[0].node_selector == {"pool": "big", "zone": "b"}


def test_a_communitys_traits_merge_with_those_of_the_defaults() -> None:
    own = "    profiles: {python: {kubespawner: {uid: 7, environment: {TWO: x}}}}\n"
    [community] = parse(_with_traits() + own).communities
    traits = community.profiles[0].kubespawner
    assert traits["uid"] == 7
    assert traits["environment"] == {"ONE": "1", "FAR": 1.5, "TWO": "x"}


def _with_traits() -> str:
    before, _, rest = GOOD.partition("    python:\n")
    return before + _TRAITS + rest[rest.index("communities:") :]
