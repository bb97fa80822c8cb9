"""The application: addresses and settings."""

from __future__ import annotations

import hashlib
import hmac
import logging

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler
from tornado.web import Application, RequestHandler

from catalyst_hub.champion import (
    appeals,
    budgets,
    calendars,
    consents,
    drills,
    drills_api,
    exceptions,
    exceptions_api,
    idle,
    instructors_api,
    invitations_api,
    rehearsal,
    trials,
    workshop_answers,
    workshop_planning,
    workshop_report,
    workshops_api,
)
from catalyst_hub.champion.audit import AuditPage
from catalyst_hub.champion.base import NoSuchPage, Page
from catalyst_hub.champion.champions import AppointPage, DismissPage
from catalyst_hub.champion.community import CommunityPage
from catalyst_hub.champion.costs import CostsFile, CostsPage
from catalyst_hub.champion.home import HomePage
from catalyst_hub.champion.invitations import InvitationPage, InvitationsPage, RevokePage
from catalyst_hub.champion.line import LetPassPage
from catalyst_hub.champion.live_workshop import LivePage
from catalyst_hub.champion.metrics import MetricsHandler, note_request
from catalyst_hub.champion.people import PeoplePage, RemovePage
from catalyst_hub.champion.people_file import PeopleFile
from catalyst_hub.champion.phrases import CardPage, PhrasePage
from catalyst_hub.champion.requests import AnswerPage, RequestsPage
from catalyst_hub.champion.stop import StopPage
from catalyst_hub.champion.use import UsePage
from catalyst_hub.champion.workshops import (
    CancelPage,
    DismissInstructorPage,
    InstructorsPage,
    WorkshopPage,
    WorkshopsPage,
)

#: Whoever loses the champion's place loses these pages within this many seconds.
_TRUST_S = 5
_log = logging.getLogger("catalyst_hub.champion.access")


class SignedInPage(HubOAuthCallbackHandler, Page):
    """Where the Hub sends people back to; its errors look like ours."""

    async def prepare(self) -> None:
        """Most who come here are not signed in yet; who went back to an old tab, is."""
        self.current_user = await self.hub_auth.get_user(self, sync=False)


def make_application(hub_auth: HubOAuth) -> Application:
    """The service below ``hub_auth.base_url``. Until a runtime is put into its settings as
    ``catalyst``, pages say that they cannot answer."""
    hub_auth.cache_max_age = _TRUST_S
    below = hub_auth.base_url.rstrip("/")
    return Application(
        [
            *_of_no_community(below),
            (rf"{below}/communities/([^/]+)", CommunityPage),
            (rf"{below}/communities/([^/]+)/costs", CostsPage),
            (rf"{below}/communities/([^/]+)/costs\.csv", CostsFile),
            (rf"{below}/communities/([^/]+)/people", PeoplePage),
            (rf"{below}/communities/([^/]+)/people/([^/]+)/remove", RemovePage),
            (rf"{below}/communities/([^/]+)/people/([^/]+)/phrase", PhrasePage),
            (rf"{below}/communities/([^/]+)/people/([^/]+)/phrase/card", CardPage),
            *_asking(rf"{below}/communities/([^/]+)"),
            (rf"{below}/communities/([^/]+)/people\.csv", PeopleFile),
            (rf"{below}/communities/([^/]+)/people/([^/]+)/appoint", AppointPage),
            (rf"{below}/communities/([^/]+)/people/([^/]+)/dismiss", DismissPage),
            (rf"{below}/communities/([^/]+)/invitations", InvitationsPage),
            (rf"{below}/communities/([^/]+)/invitations/(\d{{1,18}})", InvitationPage),
            (rf"{below}/communities/([^/]+)/invitations/(\d{{1,18}})/revoke", RevokePage),
            *invitations_api.routes(rf"{below}/communities/([^/]+)"),
            *exceptions.routes(rf"{below}/communities/([^/]+)"),
            *exceptions_api.routes(rf"{below}/communities/([^/]+)"),
            *trials.routes(rf"{below}/communities/([^/]+)"),
            *_workshops(rf"{below}/communities/([^/]+)/workshops"),
            (rf"{below}/communities/([^/]+)/requests", RequestsPage),
            (rf"{below}/communities/([^/]+)/requests/(\d{{1,18}})", AnswerPage),
            *budgets.routes(rf"{below}/communities/([^/]+)"),
            (rf"{below}/communities/([^/]+)/audit", AuditPage),
            *_servers(rf"{below}/communities/([^/]+)"),
            (rf"{below}/oauth_callback", SignedInPage),
            (rf"{below}/metrics", MetricsHandler),
        ],
        default_handler_class=NoSuchPage,
        catalyst=None,
        compress_response=True,
        hub_auth=hub_auth,
        cookie_secret=_cookie_secret(hub_auth.api_token),
        log_function=_log_request,
    )


def _of_no_community(below: str) -> list[tuple[str, type[Page]]]:
    return [
        (rf"{below}/?", HomePage),
        (rf"{below}/use", UsePage),
        (rf"{below}/workshops", workshop_answers.AskingPage),
    ]


def _asking(below: str) -> list[tuple[str, type[Page]]]:
    return [*consents.routes(below), *appeals.routes(below)]


def _servers(below: str) -> list[tuple[str, type[Page]]]:
    return [
        *idle.routes(below),
        (rf"{below}/sessions/([^/]+)/stop", StopPage),
        (rf"{below}/line/(\d{{1,18}})/pass", LetPassPage),
    ]


def _workshops(below: str) -> list[tuple[str, type[Page]]]:
    one = below + r"/(\d{1,18})"
    return [
        (below, WorkshopsPage),
        *workshop_planning.routes(below, one),
        *calendars.routes(below, one),
        *workshops_api.routes(below, one),
        (rf"{one}/answer", workshop_answers.AnswerWorkshopPage),
        *rehearsal.routes(one),
        (one, WorkshopPage),
        (rf"{one}/live", LivePage),
        *drills.routes(one),
        *drills_api.routes(one),
        *workshop_report.routes(one),
        (rf"{one}/cancel", CancelPage),
        *instructors_api.routes(one),
        (rf"{one}/instructors", InstructorsPage),
        (rf"{one}/instructors/([^/]+)/dismiss", DismissInstructorPage),
    ]


def _cookie_secret(api_token: str) -> bytes:
    """The same after a restart as long as the Hub gives the same token: nobody is signed out."""
    return hmac.digest(api_token.encode(), b"catalyst champion cookies", hashlib.sha256)


def _log_request(handler: RequestHandler) -> None:
    """Without the query: a sign-in's carries its code."""
    note_request(handler)
    request, status = handler.request, handler.get_status()
    level = logging.INFO if status < 500 else logging.WARNING
    ms = 1000 * request.request_time()
    _log.log(level, "%d %s %s %.0f ms", status, request.method, request.path, ms)
