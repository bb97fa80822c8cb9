"""Ways to sign in, as the file has them: each type a map of its own public settings.

Secrets never stand here. Each type's settings reach the Hub under the same names, in
``Provider.settings``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticKnownError

from catalyst_hub.communities_file.fields import (
    Claim,
    Description,
    Domain,
    EntityId,
    Language,
    Line,
    PersonaName,
    Scope,
    Tenant,
    Title,
    WebAddress,
    Yes,
    YesOrNo,
    quoted,
    refusal,
)
from catalyst_hub.communities_file.part import Part, Several
from catalyst_hub.communities_file.words import listed, meant, nearest


class ProviderPart(Part):
    """A way to sign in."""

    title: Title | None = None
    """What the sign-in page calls it; otherwise its name."""


class PersonaPart(Part):
    """Somebody invented, to try the hub as."""

    name: PersonaName
    """The name she signs in with."""
    display_name: Line | None = None
    """The name that pages show."""
    description: Description | None = None
    """Who she is, for the sign-in page."""
    language: Language | None = None
    """The language she chose."""
    on_sign_in_page: YesOrNo = True
    """false: she can sign in, but the page does not offer it, so that it stays short."""


class DemoPart(ProviderPart):
    """Invented people without passwords, on this machine only."""

    type: Literal["demo"]
    """The type of provider."""
    personas: Several[PersonaPart]
    """The people on the sign-in page."""
    any_name: Yes | None = None
    """Any other name can sign in as well, for load tests."""
    shared_password: Line | None = None
    """The one password for all, for load tests. No secret: this file is no place for one."""


class OAuthPart(ProviderPart):
    """A provider elsewhere, where the hub is registered as an application."""

    client_id: Line
    """What the provider calls this hub. Its secret stands in the hub's environment, or in a file
    of `c.CatalystHub.secrets_dir`."""
    callback_url: WebAddress | None = None
    """Where the provider sends people back to, if it is not the address that their browser uses:
    `https://HUB/hub/oauth_callback/NAME`."""
    adopts: Yes | None = None
    """The provider that people of this hub signed in with before it had this file: each keeps the
    name and the home of the Hub user who is called as their login. At most one provider."""
    adopts_without: Domain | None = None
    """Names of Hub users are logins without this domain: with uni.edu, kofi@uni.edu is kofi."""

    @model_validator(mode="after")
    def _adopts_at_all(self) -> OAuthPart:
        if self.adopts_without is None or self.adopts:
            return self
        expected, do = "adopts: true beside adopts_without", "add it, or remove adopts_without"
        raise refusal("this provider adopts nobody", expected, do)


class OidcPart(OAuthPart):
    """Any OpenID Connect provider: Keycloak, Authentik, Dex, a university's own."""

    type: Literal["oidc"]
    """The type of provider."""
    issuer: WebAddress | None = None
    """Its address, below which `.well-known/openid-configuration` tells the others."""
    authorize_url: WebAddress | None = None
    """Without an issuer: where people are sent to sign in."""
    token_url: WebAddress | None = None
    """Without an issuer: where the hub exchanges the code for a token."""
    userinfo_url: WebAddress | None = None
    """Without an issuer: where the hub asks who it is."""
    client_authentication: Literal["basic", "post"] | None = None
    """How the hub shows its secret. Otherwise what the provider says it takes, and without an
    issuer basic."""
    scopes: Several[Scope] = ["openid", "profile", "email"]
    """What the hub asks for; most providers tell of changes later only with offline_access."""
    subject_claim: Claim = "sub"
    """The claim that is never given to another person."""
    login_claim: Claim = "preferred_username"
    """The claim that rules list people by, and hub names are made from. One that people can
    change at will lets them pass for others in rules."""
    name_claim: Claim = "name"
    """The claim with the name that pages show."""
    email_claim: Claim = "email"
    """The claim with the e-mail address; it counts when email_verified is true."""
    groups_claim: Claim = "groups"
    """The claim with the groups that rules name; a dot leads into a claim within a claim."""

    @model_validator(mode="after")
    def _says_where(self) -> OidcPart:
        urls = (self.authorize_url, self.token_url, self.userinfo_url)
        expected = "issuer, or authorize_url, token_url and userinfo_url"
        if self.issuer is None and not all(urls):
            raise refusal("where it is, is not said", expected, "add the issuer")
        if self.issuer is not None and any(urls):
            raise refusal("where it is, is said twice", expected, "remove one of the two")
        return self


