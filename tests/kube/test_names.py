"""Hub names as KubeSpawner and Dask Gateway take them: as they stand, whoever chose the login."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kubespawner.slugs import is_valid_label, safe_slug

from catalyst_hub.core.person import free_name

_TAKEN = {"kofi", "person", "admin"}


@given(st.text(max_size=80))
def test_no_name_is_escaped_or_hashed_in_a_pod_a_volume_or_a_label(login: str) -> None:
    name = free_name(login, _TAKEN.__contains__)
    assert safe_slug(name) == name
    assert is_valid_label(name)


@given(st.text(max_size=80))
def test_dask_gateway_has_no_colon_to_take_for_a_prefix(login: str) -> None:
    assert not set(free_name(login, _TAKEN.__contains__)) & set(":/%@ .")
