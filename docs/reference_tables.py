"""Writes the tables of the reference that follow the code: ``python docs/reference_tables.py``.

They stand in the pages between two marks, so that the pages can be read without a build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import get_annotations
from pathlib import Path

from pydantic_core import PydanticUndefined

from catalyst_hub.communities_file import (
    culling,
    keeping,
    models,
    own_image,
    providers,
    quota_parts,
    spending_parts,
    storage,
    terms,
    waiting_room,
)
from catalyst_hub.communities_file.part import Part
from catalyst_hub.config import CatalystHub

REFERENCE = Path(__file__).parent / "reference"

#: Each part of the file: its heading, and where in the file it stands.
PARTS: dict[type[Part], tuple[str, str]] = {
    models.FilePart: ("The file", "the top"),
    models.HubPart: ("Hub", "`hub`"),
    models.OperatorRulePart: ("Operator rule", "`hub.operators[]`"),
    providers.GitHubPart: ("Provider github", "`providers.NAME`"),
    providers.GitLabPart: ("Provider gitlab", "`providers.NAME`"),
    providers.GooglePart: ("Provider google", "`providers.NAME`"),
    providers.CILogonPart: ("Provider cilogon", "`providers.NAME`"),
    providers.IdentityProviderPart: (
        "Identity provider",
        "`providers.NAME.identity_providers[]` of a provider cilogon",
    ),
    providers.GlobusPart: ("Provider globus", "`providers.NAME`"),
    providers.AzureAdPart: ("Provider azuread", "`providers.NAME`"),
    providers.Auth0Part: ("Provider auth0", "`providers.NAME`"),
    providers.OidcPart: ("Provider oidc", "`providers.NAME`"),
    providers.WorkshopAccountsPart: ("Provider workshop-accounts", "`providers.NAME`"),
    providers.DemoPart: ("Provider demo", "`providers.NAME`"),
    providers.PersonaPart: ("Persona", "`providers.NAME.personas[]`"),
    models.CommunityPart: ("Community", "`communities.NAME`"),
    models.DefaultsPart: ("Defaults", "`defaults`, and each `communities.NAME`"),
    models.RulePart: ("Rule", "`members[]` and `champions[]` of a community"),
    models.ProfilePart: ("Profile", "`profiles.NAME`"),
    models.NodePart: ("Node", "`nodes.NAME`"),
    models.EnvironmentPart: ("Environment", "`profiles.NAME.environment`"),
    own_image.OwnImagePart: ("Own image", "`profiles.NAME.environment.own_image`"),
    models.SizePart: ("Size", "`profiles.NAME.sizes.NAME`"),
    models.GuaranteesPart: ("Guarantees", "`profiles.NAME.sizes.NAME.guarantees`"),
    models.PricesPart: ("Prices", "`prices` of a community, a profile or a size"),
    quota_parts.QuotasPart: ("Quotas", "`quotas` of a community or a profile"),
    quota_parts.LimitsPart: ("Limits", "`quotas.community`"),
    quota_parts.PersonLimitsPart: ("Limits of a person", "`quotas.person`"),
    quota_parts.WorkshopLimitsPart: ("Limits of a workshop", "`quotas.workshop`"),
    quota_parts.AtOncePart: ("At once", "`at_once`"),
    quota_parts.OverTimePart: (
        "Over time",
        "`per_day`, `per_week`, `per_month`, `per_workshop` and `in_total`",
    ),
    quota_parts.RollingPart: ("Rolling", "`rolling`"),
    spending_parts.BudgetPart: ("Budget", "`budget`"),
    spending_parts.StepsPart: ("Steps", "`budget.steps`"),
    waiting_room.WaitingRoomPart: ("Waiting room", "`hub.waiting_room`"),
    spending_parts.EnforcementPart: ("Enforcement", "`hub.enforcement`"),
    culling.CullingPart: ("Culling", "`culling` of a community or a profile"),
    culling.SpansPart: ("Tighter culling", "`culling.gpu` and `culling.workshop`"),
    culling.SchedulePart: ("Hours of culling", "`culling.schedules`"),
    culling.PeoplePart: ("Culling of people", "`culling.people[]`"),
    keeping.KeepingPart: ("Keeping", "`keeping`"),
    storage.StoragePart: ("Storage", "`storage`"),
    models.BoundsPart: ("Bounds", "`bounds`"),
    terms.TermsPart: ("Terms", "`terms` of a community"),
}

#: How a value of each kind is written.
KINDS = {
    "Amount": "money: `US$ 300`, `300 KES`, `0.05`",
    "Claim": "name of a claim",
    "CommunitySlug": "name",
    "Command": "command line, or list of words",
    "Count": "whole number",
    "Country": "ISO 3166 code: `KE`",
    "Cpu": "CPUs: `1.5`, `500m`",
    "Currency": "ISO 4217 code: `KES`",
    "Day": "`mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`",
    "Days": "whole number",
    "Description": "text of at most 500 characters, or one for each language",
    "Domain": "domain",
    "Duration": "duration: `1h`, `90m`, `7d`, `PT1H`, `3600` (seconds)",
    "EntityId": "address or `urn:`",
    "GibHours": "hours",
    "Group": "`org` or `org:team`",
    "Hours": "hours: `200`, `37.5`",
    "Hour": 'time of day: `"22:00"`',
    "Interface": "`lab`, `notebook`, `light`, `rstudio`, `terminal`, `desktop` or `vscode`",
    "Language": "language code: `es`, `pt-BR`",
    "Line": "text of at most 200 characters",
    "LongText": "text of at most 20,000 characters, or one for each language",
    "Memory": "memory: `2G`, `512M`, `732421K`",
    "Notice": "duration of at most a day: `10m`, `1h`, `0`",
    "Notices": "list of durations of at most a day: `[30m, 5m]`",
    "Retention": "duration of at least `30d`: `400d`",
    "Pattern": "regular expression",
    "Percent": "whole number from 1 to 100",
    "PersonaName": "name",
    "Provider": "provider, by its `type`",
    "Scope": "name of a scope",
    "ShortWord": "text of at most 64 characters",
    "Short": "duration of at most two hours: `30m`",
    "Size": "amount: `10G`, `500M`",
    "Slug": "name",
    "Tenant": "name",
    "Times": "whole number of at most 5",
    "Title": "text of at most 100 characters, or one for each language",
    "Traits": "map of a trait's name to its value",
    "Variable": "name",
    "WebAddress": "address: `https://id.uni.edu`",
    "Word": "text",
    "Yes": "`true`",
    "YesOrNo": "`true` or `false`",
    "Zone": "time zone: `Africa/Nairobi`",
}


def _anchor(part: type[Part]) -> str:
    heading = PARTS[part][0]
    return f"[{heading.lower()}](#{heading.lower().replace(' ', '-')})"


def _kind(written: str) -> str:
    written = written.removesuffix(" | None")
    if match := re.fullmatch(r"dict\[(\w+), (.+)\]", written):
        return f"map of {_kind(match[1]).partition(':')[0]} to {_kind(match[2])}"
    if match := re.fullmatch(r"(?:list|Several)\[(\w+)\]", written):
        return f"list of: {_kind(match[1])}"
    if match := re.search(r"Literal\[(.+?)\]", written):
        words = re.findall(r"[\w-]+", match[1])
        return " or ".join(f"`{word}`" for word in words)
    modules = (culling, keeping, models, providers, quota_parts, spending_parts, storage)
    part = next(filter(None, (getattr(module, written, None) for module in modules)), None)
    return KINDS.get(written) or _anchor(part)


def _line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _rows(part: type[Part], without: type[Part] | None) -> Iterator[str]:
    for name, field in part.model_fields.items():
        if without is not None and name in without.model_fields:
            continue
        owner = next(c for c in part.__mro__ if name in get_annotations(c))
        kind = _kind(get_annotations(owner)[name])
        is_required = field.default is PydanticUndefined
        yield f"| `{name}` | {kind} | {'yes' if is_required else ''} | {_line(field.description)} |"


def communities_file() -> str:
    """One section for each part of the file."""
    sections = []
    for part, (heading, place) in PARTS.items():
        inherits = models.DefaultsPart if part is models.CommunityPart else None
        also = f"\nAnd everything of {_anchor(inherits)}.\n" if inherits else ""
        about = _line(part.__doc__)
        head = "| key | value | required | meaning |\n|---|---|---|---|"
        rows = "\n".join(_rows(part, inherits))
        sections.append(f"## {heading}\n\nAt {place}. {about}\n{also}\n{head}\n{rows}\n")
    return "\n".join(sections)


def settings() -> str:
    """One entry for each trait of ``c.CatalystHub``."""
    traits = sorted(CatalystHub.class_own_traits(config=True).items())
    entries = (f"`c.CatalystHub.{name}`\n: {trait.help.strip()}\n" for name, trait in traits)
    return "\n".join(entries)


PAGES = {"communities-file": communities_file, "settings": settings}
_BEGIN, _END = "<!-- from the code -->\n", "<!-- until here -->"


def page(name: str) -> str:
    """A page as it should be."""
    text = (REFERENCE / f"{name}.md").read_text()
    before, after = text.partition(_BEGIN)[0], text.partition(_END)[2]
    return f"{before}{_BEGIN}\n{PAGES[name]()}\n{_END}{after}"


if __name__ == "__main__":
    for name in PAGES:
        (REFERENCE / f"{name}.md").write_text(page(name))
