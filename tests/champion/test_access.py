from __future__ import annotations

from typing import Any

from catalyst_hub.champion.access import Action, Actor, actor_from, may


def _model(*scopes: str, **more: Any) -> dict[str, Any]:
    return {"name": "amina", "kind": "user", "admin": False, "scopes": list(scopes), **more}


def _allowed(actor: Actor, community: str) -> set[Action]:
    return {action for action in Action if may(actor, action, community)}


_CHAMPIONS = {Action.READ, Action.STOP, Action.ADMIT}


def test_a_champion_looks_after_her_own_community_only_and_makes_no_champions() -> None:
    actor = actor_from(_model("custom:catalyst:champion!group=nairobi"))
    assert _allowed(actor, "nairobi") == _CHAMPIONS
    assert _allowed(actor, "cordoba") == set()
    assert _allowed(actor, "nairobi-2") == set()
    assert _allowed(actor, "") == set()


def test_a_learner_may_do_nothing_in_any_community() -> None:
    actor = actor_from(_model("access:services!service=catalyst", "read:users:name!user=amina"))
    assert _allowed(actor, "nairobi") == set()


def test_an_operator_decides_who_belongs_everywhere_and_stops_nothing() -> None:
    actor = actor_from(_model("list:users", "read:servers", admin=True))
    assert _allowed(actor, "nairobi") == {Action.READ, Action.ADMIT, Action.APPOINT}


def test_an_admins_narrow_token_opens_nothing() -> None:
    actor = actor_from(_model("access:services!service=catalyst", admin=True))
    assert _allowed(actor, "nairobi") == set()


def test_listing_all_users_without_being_an_admin_opens_nothing() -> None:
    actor = actor_from(_model("list:users"))
    assert _allowed(actor, "nairobi") == set()


def test_the_unfiltered_champion_scope_means_every_community() -> None:
    actor = actor_from(_model("custom:catalyst:champion"))
    assert _allowed(actor, "nairobi") == _CHAMPIONS


def test_a_scope_filtered_by_user_makes_nobody_a_champion() -> None:
    actor = actor_from(_model("custom:catalyst:champion!user=nairobi"))
    assert _allowed(actor, "nairobi") == set()
