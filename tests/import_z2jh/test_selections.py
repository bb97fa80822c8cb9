"""Every selection of the old form starts the same server in the new catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalyst_hub import communities_file
from catalyst_hub.cli.import_z2jh import Result, import_hubs
from catalyst_hub.cli.import_z2jh.sources import read_sources
from tests.import_z2jh.oracle import OldHub, new_traits, words_of


def old_hubs(result: Result) -> dict[str, OldHub]:
    return {
        one.hub.name: OldHub([Path(file.name) for file in one.hub.values.files], one.hub.chart)
        for one in result.imported
    }


async def differences(result: Result) -> list[Any]:
    hubs, found = old_hubs(result), []
    for hub, selection, new in new_traits(result):
        old = await hubs[hub].traits(selection)
        wrong = {name: (old[name], new[name]) for name in old if old[name] != new[name]}
        if wrong:
            found.append((hub, selection.options, wrong))
    return found


async def test_each_selection_of_a_cluster_starts_the_same_server(cluster: Result) -> None:
    assert len([*new_traits(cluster)]) == 28
    assert await differences(cluster) == []


async def test_each_selection_of_plain_z2jh_starts_the_same_server(plain: Result) -> None:
    assert len([*new_traits(plain)]) == 2
    assert await differences(plain) == []


@pytest.mark.parametrize("hub", ["sabana", "lago", "cumbre"])
async def test_no_selection_is_lost(cluster: Result, hub: str) -> None:
    [one] = [one for one in cluster.imported if one.hub.name == hub]
    kept = [words_of(selection) for selection, _, _ in one.places]
    assert len(kept) == len(set(kept))
    assert set(kept) == old_hubs(cluster)[hub].every_selection()


async def test_a_hub_without_profiles_starts_what_it_started(imported) -> None:
    result = imported("singleuser: {image: {name: quay.io/x/y}, memory: {limit: 2G}}\n")
    assert await differences(result) == []


async def test_a_chart_can_be_named(imported) -> None:
    as_z2jh = imported("jupyterhub: {singleuser: {defaultUrl: /lab}}\n", chart="z2jh")
    assert await differences(as_z2jh) == []
    [community] = communities_file.parse(as_z2jh.text).communities
    assert community.profiles[0].sizes[0].unlimited == {"cpu", "memory"}


def test_the_default_is_what_the_old_form_began_with(cluster: Result) -> None:
    policy = communities_file.parse(cluster.text)
    begun = {
        slug: (c.default_profile, c.profile(c.default_profile).default_size)  # type: ignore[union-attr]
        for slug, c in policy.by_slug.items()
    }
    assert begun["sabana"] == ("jupyter", "mem-0-7")
    assert begun["cumbre"] == ("maps", "mem-10")
    assert begun["cumbre-gpu"] == ("gpu", "standard")


def test_what_a_group_had_beside_the_others_is_a_community_of_its_own(cluster: Result) -> None:
    policy = communities_file.parse(cluster.text)
    assert [*policy.by_slug] == ["sabana", "lago", "cumbre", "cumbre-avanzados", "cumbre-gpu"]
    of_all, of_few = policy.by_slug["cumbre"], policy.by_slug["cumbre-avanzados"]
    assert {size.slug for p in of_all.profiles for size in p.sizes} == {"mem-10", "mem-9"}
    assert {size.slug for p in of_few.profiles for size in p.sizes} == {"huge"}


def test_who_could_not_sign_in_before_does_not_get_in_through_a_profile(cluster: Result) -> None:
    [rule] = communities_file.parse(cluster.text).by_slug["cumbre-gpu"].members
    assert rule.groups == {"cumbre:gpu"}
    assert any("elsewhere:gpu" in note for note in cluster.notes)


def test_the_same_files_give_the_same_text(cluster: Result) -> None:
    again = import_hubs(read_sources([cluster_file(cluster)]))
    assert again.text == cluster.text


def test_what_two_hubs_have_the_same_is_written_once(imported, cluster: Result) -> None:
    assert cluster.text.count("memory: 2929687.5K") == 1
    assert cluster.text.count("*sizes-sabana-jupyter") == 5


def cluster_file(cluster: Result) -> str:
    return str(Path(cluster.imported[0].hub.values.files[0].name).parent / "cluster.yaml")


# --- any list of these shapes ---

_MEMORY = st.sampled_from(["732421K", "2929687.5K", "2G", "28.937G", 1073741824, 0.5e9, None])
_CPU = st.sampled_from([1, 0.093, 0.22815625, 15.3811, None])
_OVERRIDES = st.fixed_dictionaries(
    {},
    optional={
        "image": st.sampled_from(["a/b:1", "c:2"]),
        "image_pull_policy": st.sampled_from(["Always", "Never"]),
        "default_url": st.sampled_from(["/lab", "/rstudio", "/voila", ""]),
        "working_dir": st.sampled_from(["/home/x", None]),
        "cmd": st.sampled_from([["start.sh"], None]),
        "mem_limit": _MEMORY,
        "cpu_limit": _CPU,
        "environment": st.dictionaries(
            st.sampled_from(["A", "B", "an.odd-name"]),
            st.sampled_from(["x", " y ", "{username}", "$(JUPYTERHUB_USER)", "", 1, None]),
        ),
        "node_selector": st.dictionaries(
            st.sampled_from(["pool", "zone"]), st.sampled_from(["a", "b", None])
        ),
        "extra_resource_limits": st.sampled_from([{"nvidia.com/gpu": "1"}, {"x.org/y": 2}]),
        "extra_labels": st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from(["1", "2"])),
        "volume_mounts": st.just([{"name": "home", "mountPath": "/x"}]),
    },
)
_CHOICE = st.fixed_dictionaries(
    {"display_name": st.sampled_from(["One", "Two"])},
    optional={"kubespawner_override": _OVERRIDES, "default": st.booleans()},
)
_BLANK = st.just({"enabled": True, "kubespawner_override": {"image": "{value}"}})
_OPTION = st.fixed_dictionaries(
    {"display_name": st.just("Option")},
    optional={
        "choices": st.dictionaries(
            st.sampled_from(["mem_2", "mem_10", "a1", "a01"]), _CHOICE, max_size=3
        ),
        "unlisted_choice": _BLANK,
    },
)
_PROFILE = st.fixed_dictionaries(
    {"display_name": st.sampled_from(["R", "Py", "Ñandú"])},
    optional={
        "default": st.booleans(),
        "kubespawner_override": _OVERRIDES,
        "profile_options": st.dictionaries(
            st.sampled_from(["image", "requests"]), _OPTION, max_size=2
        ),
    },
)


def without_nulls(traits: dict[str, Any]) -> dict[str, Any]:
    """In the hub's own settings a null has nothing to take away."""
    return {
        name: {k: v for k, v in value.items() if v is not None}
        if isinstance(value, dict)
        else value
        for name, value in traits.items()
    }


@given(profiles=st.lists(_PROFILE, min_size=1, max_size=3), base=_OVERRIDES.map(without_nulls))
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
async def test_any_list_of_profiles_starts_the_same_servers(tmp_path, profiles, base) -> None:
    file = tmp_path / "values.yaml"
    values = {"singleuser": {"profileList": profiles}, "hub": {"config": {"KubeSpawner": base}}}
    file.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False))
    result = import_hubs(read_sources([str(file)], "hub"))
    assert await differences(result) == []
