"""The language switch: a cookie that outlives the session, and back to where one was."""

from __future__ import annotations

import re

from catalyst_hub.core.language import supported
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages.localized import LANGUAGE_COOKIE, Localized
from catalyst_hub.usecases.choose_language import choose_language

_YEAR_S = 365 * 86400
#: Browsers read a backslash as a slash and drop control characters: neither may lead elsewhere.
_LOCAL_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")


def is_local_path(address: str, base_url: str) -> bool:
    """Whether a redirect there stays within this JupyterHub."""
    return bool(_LOCAL_PATH.fullmatch(address)) and address.startswith(base_url)


class LanguagePage(Localized):
    """``/hub/language?to=es&next=/hub/home``; works signed in or not."""

    async def get(self) -> None:
        """Remember the choice, go back."""
        language = supported(self.get_argument("to", ""))
        if language:
            self._set_cookie(language)
            await self._remember(language)
        back = self.get_argument("next", "")
        self.redirect(back if is_local_path(back, self.base_url) else self.hub_url("home"))

    post = get

    def _set_cookie(self, language: str) -> None:
        self.set_cookie(
            LANGUAGE_COOKIE,
            language,
            path=self.base_url,
            max_age=_YEAR_S,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )

    async def _remember(self, language: str) -> None:
        """Keep it for the person's other devices; the cookie is enough for this one."""
        user, runtime = self.current_user, self.settings.get("catalyst")
        if user is None or runtime is None:
            return
        name = user.name
        self.authenticator.languages[name] = language
        try:
            await runtime.write(lambda uow: choose_language(uow, name, language))
        except StoreUnavailableError:
            self.log.warning("The store could not remember that %s speaks %s", name, language)
