from __future__ import annotations

from typing import Any

from catalyst_hub.champion.access import Action, Actor, actor_from, may


def _model(*scopes: str, **more: Any) -> dict[str, Any]:
    return {"name": "amina", "kind": "user", "admin": False, "scopes": list(scopes), **more}


def _everything(actor: Actor, community: str) -> list[bool]:
    return [may(actor, action, community) for action in Action]


def test_a_champion_may_do_everything_in_her_own_community_only() -> None:
    actor = actor_from(_model("custom:catalyst:champion!group=nairobi"))
    assert _everything(actor, "nairobi") == [True, True]
    assert _everything(actor, "cordoba") == [False, False]
    assert _everything(actor, "nairobi-2") == [False, False]
    assert _everything(actor, "") == [False, False]


def test_a_learner_may_do_nothing_in_any_community() -> None:
    actor = actor_from(_model("access:services!service=catalyst", "read:users:name!user=amina"))
    assert _everything(actor, "nairobi") == [False, False]


def test_an_operator_looks_into_every_community_and_stops_nothing() -> None:
    actor = actor_from(_model("list:users", "read:servers", admin=True))
    assert may(actor, Action.READ, "nairobi")
    assert not may(actor, Action.STOP, "nairobi")


def test_an_admins_narrow_token_opens_nothing() -> None:
    actor = actor_from(_model("access:services!service=catalyst", admin=True))
    assert _everything(actor, "nairobi") == [False, False]


def test_listing_all_users_without_being_an_admin_opens_nothing() -> None:
    actor = actor_from(_model("list:users"))
    assert _everything(actor, "nairobi") == [False, False]


def test_the_unfiltered_champion_scope_means_every_community() -> None:
    actor = actor_from(_model("custom:catalyst:champion"))
    assert _everything(actor, "nairobi") == [True, True]


def test_a_scope_filtered_by_user_makes_nobody_a_champion() -> None:
    actor = actor_from(_model("custom:catalyst:champion!user=nairobi"))
    assert _everything(actor, "nairobi") == [False, False]