class GitHubPart(OAuthPart):
    """GitHub. Rules may name organisations and teams (`org`, `org:team`) and e-mail domains; the
    hub asks for access to these only when some rule does."""

    type: Literal["github"]
    """The type of provider."""
    url: WebAddress = "https://github.com"
    """Of GitHub, or of an Enterprise server."""


class GitLabPart(OAuthPart):
    """GitLab. Groups are their full paths: `sabana/learners`."""

    type: Literal["gitlab"]
    """The type of provider."""
    url: WebAddress = "https://gitlab.com"
    """Of GitLab, or of a server of one's own."""


class GooglePart(OAuthPart):
    """Google. People are known by their verified e-mail addresses."""

    type: Literal["google"]
    """The type of provider."""
    hosted_domains: Several[Domain] | None = None
    """Only accounts of these organisations; otherwise every account."""


class IdentityProviderPart(Part):
    """An identity provider behind CILogon."""

    id: EntityId
    """Its EntityID, as in https://cilogon.org/idplist."""
    email_domains: Several[Domain] | None = None
    """The domains it speaks for; other addresses it may claim do not count."""
    login_claim: Claim = "email"
    """The claim that rules list people by: email, eppn, preferred_username."""


class CILogonPart(OAuthPart):
    """CILogon, which stands for thousands of universities and a few companies."""

    type: Literal["cilogon"]
    """The type of provider."""
    identity_providers: Several[IdentityProviderPart]
    """Those whose people may sign in; the first is chosen already."""
    skin: Line | None = None
    """The look of CILogon's pages, if CILogon has made one for you."""
    url: WebAddress = "https://cilogon.org"
    """Of CILogon, or of its test service."""


class GlobusPart(OAuthPart):
    """Globus. Groups are their UUIDs; the identity provider is what follows the @ of a login."""

    type: Literal["globus"]
    """The type of provider."""
    url: WebAddress = "https://auth.globus.org"
    """Of Globus Auth."""
    groups_url: WebAddress = "https://groups.api.globus.org"
    """Of Globus Groups."""


class AzureAdPart(OAuthPart):
    """Microsoft Entra ID (Azure AD). Groups are their object ids."""

    type: Literal["azuread"]
    """The type of provider."""
    tenant: Tenant
    """The directory whose people may sign in, by its id or a domain of it."""
    url: WebAddress = "https://login.microsoftonline.com"
    """Of Microsoft's service, which differs in national clouds."""


class Auth0Part(OAuthPart):
    """Auth0. People are known by their verified e-mail addresses."""

    type: Literal["auth0"]
    """The type of provider."""
    url: WebAddress
    """Of the tenant: `https://sabana.eu.auth0.com`."""
    groups_claim: Claim | None = None
    """The claim with groups that an action of the tenant adds."""


class WorkshopAccountsPart(ProviderPart):
    """Accounts on this hub for people who have none elsewhere. They come in with an invitation
    code, and come back with a few words that the hub gives them."""

    type: Literal["workshop-accounts"]
    """The type of provider."""


AnyProvider = (
    Auth0Part
    | AzureAdPart
    | CILogonPart
    | DemoPart
    | GitHubPart
    | GitLabPart
    | GlobusPart
    | GooglePart
    | OidcPart
    | WorkshopAccountsPart
)

#: The model of each type.
PROVIDER_MODELS: dict[str, type[ProviderPart]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(AnyProvider)
}


def _is_supported(value: Any) -> Any:
    """What a union of models would say in words of its own."""
    if not isinstance(value, dict):
        raise PydanticKnownError("dict_type")
    if "type" not in value:
        raise refusal("type is missing", listed(PROVIDER_MODELS), "add the key type")
    kind = value["type"]
    if not isinstance(kind, str) or kind not in PROVIDER_MODELS:
        what = f"this version has no provider of type {quoted(kind)}"
        near = nearest(kind, PROVIDER_MODELS) if isinstance(kind, str) else None
        do = meant(near, "use one of these, or a version that has it")
        raise refusal(what, listed(PROVIDER_MODELS), do, at="type")
    return value


Provider = Annotated[AnyProvider, Field(discriminator="type"), BeforeValidator(_is_supported)]
