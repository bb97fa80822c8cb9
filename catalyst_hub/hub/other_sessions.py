"""Signs a person out everywhere but in the browser she is using."""

from __future__ import annotations

from typing import Any

from jupyterhub import orm

from catalyst_hub.core.community import Identity


async def end_other_sessions(handler: Any, user: Any, identity: Identity | None = None) -> None:
    """After an identity, or a phrase that somebody else knew, was taken from her: whoever has come
    in with it goes on nowhere.

    The Hub does not note which session began how. So all end but this one, with what they were
    given for servers and services; and the tokens of the identity's provider are forgotten.
    """
    db, session = handler.db, handler.get_session_cookie()
    user.orm_user.cookie_id = orm.new_token()
    for token in db.query(orm.APIToken).filter_by(user_id=user.id).all():
        if token.session_id not in (None, session):
            db.delete(token)
    db.commit()
    handler.set_hub_cookie(user)
    if identity is None:
        return
    state = await user.get_auth_state() or {}
    if state.get("catalyst") == {"provider": identity.provider, "subject": identity.subject}:
        await user.save_auth_state(None)
