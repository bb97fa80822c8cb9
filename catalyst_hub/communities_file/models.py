"""The shape of the file: what may be written where. What it means together is in ``build``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, WithJsonSchema, model_validator

from catalyst_hub.communities_file.culling import CullingPart
from catalyst_hub.communities_file.fields import (
    Amount,
    Command,
    CommunitySlug,
    Count,
    Country,
    Cpu,
    Currency,
    Description,
    Domain,
    Duration,
    Group,
    Interface,
    Language,
    Line,
    Memory,
    Notice,
    Retention,
    Slug,
    Title,
    Variable,
    Word,
    Yes,
    YesOrNo,
    Zone,
    refusal,
)
from catalyst_hub.communities_file.keeping import KeepingPart
from catalyst_hub.communities_file.own_image import OwnImagePart
from catalyst_hub.communities_file.part import Part, Several
from catalyst_hub.communities_file.providers import Provider
from catalyst_hub.communities_file.quota_parts import QuotasPart
from catalyst_hub.communities_file.spending_parts import BudgetPart, EnforcementPart
from catalyst_hub.communities_file.storage import StoragePart
from catalyst_hub.communities_file.terms import TermsPart
from catalyst_hub.communities_file.traits import Traits
from catalyst_hub.communities_file.waiting_room import WaitingRoomPart


class RulePart(Part):
    """Lets in people of one provider: those whom any of the other keys fits."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    provider: Slug
    """The provider they sign in with."""
    people: Several[Line] | None = None
    """Their names at the provider; case does not matter."""
    groups: Several[Group] | None = None
    """Organisations or teams at the provider: org or org:team; case does not matter."""
    email_domains: Several[Domain] | None = None
    """Domains of their verified e-mail addresses: uni.edu is this domain alone, *.uni.edu all
    domains below it."""
    everyone: Yes | None = None
    """Everybody who signs in with the provider."""
    identity_providers: Several[Line] | None = None
    """Of the people whom the other keys fit, only those who came through one of these: a provider
    such as CILogon stands for many."""

    @model_validator(mode="after")
    def _lets_somebody_in(self) -> RulePart:
        if self.people or self.groups or self.email_domains or self.everyone:
            return self
        expected = "people, groups, email_domains or everyone beside provider"
        raise refusal("this rule lets nobody in", expected, "say whom, or remove the rule")


class OperatorRulePart(Part):
    """People who run the hub. They are listed one by one, never by group or domain."""

    provider: Slug
    """The provider they sign in with."""
    people: Several[Line]
    """What the provider will never call another person: a demo provider's names; of GitHub,
    GitLab and others the number or code, which people cannot change."""


class HubPart(Part):
    """The hub as a whole."""

    name: Slug
    """A short name; sessions and costs carry it, so it stays the same for ever."""
    title: Title | None = None
    """What people call it; otherwise its name."""
    time_zone: Zone = "UTC"
    """For communities that say none, and for whatever concerns several of them."""
    languages: Several[Language] = ["en"]
    """For communities that say none; the first is the one to begin with."""
    contact: Line | None = None
    """Whom to ask when a community says nobody: an e-mail address, a web address, a room."""
    operators: list[OperatorRulePart] = []
    """Who runs the hub."""
    blocked: list[RulePart] = []
    """Who may not sign in at all, whatever else lets them in."""
    champion_power_lapses_after: Duration | None = 14400
    """Whoever is a champion by a rule is a member only, once the provider has not confirmed it for
    this long (4h unless you say so), until it does; null: never. Whom another champion appointed
    stays one."""
    removal_notice: Notice = 600
    """How long the servers of somebody who may not run them any more run on, so that they can save
    their work: of people who were taken out of a community, and of communities that are gone from
    this file."""
    enforcement: EnforcementPart = EnforcementPart()
    """How soon limits take hold of servers that run."""
    waiting_room: WaitingRoomPart = WaitingRoomPart()
    """How long the waiting room has patience with people."""
    keep_details_for: Retention | None = None
    """How long it is kept who ran which server, such as 400d, 30d at least; sums and costs stay for
    ever. null: for ever, too."""


