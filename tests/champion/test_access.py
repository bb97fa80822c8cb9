from __future__ import annotations

from typing import Any

from catalyst_hub.champion.access import MAY, Action, Actor, actor_from, may


def _model(*scopes: str, **more: Any) -> dict[str, Any]:
    return {"name": "amina", "kind": "user", "admin": False, "scopes": list(scopes), **more}


def _allowed(actor: Actor, community: str) -> set[Action]:
    return {action for action in Action if may(actor, action, community)}


_OPERATORS_ONLY = {Action.INVITE_CHAMPIONS, Action.DISMISS, Action.GRANT}
_CHAMPIONS = set(Action) - _OPERATORS_ONLY
_INSTRUCTORS = {Action.READ, Action.STOP, Action.INVITE, Action.ANSWER, Action.RESET_PHRASE}
_ANY_POWER_THAT_STAYS = {Action.ADMIT, Action.REMOVE, Action.SCHEDULE, Action.APPOINT}


def test_a_champion_looks_after_her_own_community_only() -> None:
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
    of_champions_only = {
        Action.STOP, Action.EXPORT, Action.STEP_DOWN, Action.HELP, Action.GO_FIRST,
    }  # fmt: skip
    assert _allowed(actor, "nairobi") == set(Action) - of_champions_only


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


def test_an_instructor_helps_today_and_gives_nobody_what_outlasts_the_workshop() -> None:
    actor = actor_from(_model("custom:catalyst:instructor!group=nairobi"))
    assert _allowed(actor, "nairobi") >= _INSTRUCTORS
    assert not _ANY_POWER_THAT_STAYS & _allowed(actor, "nairobi")
    assert not {Action.COSTS, Action.AUDIT, Action.EXPORT} & _allowed(actor, "nairobi")
    assert _allowed(actor, "cordoba") == set()


def test_the_unfiltered_instructor_scope_opens_nothing() -> None:
    actor = actor_from(_model("custom:catalyst:instructor", "custom:catalyst:instructor!user=a"))
    assert _allowed(actor, "nairobi") == _allowed(actor, "a") == set()


def test_who_is_several_things_may_do_what_any_of_them_may() -> None:
    both = actor_from(
        _model("custom:catalyst:champion!group=a", "custom:catalyst:instructor!group=b")
    )
    assert _allowed(both, "a") == _CHAMPIONS
    assert _allowed(both, "b") == _allowed(
        actor_from(_model("custom:catalyst:instructor!group=b")), "b"
    )


def test_every_action_is_in_the_table_and_somebodys() -> None:
    assert set(MAY) == set(Action)
    assert all(MAY.values())
