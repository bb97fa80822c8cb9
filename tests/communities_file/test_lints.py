"""What may be written and is hardly meant: each a warning, at its place."""

from __future__ import annotations

import pytest

from catalyst_hub.communities_file import Problem, check
from catalyst_hub.data_files import share_dir
from tests.communities_file.bad_files import GOOD

_NODES = """\
nodes:
  standard: {labels: {pool: standard}, cpu: 3.5, memory: 29G}
  large: {labels: {pool: large}, cpu: 15, memory: 118G}
  gpu: {labels: {pool: gpu}, cpu: 7, memory: 55G, gpu: 1}
"""
_SIZE = "small: {cpu: 1, memory: 2G}"
_CILOGON = """\
  cilogon:
    type: cilogon
    client_id: cilogon:/client_id/1
    identity_providers:
      - {id: "https://idp.uni.edu/idp", email_domains: [uni.edu, "*.labs.uni.edu"]}
  google: {type: google, client_id: x, hosted_domains: [school.org]}
  github: {type: github, client_id: x}
  workshop: {type: workshop-accounts}
"""


def _warnings(text: str) -> list[Problem]:
    return list(check(text).warnings)


def _with(*pairs: tuple[str, str]) -> str:
    text = GOOD
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def _rule(words: str) -> str:
    return _with(
        ("defaults:\n", _CILOGON + "defaults:\n"),
        ("{provider: demo, everyone: true}", f"{{{words}}}"),
    )


def _node(size: str) -> str:
    return _with((_SIZE, f"small: {{{size}}}"), ("communities:\n", _NODES + "communities:\n"))


_OWN = "    own: {environment: {own_image: {}}, sizes: {only: {cpu: 1, memory: 1G}}}\n"
_COMMUNITY = GOOD.partition("communities:\n")[2]
_SECOND = _COMMUNITY.replace("savanna", "second")
_TWO = (
    GOOD
    + _SECOND
    + "    profiles: {r: null, python: {sizes: {small: null, tiny: {cpu: 1, memory: 1G}}}}\n"
)
_R = "    r: {environment: {command: R}, sizes: {only: {cpu: 1, memory: 1G}}}\ncommunities:\n"

MEANT = {
    "a profile that one community removes": _TWO.replace("communities:\n", _R),
    "a zone with the same time as the country's": _with(
        ("title: Savanna", "title: Savanna\n    time_zone: Africa/Dar_es_Salaam")
    ),
    "prices in dollars": GOOD
    + "    currency: USD\n    prices: {cpu_hour: 1}\n    budget: {amount: 3}\n",
    "terms in one text for everybody": GOOD + "    terms: {version: 2, text: Be fair.}\n",
    "terms in a dialect": GOOD
    + '    languages: [pt]\n    terms: {version: "1", text: {pt-BR: Leia}}\n',
    "another currency where no money is counted": GOOD + "    currency: BRL\n",
    "a domain of the provider's": _rule("provider: cilogon, email_domains: [Uni.edu]"),
    "a domain below one of the provider's": _rule(
        "provider: cilogon, email_domains: [a.labs.uni.edu]"
    ),
    "domains below, as the provider has them": _rule(
        'provider: cilogon, email_domains: ["*.labs.uni.edu"]'
    ),
    "any domain of a provider for all": _rule("provider: github, email_domains: [x.org]"),
    "everybody with a workshop account": _rule("provider: workshop, everyone: true"),
    "a size that fits its node": _node("cpu: 3, memory: 24G, node_selector: {pool: standard}"),
    "a size that fits some node": _node("cpu: 8, memory: 60G"),
    "a limit above what is set aside": _node(
        "cpu: 3, memory: 29G, guarantees: {memory: 4G}, node_selector: {pool: standard}"
    ),
    "a client id that looks like nothing else": GOOD.replace(
        "{name: kofi}]",
        "{name: kofi}]\n  a: {type: github, client_id: aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL}",
    ),
    "an image that one of two communities replaces": _with(
        ("command: jupyterhub-singleuser", "image: x:1")
    )
    + "    profiles: {python: {environment: {image: y:1}}}\n"
    + _SECOND,
    "an own image that people choose": _with(
        ("command: jupyterhub-singleuser", "image: x:1"),
        ("communities:\n", _OWN + "communities:\n"),
    ),
    "exceptions for which a bound is written": GOOD
    + "    bounds: {champions_may_make_exceptions: true, most_exception_days: 7}\n",
    "an image by its digest": _with(
        ("command: jupyterhub-singleuser", "image: 'r.io/x@sha256:" + "0123456789abcdef" * 4 + "'")
    ),
}