class PricesPart(Part):
    """What an hour costs. null: nothing, whatever is inherited."""

    server_hour: Amount | None = None
    """Of a server, whatever its size."""
    cpu_hour: Amount | None = None
    """Of one CPU of the size's limit."""
    gib_hour: Amount | None = None
    """Of one GiB of memory of the size's limit."""
    gpu_hour: Amount | None = None
    """Of one GPU."""


class GuaranteesPart(Part):
    """What a server gets even when its node is full; less than the limits, so that nodes fill."""

    cpu: Cpu | None = None
    """CPUs: 0.5 or 500m."""
    memory: Memory | None = None
    """Memory: 700M, 2.8G."""


class SizePart(Part):
    """How large a server may grow."""

    title: Title | None = None
    """What the picker calls it; otherwise its name."""
    cpu: Cpu | None = None
    """The limit in CPUs; null: no limit."""
    memory: Memory | None = None
    """The limit of memory; K, M, G, T are powers of 1024, as in JupyterHub; null: no limit."""
    gpu: Count | None = None
    """Whole GPUs."""
    guarantees: GuaranteesPart | None = None
    """What is set aside for the server on its node; nothing otherwise."""
    node_selector: dict[Line, Word | None] | None = None
    """Kubernetes labels of the nodes where it may run."""
    kubespawner: Traits | None = None
    """For Kubernetes, what only this size sets: traits of KubeSpawner by name."""
    prices: PricesPart | None = None
    """Prices that differ from the profile's."""


class EnvironmentPart(Part):
    """What runs in a server."""

    image: Line | None = None
    """The container image, for Kubernetes."""
    own_image: OwnImagePart | None = None
    """Instead of an image: each person brings one."""
    command: Command | None = None
    """The command line; without an image it runs as a local process."""
    variables: dict[Variable, Word | None] | None = None
    """Environment variables; null removes an inherited one."""
    working_dir: Line | None = None
    """The folder in which it starts."""


class ProfilePart(Part):
    """Something a person can start: an environment in several sizes."""

    title: Title | None = None
    """What the picker calls it; otherwise its name."""
    description: Description | None = None
    """What it is for, in a sentence."""
    environment: EnvironmentPart | None = None
    """What runs."""
    interfaces: Several[Interface] | None = None
    """What a person can open in it, the usual one first; lab otherwise."""
    sizes: dict[Slug, SizePart | None] | None = None
    """Its sizes by name; null removes an inherited one."""
    default_size: Slug | None = None
    """The size to begin with; otherwise the first."""
    node_selector: dict[Line, Word | None] | None = None
    """Kubernetes labels of the nodes where it may run, in whatever size."""
    kubespawner: Traits | None = None
    """For Kubernetes, what the other keys cannot say: traits of KubeSpawner by name. Maps merge
    with what the hub has set; in them, null removes an entry."""
    prices: PricesPart | None = None
    """Prices that differ from the community's."""
    quotas: QuotasPart | None = None
    """What must not be passed by its servers, besides the community's quotas."""
    culling: CullingPart | None = None
    """When its servers are stopped by themselves, where that is not as in the community."""


