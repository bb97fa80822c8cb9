"""Invented people that anybody may sign in as, for a hub on one's own machine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.person import LONGEST_NAME
from catalyst_hub.core.policy import Provider
from catalyst_hub.core.profile import text_in
from catalyst_hub.hub.loopback import exposed_setting
from catalyst_hub.hub.providers.sign_in import SignIn


class DemoProvider:
    """Settings: ``personas``; for load tests ``any_name`` and ``shared_password``."""

    def __init__(self, described: Provider) -> None:
        settings: Mapping[str, Any] = described.settings
        self._described = described
        self._personas: Mapping[str, Mapping[str, Any]] = {
            persona["name"]: persona for persona in settings["personas"]
        }
        self._takes_any_name = bool(settings.get("any_name"))
        self._password: str | None = settings.get("shared_password")

    def objection(self, app: Any) -> str | None:
        """Anybody may sign in as anybody: only on a hub that nobody else can reach."""
        if setting := exposed_setting(app):
            return (
                f"the demo provider {self._described.slug!r} lets anybody sign in as anybody, so"
                f" the hub may listen on loopback only, but {setting}. Set c.JupyterHub.bind_url ="
                " 'http://127.0.0.1:8000', or take the provider out of the communities file"
            )
        return None

    def entries(self, language: str) -> list[dict[str, Any]]:
        """The personas as buttons; a form where another name or a password is asked for."""
        entry = {
            "id": self._described.slug,
            "title": text_in(self._described.title, language),
            "kind": "demo",
            "login_url": None,
            "personas": [] if self._password else self._shown_personas(language),
        }
        form = {**entry, "kind": "password", "personas": []}
        has_form = self._takes_any_name or self._password
        return [*([entry] if entry["personas"] else []), *([form] if has_form else [])]

    def _shown_personas(self, language: str) -> list[dict[str, str]]:
        return [
            {
                "name": name,
                "title": persona.get("display_name") or name,
                "description": text_in(persona.get("description") or {}, language),
            }
            for name, persona in self._personas.items()
            if persona.get("is_shown", True)
        ]

    def identify(self, fields: Mapping[str, str]) -> SignIn | None:
        """Who it is, by name; by the shared password, too, where there is one."""
        name = fields.get("username", "").strip().lower()
        if not (self._is_known(name) and self._is_right(fields.get("password", ""))):
            return None
        persona = self._personas.get(name, {})
        claims = Claims(login=name, display_name=persona.get("display_name") or name)
        return SignIn(Identity(self._described.slug, name), claims, persona.get("language"))

    def _is_known(self, name: str) -> bool:
        is_plausible = 0 < len(name) <= LONGEST_NAME and name.isprintable()
        return name in self._personas or (self._takes_any_name and is_plausible)

    def _is_right(self, password: str) -> bool:
        if self._password is None:
            return True
        return hmac.compare_digest(password.encode(), self._password.encode())