@pytest.mark.parametrize("text", MEANT.values(), ids=MEANT)
def test_what_may_well_be_meant_is_no_warning(text: str) -> None:
    assert _warnings(text) == []


_PAT = "ghp_" + "a1B2" * 9
HARDLY_MEANT = {
    "a profile that nobody offers": (
        GOOD.replace("communities:\n", _R) + "    profiles: {r: null}\n",
        "defaults.profiles.r",
        "no community offers this profile",
    ),
    "an image that every community replaces": (
        _with(("command: jupyterhub-singleuser", "image: x:1"))
        + "    profiles: {python: {environment: {image: y:1}}}\n",
        "defaults.profiles.python.environment.image",
        "nobody starts this image: each community names its own",
    ),
    "null under a misspelt profile": (
        GOOD + "    profiles: {pyton: null}\n",
        "communities.savanna.profiles.pyton",
        "null removes nothing here",
    ),
    "null under a misspelt size": (
        GOOD + "    profiles: {python: {sizes: {smal: null}}}\n",
        "communities.savanna.profiles.python.sizes.smal",
        "null removes nothing here",
    ),
    "a bound for exceptions that nobody makes": (
        GOOD + "    bounds: {most_exception_days: 7}\n",
        "communities.savanna.bounds.most_exception_days",
        "champions make no exceptions here, so this says nothing",
    ),
    "a group in two cases": (
        _rule("provider: github, groups: [Sabana]")
        + _SECOND.replace(
            "{provider: demo, everyone: true}", "{provider: github, groups: [sabana]}"
        ),
        "communities.second.members[0].groups[0]",
        "sabana is written Sabana before",
    ),
    "an organisation in two cases": (
        _rule("provider: github, groups: [Sabana:learners]")
        + _SECOND.replace(
            "{provider: demo, everyone: true}", "{provider: github, groups: [sabana:staff]}"
        ),
        "communities.second.members[0].groups[0]",
        "sabana is written Sabana before",
    ),
    "everybody a champion": (
        _with(("{provider: demo, people: [amina]}", "{provider: demo, everyone: true}")),
        "communities.savanna.champions[0].everyone",
        "everybody who signs in there looks after this community",
    ),
    "a domain that no identity provider speaks for": (
        _rule("provider: cilogon, email_domains: [uni.edu, other.edu]"),
        "communities.savanna.members[0].email_domains[1]",
        "the provider cilogon speaks for no such domain",
    ),
    "all below a domain, where only the domain is spoken for": (
        _rule('provider: cilogon, email_domains: ["*.other.edu"]'),
        "communities.savanna.members[0].email_domains[0]",
        "the provider cilogon speaks for no such domain",
    ),
    "a domain that is not hosted": (
        _rule("provider: google, email_domains: [gmail.com]"),
        "communities.savanna.members[0].email_domains[0]",
        "the provider google speaks for no such domain",
    ),
    "people with workshop accounts by name": (
        _rule("provider: workshop, people: [kofi]"),
        "communities.savanna.members[0].people",
        "of people with workshop accounts the hub knows nothing that a rule can name",
    ),
    "the time of another country": (
        GOOD + "    time_zone: America/Sao_Paulo\n",
        "communities.savanna.time_zone",
        "America/Sao_Paulo has another time than KE",
    ),
    "the money of another country": (
        GOOD + "    currency: BRL\n    prices: {cpu_hour: 1}\n",
        "communities.savanna.currency",
        "BRL is not the money of KE",
    ),
    "a budget without prices": (
        GOOD + "    budget: {amount: 100}\n",
        "communities.savanna.budget",
        "nothing here has a price, so this is never spent",
    ),
    "a size above which others are hidden, and which is not there": (
        GOOD + "    prices: {cpu_hour: 1}\n    budget: {amount: 100, above: enormous}\n",
        "communities.savanna.budget.above",
        "there is no size 'enormous', so the usual ones stay",
    ),
    "a quota of money without prices": (
        GOOD + "    quotas: {person: {per_day: {money: 5}}}\n",
        "communities.savanna.quotas",
        "nothing here has a price, so no money is ever used",
    ),
    "terms that some of its people cannot read": (
        GOOD + '    languages: [es, pt]\n    terms: {version: "1", text: {es: Léelo}}\n',
        "communities.savanna.terms.text",
        "its people speak pt, and the terms do not",
    ),
    "a size that is set aside whole and fits no node": (
        _node("cpu: 3, memory: 30G, node_selector: {pool: standard}"),
        "defaults.profiles.python.sizes.small",
        "this does not fit standard: a server would wait for a node for ever",
    ),
    "more GPUs than a node has": (
        _node("cpu: 3, memory: 20G, gpu: 2, node_selector: {pool: gpu}"),
        "defaults.profiles.python.sizes.small",
        "this does not fit gpu: a server would wait for a node for ever",
    ),
    "an own image to begin with": (
        _with(("command: jupyterhub-singleuser", "own_image: {}")) + _SECOND,
        "defaults.profiles.python.environment.own_image",
        "this is what people begin with, and it has no image: a start without a choice fails",
    ),
    "a GPU of nodes without": (
        _node("cpu: 3, memory: 20G, gpu: 1, node_selector: {pool: large}"),
        "defaults.profiles.python.sizes.small",
        "this does not fit large: a server would wait for a node for ever",
    ),
    "a limit that no node can honour": (
        _node("cpu: 3, memory: 64G, guarantees: {memory: 4G}, node_selector: {pool: standard}"),
        "defaults.profiles.python.sizes.small",
        "the limit is more than standard has, so nobody can ever use it",
    ),
    "labels that no node has": (
        _node("cpu: 3, memory: 2G, node_selector: {pool: larg}"),
        "defaults.profiles.python.sizes.small.node_selector",
        "no node has all of these labels",
    ),
    "a token as a value": (
        _with(("title: Savanna", f"title: Savanna\n    contact: {_PAT}")),
        "communities.savanna.contact",
        "this looks like a secret",
    ),
    "a token as a key": (
        _with((_SIZE, f"small: {{cpu: 1, memory: 2G, node_selector: {{{_PAT}: x}}}}")),
        "defaults.profiles.python.sizes.small.node_selector.ghp_…",
        "a secret is used as a key here",
    ),
    "a password in an address": (
        GOOD + "    contact: https://amina:hunter2@example.org/\n",
        "communities.savanna.contact",
        "this looks like a secret",
    ),
    "a private key": (
        _with(
            (
                "environment: {command: jupyterhub-singleuser}",
                "environment: {command: x, variables: {DEPLOY: '-----BEGIN PRIVATE KEY-----'}}",
            )
        ),
        "defaults.profiles.python.environment.variables.DEPLOY",
        "this looks like a secret",
    ),
    "a key of a cloud": (
        _with(
            (
                "environment: {command: jupyterhub-singleuser}",
                "environment: {command: x, variables: {ID: AKIA0123456789ABCDEF}}",
            )
        ),
        "defaults.profiles.python.environment.variables.ID",
        "this looks like a secret",
    ),
}


@pytest.mark.parametrize(("text", "path", "what"), HARDLY_MEANT.values(), ids=HARDLY_MEANT)
def test_what_is_hardly_meant_is_told_at_its_place(text: str, path: str, what: str) -> None:
    [warning] = _warnings(text)
    assert (warning.path, warning.what) == (path, what)
    assert all((warning.expected, warning.do))


def test_a_secret_is_told_of_without_repeating_it() -> None:
    text = HARDLY_MEANT["a token as a key"][0] + f"    contact: {_PAT}\n"
    for warning in _warnings(text):
        assert _PAT not in str(warning)


def test_a_warning_about_what_all_inherit_is_told_once() -> None:
    text = _node("cpu: 3, memory: 30G, node_selector: {pool: standard}")
    assert len(_warnings(text + _SECOND)) == 1


def test_the_nodes_change_nothing_of_what_is_in_force() -> None:
    plain, named = check(GOOD).policy, check(GOOD + _NODES).policy
    assert plain.communities == named.communities


def test_the_demos_file_has_no_warnings() -> None:
    assert _warnings((share_dir() / "demo" / "communities.yaml").read_text()) == []
