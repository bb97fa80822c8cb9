"""Who of those that ask runs the hub, by what the Hub itself knows of the request."""

from __future__ import annotations

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.user import User
from tornado.web import HTTPError


def require_operator(handler: BaseHandler) -> User:
    """The operator who asks; everybody else, and a token that may do less, learns nothing."""
    user = handler.current_user
    if isinstance(user, User) and user.admin and "admin-ui" in handler.parsed_scopes:
        return user
    raise HTTPError(404)
