"""Mistakes people make, as data: the file with ▸ where the one problem stands, and what is said.

Each file is made of ``GOOD`` with one part replaced, so that nothing else is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass

GOOD = """\
version: 1
hub:
  name: hub
  time_zone: UTC
providers:
  demo:
    type: demo
    personas: [{name: amina}, {name: kofi}]
defaults:
  currency: KES
  profiles:
    python:
      environment: {command: jupyterhub-singleuser}
      sizes:
        small: {cpu: 1, memory: 2G}
communities:
  savanna:
    title: Savanna
    country: KE
    champions: [{provider: demo, people: [amina]}]
    members: [{provider: demo, everyone: true}]
"""


@dataclass(frozen=True)
class Mistake:
    """``text`` holds one ▸; the other three must occur in the message."""

    name: str
    text: str
    path: str
    says: str
    advises: str


def _with(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def _community(lines: str) -> str:
    return GOOD + "".join(f"    {line}\n" for line in lines.splitlines())


SHAPES = (
    Mistake("empty", "▸", "(file)", "empty", "demo"),
    Mistake("only a comment", "▸# nothing\n", "(file)", "empty", "demo"),
    Mistake("a word", "▸hello\n", "(file)", "no map", "indent"),
    Mistake("a list", "▸- a\n- b\n", "(file)", "no map", "indent"),
    Mistake(
        "a community without title",
        _with("  savanna:\n    title: Savanna\n", "  ▸savanna:\n"),
        "communities.savanna.title",
        "missing",
        "add it",
    ),
    Mistake(
        "no hub",
        GOOD.replace("hub:\n  name: hub\n  time_zone: UTC\n", "").replace("version", "▸version"),
        "hub",
        "missing",
        "add it",
    ),
    Mistake("another version", _with("version: 1", "version: ▸2"), "version", "'2'", "write one"),
    Mistake(
        "hub is a word",
        _with("hub:\n  name: hub\n  time_zone: UTC\n", "hub: ▸x\n"),
        "hub",
        "no map",
        "indent",
    ),
    Mistake(
        "members are a map",
        _with("[{provider: demo, everyone: true}]", "▸{provider: demo, everyone: true}"),
        "communities.savanna.members",
        "no list",
        "- ",
    ),
    Mistake(
        "a misspelt key",
        _with("country: KE", "▸contry: KE"),
        "communities.savanna.contry",
        "no such key",
        "did you mean country?",
    ),
    Mistake(
        "a key from elsewhere",
        _community("▸kubespawner_override: {}"),
        "communities.savanna.kubespawner_override",
        "no such key",
        "remove it",
    ),
    Mistake(
        "a misspelt key deep down",
        _with("memory: 2G", "memory: 2G, ▸gaurantees: {}"),
        "defaults.profiles.python.sizes.small.gaurantees",
        "no such key",
        "guarantees",
    ),
    Mistake(
        "a misspelt key in a list",
        _with("{name: kofi}", "{name: kofi, ▸nmae: x}"),
        "providers.demo.personas[1].nmae",
        "no such key",
        "name",
    ),
    Mistake(
        "no personas",
        _with("[{name: amina}, {name: kofi}]", "▸[]"),
        "providers.demo.personas",
        "empty",
        "add one",
    ),
    Mistake(
        "people is empty",
        _with("people: [amina]", "people: ▸[]"),
        "communities.savanna.champions[0].people",
        "empty",
        "add one",
    ),
    Mistake(
        "a rule for nobody",
        _with("{provider: demo, everyone: true}", "▸{provider: demo}"),
        "communities.savanna.members[0]",
        "lets nobody in",
        "say whom",
    ),
    Mistake(
        "everyone: yes",
        _with("everyone: true", "everyone: ▸yes"),
        "communities.savanna.members[0].everyone",
        "'yes' is not true",
        "write true",
    ),
    Mistake(
        "a title that is true",
        _with("title: Savanna", "title: ▸true"),
        "communities.savanna.title",
        "this is true",
        "quotes",
    ),
    Mistake(
        "no title behind the key",
        _with("title: Savanna", "title:▸ "),
        "communities.savanna.title",
        "null",
        "behind the key",
    ),
    Mistake(
        "a title too long",
        _with("title: Savanna", "title: ▸" + "S" * 101),
        "communities.savanna.title",
        "101 characters",
        "shorten",
    ),
    Mistake(
        "a title in no language",
        _with("title: Savanna", "title: {en: Savanna, ▸xx: Savane}"),
        "communities.savanna.title.xx",
        "'xx' is no language",
        "ISO 639",
    ),
    Mistake(
        "a budget per year",
        _community("budget: {amount: 3, per: ▸year}"),
        "communities.savanna.budget.per",
        "'year'",
        "write one",
    ),
)

YAML = (
    Mistake("a tab", "hub:\n▸\tname: x\n", "(file)", "not YAML", "spaces instead of tabs"),
    Mistake("two colons", "hub: name▸: x\n", "(file)", "not YAML", "colons"),
    Mistake("an open bracket", "hub: [a\n▸", "(file)", "not YAML", "brackets"),
    Mistake("an open quote", 'hub: "a▸', "(file)", "not YAML", "quotes"),
    Mistake("two documents", "a: 1\n▸---\nb: 2\n", "(file)", "not YAML", "check"),
    Mistake("an unknown alias", "a: ▸*nowhere\n", "(file)", "undefined alias", "check"),
    Mistake("a control character", "a: b▸\x07\n", "(file)", "U+0007", "UTF-8"),
    Mistake("half a character", "a: é▸\ud800\n", "(file)", "U+D800", "UTF-8"),
    Mistake(
        "a tag",
        _with("name: hub", "name: ▸!secret hub"),
        "hub.name",
        "tag !secret",
        "remove the tag",
    ),
    Mistake(
        "a Python tag",
        _with("name: hub", "name: ▸!!python/object:os.system hub"),
        "hub.name",
        "python/object",
        "remove the tag",
    ),
    Mistake(
        "a key twice",
        _with("  time_zone: UTC\n", "  time_zone: UTC\n  ▸name: hub\n"),
        "hub.name",
        "already in line 3",
        "remove one",
    ),
    Mistake(
        "a community twice",
        GOOD + "  ▸savanna:\n    title: Savanna\n",
        "communities.savanna",
        "already in line 17",
        "rename",
    ),
    Mistake(
        "a list as a key",
        _with("  name: hub\n", "  name: hub\n  ? ▸[a, b]\n  : c\n"),
        "hub",
        "used as a key",
        "quote",
    ),
    Mistake(
        "a list behind <<",
        _with("  name: hub\n", "  name: hub\n  <<: ▸word\n"),
        "hub.<<",
        "takes over a map",
        "alias",
    ),
    Mistake(
        "an alias in itself", "a: ▸&a {b: *a}\n", "a.b", "contains itself", "write this part out"
    ),
)

NAMES = (
    Mistake(
        "a country by a currency's sign",
        _with("country: KE", "country: ▸€"),
        "communities.savanna.country",
        "'€' is no country",
        "look it up",
    ),
    Mistake(
        "a language with its country in words",
        _with("  time_zone: UTC\n", "  time_zone: UTC\n  languages: [▸pt-Brazilian-Portuguese]\n"),
        "hub.languages[0]",
        "no language",
        "ISO 639",
    ),
    Mistake(
        "a key that pydantic uses itself",
        _community("▸'[key]': 1"),
        "communities.savanna.[key]",
        "no such key",
        "remove it",
    ),
    Mistake(
        "a name that is empty", _with("  savanna:", "  ▸'':"), "communities.", "cannot be", "choose"
    ),
    Mistake(
        "a name with capitals",
        _with("  savanna:", "  ▸Savanna Lab:"),
        "communities.Savanna Lab",
        "cannot be a name",
        "did you mean savanna-lab?",
    ),
    Mistake(
        "a name of 51 characters",
        _with("  savanna:", "  ▸" + "s" * 51 + ":"),
        "communities." + "s" * 51,
        "cannot be a name",
        "did you mean",
    ),
    Mistake(
        "a name like that of champions",
        _with("  savanna:", "  ▸savanna-champions:"),
        "communities.savanna-champions",
        "cannot be a community",
        "did you mean savanna?",
    ),
    Mistake(
        "a name like that of instructors",
        _with("  savanna:", "  ▸savanna-instructors:"),
        "communities.savanna-instructors",
        "cannot be a community",
        "did you mean savanna?",
    ),
    Mistake(
        "bounds that are no number",
        _with("    country: KE", "    country: KE\n    bounds: {most_champions: ▸many}"),
        "communities.savanna.bounds.most_champions",
        "no such amount",
        "correct it",
    ),
    Mistake(
        "a bound that is neither true nor false",
        _with("    country: KE", "    country: KE\n    bounds: {champions_may_appoint: ▸maybe}"),
        "communities.savanna.bounds.champions_may_appoint",
        "cannot stand here",
        "write one of these",
    ),
    Mistake(
        "a persona like a number",
        _with("{name: kofi}", "{name: ▸007}"),
        "providers.demo.personas[1].name",
        "cannot be a persona's name",
        "choose another",
    ),
    Mistake(
        "a country by its name",
        _with("country: KE", "country: ▸Kenya"),
        "communities.savanna.country",
        "'Kenya' is no country",
        "KE (Kenya)",
    ),
    Mistake(
        "a currency by its sign",
        _with("currency: KES", "currency: ▸KSh"),
        "defaults.currency",
        "'KSh' is no currency",
        "KES",
    ),
    Mistake(
        "a language by its name",
        _with("  time_zone: UTC\n", "  time_zone: UTC\n  languages: [en, ▸spanish]\n"),
        "hub.languages[1]",
        "'spanish' is no language",
        "es",
    ),
    Mistake(
        "a time zone by its city",
        _with("time_zone: UTC", "time_zone: ▸Nairobi"),
        "hub.time_zone",
        "no time zone",
        "Africa/Nairobi",
    ),
    Mistake(
        "a time zone that is a folder",
        _with("time_zone: UTC", "time_zone: ▸America"),
        "hub.time_zone",
        "no time zone",
        "tz database",
    ),
    Mistake(
        "a time zone that climbs",
        _with("time_zone: UTC", "time_zone: ▸../../etc/passwd"),
        "hub.time_zone",
        "no time zone",
        "tz database",
    ),
    Mistake(
        "an unknown interface",
        _with("      sizes:", "      interfaces: [lab, ▸rstudo]\n      sizes:"),
        "defaults.profiles.python.interfaces[1]",
        "no interface",
        "did you mean rstudio?",
    ),
    Mistake(
        "an e-mail address for a domain",
        _with("everyone: true", "email_domains: [▸amina@uni.edu]"),
        "communities.savanna.members[0].email_domains[0]",
        "cannot stand here",
        "follows the @",
    ),
    Mistake(
        "a team of a team",
        _with("everyone: true", "groups: ['org:team', ▸'org:team:sub']"),
        "communities.savanna.members[0].groups[1]",
        "cannot stand here",
        "correct",
    ),
    Mistake(
        "a variable with a dash",
        _with("{command: jupyterhub-singleuser}", "{command: x, variables: {▸OMP-THREADS: 1}}"),
        "defaults.profiles.python.environment.variables.OMP-THREADS",
        "cannot stand here",
        "rename",
    ),
    Mistake(
        "a command with an open quote",
        _with("command: jupyterhub-singleuser", "command: ▸run 'it"),
        "defaults.profiles.python.environment.command",
        "never closed",
        "close it",
    ),
)

AMOUNTS = (
    Mistake(
        "memory in words",
        _with("memory: 2G", "memory: ▸lots"),
        "defaults.profiles.python.sizes.small.memory",
        "'lots'",
        "correct it",
    ),
    Mistake(
        "memory in a unit of nowhere",
        _with("memory: 2G", "memory: ▸2 Gallons"),
        "defaults.profiles.python.sizes.small.memory",
        "2G, 512M",
        "correct it",
    ),
    Mistake(
        "memory below zero",
        _with("memory: 2G", "memory: ▸-2G"),
        "defaults.profiles.python.sizes.small.memory",
        "-2G",
        "correct it",
    ),
    Mistake(
        "too much memory",
        _with("memory: 2G", "memory: ▸99999999T"),
        "defaults.profiles.python.sizes.small.memory",
        "less than",
        "correct it",
    ),
    Mistake(
        "half a GPU",
        _with("memory: 2G", "memory: 2G, gpu: ▸0.5"),
        "defaults.profiles.python.sizes.small.gpu",
        "whole number",
        "correct it",
    ),
    Mistake(
        "CPUs of true",
        _with("cpu: 1", "cpu: ▸true"),
        "defaults.profiles.python.sizes.small.cpu",
        "this is true",
        "quotes",
    ),
    Mistake(
        "CPUs in a list",
        _with("cpu: 1", "cpu: ▸[1]"),
        "defaults.profiles.python.sizes.small.cpu",
        "a list",
        "one line",
    ),
    Mistake(
        "infinite CPUs",
        _with("cpu: 1", "cpu: ▸.inf"),
        "defaults.profiles.python.sizes.small.cpu",
        "'.inf'",
        "correct it",
    ),
    Mistake(
        "a bare dollar",
        _community("budget: {amount: ▸$ 300}"),
        "communities.savanna.budget.amount",
        "does not name one currency",
        "correct it",
    ),
    Mistake(
        "a time like a clock",
        _community("culling: {idle: ▸22:30}"),
        "communities.savanna.culling.idle",
        "'22:30'",
        "correct it",
    ),
    Mistake(
        "more hours than fit",
        _community("quotas: {person: {per_day: {gib_hours: ▸2500000}}}"),
        "communities.savanna.quotas.person.per_day.gib_hours",
        "fewer GiB-hours",
        "correct it",
    ),
)

TRAITS = (
    Mistake(
        "traits that are a word",
        _with("{cpu: 1, memory: 2G}", "{cpu: 1, memory: 2G, kubespawner: ▸fast}"),
        "defaults.profiles.python.sizes.small.kubespawner",
        "this is 'fast'",
        "indent",
    ),
    Mistake(
        "a limit among the traits",
        _with("{cpu: 1, memory: 2G}", "{cpu: 1, memory: 2G, kubespawner: {mem_limit: ▸4G}}"),
        "defaults.profiles.python.sizes.small.kubespawner.mem_limit",
        "memory of a size",
        "move it there",
    ),
    Mistake(
        "a GPU among the traits",
        _with(
            "{cpu: 1, memory: 2G}",
            '{cpu: 1, memory: 2G, kubespawner: {extra_resource_limits: ▸{nvidia.com/gpu: "1"}}}',
        ),
        "defaults.profiles.python.sizes.small.kubespawner.extra_resource_limits",
        "gpu of a size",
        "move it there",
    ),
    Mistake(
        "a trait in the spelling of the chart",
        _with("{cpu: 1, memory: 2G}", "{cpu: 1, memory: 2G, kubespawner: {initContainers: ▸[]}}"),
        "defaults.profiles.python.sizes.small.kubespawner.initContainers",
        "image_pull_policy",
        "correct",
    ),
)

OWN_IMAGES = (
    Mistake(
        "a pattern that is none",
        _with("{command: jupyterhub-singleuser}", "{own_image: {pattern: ▸'quay.io/(.+'}}"),
        "defaults.profiles.python.environment.own_image.pattern",
        "no regular expression",
        "correct it",
    ),
    Mistake(
        "an image that is named and brought",
        _with("{command: jupyterhub-singleuser}", "{image: x, own_image: ▸{pattern: x}}"),
        "defaults.profiles.python.environment.own_image",
        "one of the two",
        "two profiles",
    ),
)

TOGETHER = (
    Mistake(
        "a persona twice",
        _with("{name: kofi}", "{name: kofi}, {name: ▸amina}"),
        "providers.demo.personas[2].name",
        "a persona amina already",
        "rename",
    ),
    Mistake(
        "a token as a key",
        _community("▸ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2: null"),
        "communities.savanna.ghp_…",
        "no place for secrets",
        "change the secret",
    ),
    Mistake(
        "a token as a name",
        _with("  savanna:", "  ▸sk-a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2:"),
        "communities.sk-a…",
        "'sk-a…' looks like a secret",
        "change the secret",
    ),
    Mistake(
        "an unknown provider",
        _with("[{provider: demo, everyone", "[{provider: ▸dem, everyone"),
        "communities.savanna.members[0].provider",
        "no provider 'dem'",
        "did you mean demo?",
    ),
    Mistake(
        "an unknown persona",
        _with("people: [amina]", "people: [▸anima]"),
        "communities.savanna.champions[0].people[0]",
        "no persona 'anima'",
        "did you mean amina?",
    ),
    Mistake(
        "an unknown operator",
        _with(
            "  time_zone: UTC\n",
            "  time_zone: UTC\n  operators: [{provider: demo, people: [▸root]}]\n",
        ),
        "hub.operators[0].people[0]",
        "no persona 'root'",
        "add a persona",
    ),
    Mistake(
        "a provider of later versions",
        _with("type: demo\n    personas: [{name: amina}, {name: kofi}]", "type: ▸saml"),
        "providers.demo.type",
        "no provider of type 'saml'",
        "a version that has it",
    ),
    Mistake(
        "a client secret",
        _with("type: demo", "type: demo\n    ▸client_secret: abc"),
        "providers.demo.client_secret",
        "no place for secrets",
        "change the secret",
    ),
    Mistake(
        "a password elsewhere",
        _community("▸password: abc"),
        "communities.savanna.password",
        "no place for secrets",
        "change the secret",
    ),
    Mistake(
        "an unknown default profile",
        _community("default_profile: ▸phyton"),
        "communities.savanna.default_profile",
        "no profile 'phyton'",
        "did you mean python?",
    ),
    Mistake(
        "an unknown default size",
        _with("      sizes:", "      default_size: ▸big\n      sizes:"),
        "defaults.profiles.python.default_size",
        "no size 'big'",
        "name another",
    ),
    Mistake(
        "a default size that the community removed",
        _with(
            "        small: {cpu: 1, memory: 2G}\n",
            "        small: {cpu: 1, memory: 2G}\n"
            "        large: {cpu: 2, memory: 4G}\n"
            "      default_size: large\n",
        )
        + "    profiles: {▸python: {sizes: {large: null}}}\n",
        "communities.savanna.profiles.python",
        "no size 'large'",
        "name another",
    ),
    Mistake(
        "a profile without sizes",
        _community("profiles: {▸r: {environment: {image: x}}}"),
        "communities.savanna.profiles.r",
        "no sizes",
        "add sizes",
    ),
    Mistake(
        "a profile that lost its sizes",
        _community("profiles: {▸python: {sizes: null}}"),
        "communities.savanna.profiles.python",
        "no sizes",
        "add sizes",
    ),
    Mistake(
        "a profile that runs nothing",
        _community("profiles: {▸r: {sizes: {s: {cpu: 1, memory: 1G}}}}"),
        "communities.savanna.profiles.r",
        "nothing to run",
        "image",
    ),
    Mistake(
        "a size without memory",
        _with("small: {cpu: 1, memory: 2G}", "▸small: {cpu: 1}"),
        "defaults.profiles.python.sizes.small",
        "says nothing about memory",
        "memory: null",
    ),
    Mistake(
        "a guarantee above the limit",
        _with("memory: 2G", "memory: 2G, guarantees: {memory: ▸3G}"),
        "defaults.profiles.python.sizes.small.guarantees.memory",
        "more than the limit",
        "lower",
    ),
    Mistake(
        "a price in another currency",
        _community("prices: {cpu_hour: ▸US$ 0.05}"),
        "communities.savanna.prices.cpu_hour",
        "in USD",
        "convert",
    ),
    Mistake(
        "a budget in another currency",
        _community("budget: {amount: ▸300 EUR}"),
        "communities.savanna.budget.amount",
        "in EUR",
        "convert",
    ),
    Mistake(
        "a step beyond all of the budget",
        _community("budget: {amount: 3, steps: ▸{drain: 120}}"),
        "communities.savanna.budget.steps",
        "a step is a percentage",
        "write null",
    ),
    Mistake(
        "a step that comes too early",
        _community("budget: {amount: 3, steps: ▸{hide_sizes: 97}}"),
        "communities.savanna.budget.steps",
        "a later step comes before an earlier one",
        "sort them",
    ),
    Mistake(
        "limits that are looked at once a day",
        _with("name: hub", "name: hub\n  enforcement: {every: ▸1d}"),
        "hub.enforcement.every",
        "no time between two looks",
        "correct it",
    ),
    Mistake(
        "a budget with an amount and prepaid credit",
        _community("budget: ▸{amount: 300, credit: prepaid}"),
        "communities.savanna.budget",
        "an amount and prepaid credit",
        "remove one",
    ),
    Mistake(
        "a rate in another currency above which sizes are hidden",
        _community("budget: {amount: 300, above: ▸2 EUR}"),
        "communities.savanna.budget.above",
        "in EUR",
        "convert",
    ),
    Mistake(
        "paying in in another currency",
        _community("bounds: {champions_may_top_up: ▸5 EUR}"),
        "communities.savanna.bounds.champions_may_top_up",
        "in EUR",
        "convert",
    ),
    Mistake(
        "a quota in another currency",
        _community("quotas: {person: {per_day: {money: ▸R$ 3}}}"),
        "communities.savanna.quotas.person.per_day.money",
        "in BRL",
        "convert",
    ),
    Mistake(
        "an inherited price in another currency",
        _with("  currency: KES\n", "  currency: KES\n  prices: {cpu_hour: ▸KES 3}\n")
        + "    currency: UGX\n",
        "defaults.prices.cpu_hour",
        "community savanna counts in UGX",
        "convert",
    ),
    Mistake(
        "money without a currency",
        _with("  currency: KES\n", "").replace("  savanna:", "  ▸savanna:")
        + "    budget: {amount: 3}\n",
        "communities.savanna",
        "no currency",
        "add currency",
    ),
)


def _provider(slug: str, part: str) -> str:
    return _with("defaults:\n", f"  {slug}: {part}\ndefaults:\n")


_CILOGON = "{type: cilogon, client_id: x, identity_providers: [{id: 'https://id.uni.edu/idp'}]}"

PROVIDERS = (
    Mistake("a provider is a word", _provider("x", "▸github"), "providers.x", "no map", "indent"),
    Mistake(
        "a provider of no type",
        _provider("x", "▸{client_id: x}"),
        "providers.x",
        "type is missing",
        "add the key type",
    ),
    Mistake(
        "a misspelt type",
        _provider("x", "{type: ▸githup, client_id: x}"),
        "providers.x.type",
        "no provider of type 'githup'",
        "github",
    ),
    Mistake(
        "no client id",
        _provider("x", "{type: github}").replace("  x:", "  ▸x:"),
        "providers.x.client_id",
        "missing",
        "add it",
    ),
    Mistake(
        "another type's setting",
        _provider("x", "{type: github, client_id: x, ▸hosted_domain: uni.edu}"),
        "providers.x.hosted_domain",
        "no such key",
        "remove it",
    ),
    Mistake(
        "a secret among what is public",
        _provider("x", "{type: github, client_id: x, ▸client_secret: y}"),
        "providers.x.client_secret",
        "no place for secrets",
        "change the secret",
    ),
    Mistake(
        "an unprotected address",
        _provider("x", "{type: oidc, client_id: x, issuer: '▸http://id.uni.edu'}").replace(
            "'▸", "▸'"
        ),
        "providers.x.issuer",
        "http://id.uni.edu",
        "https",
    ),
    Mistake(
        "a name in an address",
        _provider("x", "{type: oidc, client_id: x, issuer: ▸'https://me:pw@id.uni.edu'}"),
        "providers.x.issuer",
        "cannot stand here",
        "write all of it",
    ),
    Mistake(
        "a provider that is nowhere",
        _provider("x", "▸{type: oidc, client_id: x, token_url: 'https://id.uni.edu'}"),
        "providers.x",
        "is not said",
        "add the issuer",
    ),
    Mistake(
        "a provider that is in two places",
        _provider(
            "x",
            "▸{type: oidc, client_id: x, issuer: 'https://a.edu', token_url: 'https://b.edu'}",
        ),
        "providers.x",
        "is said twice",
        "remove one",
    ),
    Mistake(
        "everybody's directory",
        _provider("x", "{type: azuread, client_id: x, tenant: ▸common}"),
        "providers.x.tenant",
        "'common'",
        "its id or domain",
    ),
    Mistake(
        "an identity provider by its name",
        _provider("x", "{type: cilogon, client_id: x, identity_providers: [{id: ▸uni}]}"),
        "providers.x.identity_providers[0].id",
        "EntityID",
        "look it up",
    ),
    Mistake(
        "an identity provider that the provider does not have",
        _provider("x", _CILOGON)
        + "    contact: a@b\n"
        + "  other:\n    title: Other\n    champions: [{provider: demo, people: [amina]}]\n"
        + "    members:\n      - provider: x\n        everyone: true\n"
        + "        identity_providers: [▸'https://id.uni.edu/id']\n",
        "communities.other.members[0].identity_providers[0]",
        "no identity provider",
        "https://id.uni.edu/idp",
    ),
)

ALL = SHAPES + YAML + NAMES + AMOUNTS + TRAITS + OWN_IMAGES + TOGETHER + PROVIDERS
