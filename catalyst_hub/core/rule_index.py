"""Which of a thousand communities could have a rule for somebody: found by her words, as in the
index of a book, instead of asking each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from catalyst_hub.core.community import Claims, Identity, MembershipRule, verified_domain

#: Provider, kind of word, word in lower case.
_Entry = tuple[str, str, str]


class RuleIndex:
    """Of ``(slug, rules)``. Whether a rule lets in is for the rule to say: what is not found here
    has none that does."""

    def __init__(self, rules: Iterable[tuple[str, Iterable[MembershipRule]]]) -> None:
        self._slugs: list[str] = []
        self._places: defaultdict[_Entry, list[int]] = defaultdict(list)
        for place, (slug, of_slug) in enumerate(rules):
            self._slugs.append(slug)
            for entry in {entry for rule in of_slug for entry in _entries_of(rule)}:
                self._places[entry].append(place)

    def candidates(self, identity: Identity, claims: Claims) -> list[str]:
        """The slugs that some word of hers leads to, in the order they were given."""
        places = {
            place
            for entry in _entries_for(identity, claims)
            if entry in self._places
            for place in self._places[entry]
        }
        return [self._slugs[place] for place in sorted(places)]


def _entries_of(rule: MembershipRule) -> Iterator[_Entry]:
    if rule.is_everyone:
        yield rule.provider, "everyone", ""
    for kind, words in (
        ("person", rule.people),
        ("group", rule.groups),
        ("domain", rule.email_domains),
    ):
        for word in words:
            yield rule.provider, kind, word.casefold()


def _entries_for(identity: Identity, claims: Claims) -> Iterator[_Entry]:
    provider = identity.provider
    yield provider, "everyone", ""
    yield provider, "person", identity.subject.casefold()
    yield provider, "person", claims.login.casefold()
    for group in claims.groups:
        yield provider, "group", group.casefold()
    domain = verified_domain(claims)
    if domain:
        yield provider, "domain", domain
        parents = domain.split(".")[1:]
        for i in range(len(parents)):
            yield provider, "domain", "*." + ".".join(parents[i:])
