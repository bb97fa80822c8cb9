"""Live servers as pages show them, in the reader's language and the session's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.champion.wording import ago, clock, duration
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.session import Session
from catalyst_hub.core.view import RunningServer
from catalyst_hub.core.window import milliseconds
from catalyst_hub.i18n import Translator


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One live server; ``account`` is the hub name of its ``owner``, with the server's ``own_name``
    where it has one.

    ``since`` and ``lasted`` are empty while it starts, ``activity`` until it was seen, ``cost``
    where nothing has a price.
    """

    session_id: str
    name: str
    account: str
    owner: str
    own_name: str
    environment: str
    resources: str
    since: str
    lasted: str
    activity: str
    cost: str


def server_row(
    server: RunningServer, community: Community | None, now: datetime, translator: Translator
) -> ServerRow:
    """One live server; without its community (it left the file) things go by their slugs."""
    session, person = server.session, server.person
    began_at = session.running_at
    money = translator.money(server.usage.micros, session.currency)
    return ServerRow(
        session_id=session.session_id,
        name=person.shown_as,
        account=f"{person.name}/{session.key.server_name}".rstrip("/"),
        owner=person.name,
        own_name=session.key.server_name,
        environment=_environment(session, community, translator),
        resources=_resources(session, translator),
        since=clock(began_at, session.zone, now, translator) if began_at else "",
        lasted=duration(milliseconds(began_at, now), translator) if began_at else "",
        activity=ago(session.activity_at, now, translator) if session.activity_at else "",
        cost=money if session.rate_micros else "",
    )


def _environment(session: Session, community: Community | None, translator: Translator) -> str:
    choice = session.choice
    profile = community.profile(choice.profile) if community else None
    size = profile.size(choice.size) if profile else None
    profile_title = text_in(profile.title, translator.language) if profile else choice.profile
    size_title = text_in(size.title, translator.language) if size else choice.size
    return f"{profile_title} · {size_title}"


def _resources(session: Session, translator: Translator) -> str:
    sizes = session.resources
    gpu = f", {translator.number(sizes.gpu)} GPU" if sizes.gpu else ""
    return f"{translator.memory(sizes.memory_bytes)}, {translator.cpu(sizes.cpu_milli)}{gpu}"
