"""Fill a hub's database with users, some of whom run servers, as a Hub would have left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jupyterhub import orm
from jupyterhub.utils import new_token

COMMUNITY = "bench"
#: Idle for longer than any limit here; used a moment ago.
LONG, SHORT = timedelta(days=2), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many users, of whom so many run a server, of which so many have been idle for long."""

    users: int
    running: int
    idle: int


def seed(folder: Path, crowd: Crowd) -> None:
    """Make ``hub.sqlite`` there. Every running server has a token and an OAuth client, which go
    with it when it stops."""
    db = orm.new_session_factory(f"sqlite:///{folder / 'hub.sqlite'}")()
    now = datetime.now(UTC).replace(tzinfo=None)
    for number in range(crowd.users):
        user = orm.User(name=f"user-{number}", created=now - LONG, last_activity=now - LONG)
        db.add(user)
        if number < crowd.running:
            # Apart, as people are: all at one second would be a proxy that was reset.
            ago = (LONG if number < crowd.idle else SHORT) + timedelta(seconds=number % 240)
            db.add_all(_server(user, now - LONG - timedelta(hours=1), now - ago))
    db.commit()
    db.close()
    db.get_bind().dispose()


def _server(user: orm.User, started: datetime, activity: datetime) -> Iterator[Any]:
    base_url = f"/user/{user.name}/"
    client = orm.OAuthClient(
        identifier=f"jupyterhub-user-{user.name}", secret="", redirect_uri=f"{base_url}callback"
    )
    yield client
    token = orm.APIToken(
        user=user, oauth_client=client, note="Server", scopes=["read:users:name!user"]
    )
    token.token = new_token()
    yield token
    yield orm.Spawner(
        user=user,
        name="",
        state={"is_up": True},
        started=started,
        last_activity=activity,
        user_options={"community": COMMUNITY},
        server=orm.Server(ip="127.0.0.1", port=1, base_url=base_url),
        oauth_client=client,
    )
