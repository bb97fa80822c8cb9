from __future__ import annotations

import pytest

from catalyst_hub.communities_file import CommunitiesFileError, Problem, check, parse
from tests.communities_file.bad_files import ALL, GOOD, Mistake


def _problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CommunitiesFileError) as caught:
        parse(text)
    return caught.value.problems


def test_the_file_that_all_mistakes_are_made_in_is_good():
    assert check(GOOD).warnings == ()


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_at_its_place_and_nothing_else(mistake: Mistake):
    before, _, after = mistake.text.partition("▸")
    [problem] = _problems(before + after)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert (problem.line, problem.column, problem.path) == (line, column, mistake.path)
    assert mistake.says in f"{problem.what} {problem.expected}"
    assert mistake.advises in problem.do


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.name)
def test_every_message_is_one_line_with_three_parts(mistake: Mistake):
    [problem] = _problems(mistake.text.replace("▸", ""))
    assert all(0 < len(part) < 200 for part in (problem.what, problem.expected, problem.do))
    assert len(str(problem).splitlines()) == 1


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = GOOD.replace("country: KE", "contry: KE").replace("2G", "lots")
    text = text.replace("[amina]", "[anima]").replace("  name: hub\n", "  name: hub\n  name: hub\n")
    text += "    default_profile: r\n    budget: {amount: US$ 3}\n"
    places = [(problem.line, problem.path) for problem in _problems(text)]
    assert places == [
        (4, "hub.name"),
        (16, "defaults.profiles.python.sizes.small.memory"),
        (20, "communities.savanna.contry"),
        (21, "communities.savanna.champions[0].people[0]"),
        (23, "communities.savanna.default_profile"),
        (24, "communities.savanna.budget.amount"),
    ]


def test_what_only_follows_from_a_mistake_is_not_told():
    """The size falls away with its memory, and the default size with it; one line says why."""
    text = GOOD.replace("memory: 2G", "memory: lots, cpuu: 3")
    text = text.replace("      sizes:", "      default_size: small\n      sizes:")
    paths = [problem.path for problem in _problems(text)]
    size = "defaults.profiles.python.sizes.small"
    assert paths == [f"{size}.memory", f"{size}.cpuu"]


def test_a_mistake_in_the_defaults_is_told_once_for_all_communities():
    text = GOOD.replace("memory: 2G", "memory: 2G, guarantees: {cpu: 3}")
    text += "".join(f"  c{i}: {{title: x, profiles: {{python: {{title: y}}}}}}\n" for i in range(9))
    [problem] = _problems(text)
    assert problem.path == "defaults.profiles.python.sizes.small.guarantees.cpu"


def test_a_secret_is_never_repeated():
    text = GOOD.replace("type: demo", "type: oidc\n    client_secret: hunter2-hunter2")
    assert "hunter2" not in str(CommunitiesFileError(_problems(text)))


def test_the_error_names_the_file_in_front_of_each_line():
    with pytest.raises(CommunitiesFileError) as caught:
        parse("version: 2\n", "here/communities.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert all(line.startswith("here/communities.yaml:1:") for line in lines)
