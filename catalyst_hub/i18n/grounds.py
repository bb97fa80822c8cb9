"""What somebody is in a community, and why they belong, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.i18n.actors import actor_name
from catalyst_hub.i18n.translator import N_, Translator

_ROLES: Mapping[Role, str] = MappingProxyType(
    {Role.MEMBER: N_("Member"), Role.CHAMPION: N_("Champion")}
)
_BY_RULE: Mapping[str, str] = MappingProxyType(
    {
        "people": N_("On the list of the community: %(word)s"),
        "groups": N_("In the group %(word)s (%(provider)s)"),
        "email_domains": N_("Verified e-mail address at %(word)s (%(provider)s)"),
        "everyone": N_("Everybody who signs in with %(provider)s"),
    }
)


def role_name(role: Role, translator: Translator) -> str:
    """What people call the role."""
    return translator.gettext(_ROLES[role])


def _by_hand(grant: Grant) -> str:
    if grant.source is Source.INVITATION:
        return N_("Came with an invitation of %(name)s")
    if grant.role is Role.CHAMPION:
        return N_("Made a champion by %(name)s")
    if "request" in grant.grounds:
        return N_("Asked to join, and %(name)s said yes")
    return N_("Added by %(name)s")


def reason(grant: Grant, policy: Policy, names: Mapping[str, str], translator: Translator) -> str:
    """Why somebody is in, as a sentence; ``names`` are display names by hub name."""
    _, grounds = translator.gettext, grant.grounds
    if grant.source is not Source.RULE:
        by = str(grounds.get("by", ""))
        return _(_by_hand(grant)) % {"name": actor_name(by, names, translator)}
    sentence = _BY_RULE.get(str(grounds.get("kind", "")))
    if sentence is None:
        return _("By a rule of this hub")
    provider = policy.provider(str(grounds.get("provider", "")))
    title = text_in(provider.title, translator.language) if provider else grounds.get("provider")
    by_rule = _(sentence) % {"word": grounds.get("word", ""), "provider": title}
    through = grounds.get("identity_provider")
    if not through:
        return by_rule
    return _("%(reason)s; came through %(where)s", reason=by_rule, where=through)