class BoundsPart(Part):
    """How far champions may go without asking whoever runs the hub."""

    champions_may_appoint: YesOrNo = False
    """Whether champions may make members champions."""
    most_champions: Count = 10
    """As soon as there are so many champions, champions appoint no more."""
    most_invitation_seats: Count = 500
    """Seats of one invitation."""
    most_invitation_days: Count = 90
    """Days that an invitation holds."""
    champions_may_top_up: Amount | None = None
    """How much champions may put into the budget, all together in a calendar month; null:
    nothing."""
    champions_may_make_exceptions: YesOrNo = False
    """Whether champions may allow a person, or the community, more than a limit for a while."""
    most_exception_percent: Count = 100
    """How much more: all exceptions to one limit together, as a percentage of it."""
    most_exception_days: Count = 30
    """How many days an exception holds at most."""
    exceptions_of_money: YesOrNo = False
    """Whether champions may also allow more than a limit on money, such as the budget."""
    exceptions_for_oneself: YesOrNo = False
    """Whether champions may make exceptions for themselves."""
    most_workshop_seats: Count = 100
    """For how many people a workshop may be; one for more waits for your answer."""
    most_workshop_days: Count = 31
    """On how many days a workshop may take place; one on more waits for your answer."""
    most_workshop_budget: Amount | None = None
    """How much of the budget may be set aside for one workshop; more waits for your answer. null:
    whatever is left."""
    most_spare_days: Count = 14
    """For how many days champions may keep somebody's servers from being stopped as idle, each
    time; 0: not at all."""


class DefaultsPart(Part):
    """What every community has unless it says otherwise."""

    languages: Several[Language] | None = None
    """Its people's languages; the first is the one its pages begin with."""
    time_zone: Zone | None = None
    """Where its days begin."""
    currency: Currency | None = None
    """What its prices are in."""
    contact: Line | None = None
    """Whom its people ask: an e-mail address, a web address, a room."""
    profiles: dict[Slug, ProfilePart | None] | None = None
    """What its people can start, by name; null removes an inherited one."""
    default_profile: Slug | None = None
    """The profile to begin with; otherwise the first."""
    prices: PricesPart | None = None
    """What use costs; nothing otherwise."""
    quotas: QuotasPart | None = None
    """What must not be passed."""
    budget: BudgetPart | None = None
    """What it may spend."""
    culling: CullingPart | None = None
    """When its servers are stopped by themselves."""
    keeping: KeepingPart | None = None
    """How far its people may put off a stop by themselves."""
    storage: StoragePart | None = None
    """How much each person may keep."""
    bounds: BoundsPart | None = None
    """How far its champions may go."""
    join_requests: YesOrNo | None = None
    """Whether people who do not belong to it can ask its champions to join. Its title is shown to
    everybody who signs in then; otherwise, as long as nothing is said, only to its people."""


class CommunityPart(DefaultsPart):
    """A community: its people, and what is different from the defaults."""

    title: Title
    """What people call it."""
    country: Country | None = None
    """Its country, for reports."""
    members: list[RulePart] = []
    """Who belongs to it; a person belongs whom any rule lets in."""
    champions: list[RulePart] = []
    """Who looks after it; champions are members, too."""
    blocked: list[RulePart] = []
    """Who is kept out of it, whatever else lets them in."""
    terms: TermsPart | None = None
    """What its people accept before their first start; nothing otherwise."""


class NodePart(Part):
    """A kind of node of the cluster, so that `catalyst-hub check` can tell which sizes fit it, and
    the plan of a workshop how many of them it takes."""

    labels: dict[Line, Word] = {}
    """Its Kubernetes labels, as a size's node_selector asks for them."""
    cpu: Cpu
    """CPUs that are left for servers on an empty node: what Kubernetes calls allocatable, less
    what runs on every node."""
    memory: Memory
    """The same of memory."""
    gpu: Count = 0
    """The same of GPUs."""
    most: Count | None = None
    """How many of these nodes there can be at most; null: as many as are needed."""


class FilePart(Part):
    """A communities file of catalyst-hub."""

    version: Annotated[Literal["1"], WithJsonSchema({"const": 1})]
    """The version of this format."""
    hub: HubPart
    """The hub as a whole."""
    providers: dict[Slug, Provider]
    """Ways to sign in, by name."""
    defaults: DefaultsPart = DefaultsPart()
    """What every community has unless it says otherwise."""
    nodes: dict[Slug, NodePart] = {}
    """The kinds of nodes, by name: for the check, and to tell how many a workshop needs."""
    communities: dict[CommunitySlug, CommunityPart]
    """The communities by name; the name is also that of the Hub group of their people."""
