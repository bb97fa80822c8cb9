"""Whatever happens in whatever order: one name, one person; one identity, one person; and groups
are what the store says."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catalyst_hub.core.community import (
    Claims,
    Community,
    Identity,
    MembershipRule,
    Role,
    groups_of,
    memberships_for,
)
from catalyst_hub.core.grant import Source
from catalyst_hub.core.invitation import Refusal, Terms
from catalyst_hub.core.person import LONGEST_NAME, SignedIn, operators_names
from catalyst_hub.core.policy import Policy, Provider
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.leave_community import leave_community
from catalyst_hub.usecases.link_identity import link_identity
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.return_to_community import return_to_community
from catalyst_hub.usecases.unlink_identity import unlink_identity
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World

#: Names that the Hub had before: of an admin, and of somebody who may be adopted.
TAKEN = frozenset({"admin", "lucia"})
GROUPS = ("a", "b", "c")

providers = st.sampled_from(["uni", "lab"])
identities = st.builds(Identity, providers, st.sampled_from(["1", "2", "3", "4"]))
logins = st.sampled_from(["", "kofi", "Kofi", "root", "admin", "lucia", "1", "Lucía@uni.edu"])
group_sets = st.frozensets(st.sampled_from(GROUPS))
through = st.sampled_from(["", "x", "y"])
claims = st.builds(Claims, login=logins, groups=group_sets, identity_provider=through)
slugs = st.sampled_from(["nairobi", "cordoba"])
some_rules = st.lists(
    st.one_of(
        st.builds(MembershipRule, providers, groups=group_sets.filter(bool)),
        st.builds(MembershipRule, providers, people=st.just(frozenset({"kofi", "1"}))),
        st.builds(MembershipRule, providers, is_everyone=st.just(True)),
    ),
    max_size=2,
).map(tuple)
narrowed_rules = some_rules.flatmap(
    lambda rules: st.tuples(
        *(
            st.builds(
                replace,
                st.just(rule),
                identity_providers=st.frozensets(st.sampled_from(["x", "y"]), max_size=1),
            )
            for rule in rules
        )
    )
)
listed = st.builds(
    MembershipRule, providers, people=st.frozensets(st.sampled_from(["1", "2"]), min_size=1)
)


class AnyOrder(RuleBasedStateMachine):
    """Does what people, champions and operators do, and remembers who is who."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.world = World(f"sqlite:///{self.folder / 'catalyst.sqlite'}")
        self.owners: dict[Identity, int] = {}
        self.names: dict[int, str] = {}
        self.said: dict[Identity, Claims] = {}
        #: Whose providers have spoken since the file changed.
        self.fresh: set[Identity] = set()
        elsewhere = {"client_id": "x"}
        self.change_file(
            replace(
                POLICY,
                providers=tuple(Provider(p, "oidc", {}, elsewhere) for p in ("uni", "lab")),
                communities=(_bare(NAIROBI), _bare(CORDOBA)),
                operators=(),
                champion_power_lapses_after=None,
            )
        )

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder)

    # --- what may happen ---

    @rule(identity=identities, said=claims, may_adopt=st.booleans())
    def sign_in(self, identity: Identity, said: Claims, may_adopt: bool) -> None:
        adopted = "lucia" if may_adopt and said.login == "lucia" else None
        self.world.later(seconds=1)
        signed: SignedIn | None = self.world.sign_in(
            said.login, identity.provider, subject=identity.subject, groups=said.groups,
            taken=TAKEN, adopted=adopted, identity_provider=said.identity_provider,
        )  # fmt: skip
        if signed is None:
            assert self.blocked_now(identity, said)
            if identity in self.owners:
                self.said[identity] = said
            return
        self.said[identity] = said
        self.fresh.add(identity)
        self.meet(signed.person, identity, adopted)
        self.is_what_the_store_says(signed)

    def blocked_now(self, identity: Identity, said: Claims) -> bool:
        hers = [i for i, owner in self.owners.items() if owner == self.owners.get(identity, -1)]
        known = {i: self.said[i] for i in hers} | {identity: said}
        return any(r.matches(i, c) for r in self.policy.blocked for i, c in known.items())

    def meet(self, person: Person, identity: Identity, adopted: str | None) -> None:
        """One identity, one person; one name, one person."""
        is_new = identity not in self.owners
        if is_new and person.person_id not in self.names:
            assert person.name not in self.names.values()
            assert len(person.name) <= LONGEST_NAME
            assert person.name == adopted or person.name not in TAKEN
            reserved = operators_names(self.policy)
            is_operators = any(
                identity.provider == r.provider and identity.subject in r.people
                for r in self.policy.operators
            )
            assert is_operators or person.name == adopted or person.name not in reserved
        assert self.owners.setdefault(identity, person.person_id) == person.person_id
        assert self.names.setdefault(person.person_id, person.name) == person.name

    @rule(data=st.data(), identity=identities, said=claims)
    def link(self, data: st.DataObject, identity: Identity, said: Claims) -> None:
        name = self.somebody(data)
        if name is None:
            return
        no = self.world.do(
            lambda uow: link_identity(uow, self.policy, name, identity, said, self.world.now)
        )
        if no is None:
            assert identity not in self.owners
            self.owners[identity] = self.id_of(name)
            self.said[identity] = said
            self.fresh.add(identity)

    @rule(data=st.data())
    def unlink(self, data: st.DataObject) -> None:
        if not self.owners:
            return
        identity = data.draw(st.sampled_from(sorted(self.owners, key=str)))
        person_id = self.owners[identity]
        no = self.world.do(
            lambda uow: unlink_identity(
                uow, self.policy, self.names[person_id], identity, self.world.now
            )
        )
        if no is None:
            del self.owners[identity]
            del self.said[identity]
        assert person_id in self.owners.values()

    @rule(data=st.data(), slug=slugs, role=st.sampled_from(Role))
    def invite_and_redeem(self, data: st.DataObject, slug: str, role: Role) -> None:
        name, now = self.somebody(data), self.world.later(seconds=1)
        if name is None:
            return
        closed = slug in self.closed_by_others(name)
        code = f"digest-{now}"
        terms = Terms(seats=1, days=1, role=role)
        self.world.do(lambda uow: uow.invitations.add(slug, code, terms, "amina", now))
        answer = self.world.do(lambda uow: redeem_invitation(uow, self.policy, code, name, now))
        assert not closed or isinstance(answer, Refusal)

    @rule(data=st.data(), slug=slugs, what=st.sampled_from(["add", "remove", "leave", "return"]))
    def change_by_hand(self, data: st.DataObject, slug: str, what: str) -> None:
        name, now, policy = self.somebody(data), self.world.later(seconds=1), self.policy
        if name is None:
            return
        verbs = {
            "add": lambda uow: add_member(uow, policy, slug, name, "amina", now),
            "remove": lambda uow: remove_member(
                uow, policy, slug, name, "root", now, by_operator=True
            ),
            "leave": lambda uow: leave_community(uow, slug, name, now),
            "return": lambda uow: return_to_community(uow, policy, slug, name, now),
        }
        self.world.do(verbs[what])

    @rule(slug=slugs, members=narrowed_rules, champions=narrowed_rules, blocked=some_rules)
    def change_community(
        self,
        slug: str,
        members: tuple[MembershipRule, ...],
        champions: tuple[MembershipRule, ...],
        blocked: tuple[MembershipRule, ...],
    ) -> None:
        self.change_file(
            replace(
                self.policy,
                communities=tuple(
                    replace(c, members=members, champions=champions, blocked=blocked[:1])
                    if c.slug == slug
                    else c
                    for c in self.policy.communities
                ),
            )
        )

    @rule(operators=st.lists(listed, max_size=2).map(tuple), blocked=st.lists(listed, max_size=1))
    def change_hub(
        self, operators: tuple[MembershipRule, ...], blocked: list[MembershipRule]
    ) -> None:
        self.change_file(replace(self.policy, operators=operators, blocked=tuple(blocked)))

    def change_file(self, policy: Policy) -> None:
        self.world.policy = policy
        self.fresh.clear()
        self.world.settle()

    # --- what always holds ---

    @invariant()
    def every_identity_is_its_persons_and_every_name_is_one_persons(self) -> None:
        rows = self.world.rows(
            "SELECT provider, subject, i.person_id, name FROM identities i JOIN people USING"
            " (person_id)"
        )
        assert {Identity(p, s): (i, n) for p, s, i, n in rows} == {
            identity: (owner, self.names[owner]) for identity, owner in self.owners.items()
        }
        names = [name for (name,) in self.world.rows("SELECT name FROM people")]
        assert len(names) == len(set(names)) == len(self.names)

    @invariant()
    def groups_are_what_the_store_says(self) -> None:
        for name in self.names.values():
            signed = self.world.do(
                lambda uow, name=name: refresh_memberships(uow, self.policy, name, self.world.now)
            )
            assert signed is not None
            self.is_what_the_store_says(signed)

    def is_what_the_store_says(self, signed: SignedIn) -> None:
        ways = [i for i, owner in self.owners.items() if owner == signed.person.person_id]
        listed = [
            any(i.provider == r.provider and i.subject in r.people for r in self.policy.operators)
            for i in ways
        ]
        assert signed.is_operator == (all(listed) and not signed.is_blocked)
        stored = self.world.do(lambda uow: uow.memberships.of(signed.person.person_id))
        nowhere = signed.is_operator or signed.is_blocked
        assert signed.groups == (frozenset() if nowhere else groups_of(stored))
        assert not (signed.is_blocked and stored)

    @invariant()
    def no_rule_gives_more_than_the_file_says_of_what_providers_said(self) -> None:
        rows = self.world.rows(
            f"SELECT person_id, community, role FROM memberships WHERE granted_by = '{Source.RULE}'"
        )
        for person_id, slug, role in rows:
            community = self.policy.by_slug[slug]
            rules = community.champions if role == Role.CHAMPION else community.members
            assert self.fits(rules, person_id), (person_id, slug, role)

    @invariant()
    def what_was_confirmed_since_the_file_changed_is_all_hers(self) -> None:
        for person_id, name in self.names.items():
            ways = {i for i, owner in self.owners.items() if owner == person_id}
            if ways <= self.fresh:
                closed = self.world.do(lambda uow, one=person_id: uow.memberships.closed_to(one))
                rows = self.world.rows(
                    "SELECT community, role FROM memberships"
                    f" WHERE granted_by = '{Source.RULE}' AND person_id = {person_id}"
                )
                assert dict(rows) == self.by_rule(ways, closed), name

    def by_rule(self, ways: set[Identity], closed: frozenset[str]) -> dict[str, Role]:
        given = [memberships_for(self.policy.communities, way, self.said[way]) for way in ways]
        both = sorted((role, slug) for roles in given for slug, role in roles.items())
        # Champion comes before member in the order of the words.
        return {slug: role for role, slug in reversed(both) if slug not in closed}

    @invariant()
    def nobody_is_where_she_is_blocked_or_was_removed(self) -> None:
        rows = self.world.rows(
            "SELECT person_id, community FROM memberships JOIN removals"
            " USING (person_id, community)"
        )
        assert rows == []
        for person_id, slug in self.world.rows("SELECT person_id, community FROM memberships"):
            on_lists = [r for r in self.policy.by_slug[slug].blocked if r.people or r.is_everyone]
            assert not self.fits(on_lists, person_id)

    # --- what is known ---

    @property
    def policy(self) -> Policy:
        return self.world.policy

    def fits(self, rules: object, person_id: int) -> bool:
        return any(
            known.matches(identity, self.said[identity])
            for identity, owner in self.owners.items()
            if owner == person_id
            for known in rules  # type: ignore[attr-defined]
        )

    def somebody(self, data: st.DataObject) -> str | None:
        names = sorted(self.names.values())
        return data.draw(st.sampled_from(names)) if names else None

    def id_of(self, name: str) -> int:
        return next(person_id for person_id, known in self.names.items() if known == name)

    def closed_by_others(self, name: str) -> set[str]:
        removers = self.world.do(lambda uow: uow.memberships.removers(self.id_of(name)))
        return {slug for slug, by in removers.items() if by != name}


def _bare(community: Community) -> Community:
    return replace(community, members=(), champions=())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
