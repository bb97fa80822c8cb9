"""Errors, in the reader's language: no traceback, and what the hub said only in small print."""

from __future__ import annotations

import pytest
from jupyterhub.spawner import SpawnException
from tornado.web import HTTPError

from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.hub.pages.explanation import explain
from catalyst_hub.hub.pages.hub_messages import known_message
from catalyst_hub.i18n import translator
from tests.hub.communities import catalyst_config
from tests.hub.visitor import Visitor, page

SPANISH = translator("es")

# What JupyterHub 6.1 says.
SAID = [
    "Too many users trying to log in right now. Try again in 30 seconds.",
    "Too many users trying to log in right now. Try again in 4 minutes.",
    "Active user limit exceeded. Try again in a few minutes.",
    "Invalid username or password",
    "Login form invalid or expired. Try again.",
    "'_xsrf' argument missing from POST",
    "'_xsrf' argument invalid",
    "XSRF cookie does not match POST argument",
    "No access to resources or resources not found",
    "No such user: zoe",
    "lucia has no such server gpu",
    "Action is not authorized with current scopes; requires any of [admin-ui]",
    "auth has expired for lucia, login again",
    "lucia's authentication has expired",
    "You do not have permission to access Service catalyst",
    "Named servers are not enabled.",
    "User lucia already has the maximum of 2 named servers.  One must be deleted first",
    "Invalid server_name: 'ñ'",
    "lucia: is already running",
    "lucia: is pending spawn",
    "Redirect loop detected. Notebook has jupyterhub version x, but the Hub expects y.",
    "Spawner failed to start [status=1]. The logs for lucia may contain details.",
    "Unhandled error starting server lucia",
    "Failed to reach your server.  Please try again later.",
    "Failed to start your server on the last attempt.",
    "Invalid user options",
    "Share not found or expired",
    "You can't share with yourself!",
]


@pytest.mark.parametrize("message", SAID)
def test_what_the_hub_says_is_said_in_spanish(message):
    assert known_message(message, SPANISH) not in {None, known_message(message, translator("en"))}


def test_numbers_in_what_the_hub_says_are_kept():
    assert "30" in (known_message(SAID[0], SPANISH) or "")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 418, 424, 429, 500, 502, 503, 599])
def test_what_nobody_knows_gets_a_plain_sentence(status):
    explanation = explain(status, "Grumble <b>", None, SPANISH, None)
    assert explanation.what
    assert "Grumble" not in explanation.what
    assert explanation.original == f"{status} Grumble <b>"


def test_what_the_operators_own_hook_says_is_said_as_it_is():
    refusal = SpawnException("No lab coat, no server.", reason="coat")
    assert explain(400, refusal.message, refusal, SPANISH, None).what == "No lab coat, no server."


def test_a_denial_is_said_in_the_readers_language_whoever_raised_it():
    refusal = SpawnException("All taken", reason="x")
    refusal.denied = Denied(Code.STORE_UNAVAILABLE)
    explanation = explain(503, "All taken", refusal, SPANISH, None)
    assert explanation.what == "El hub no puede consultar tus límites en este momento."


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


NOWHERE = ["/hub/nothing", "/hub/nothing/at/all?x=1", "/hub/accept-share?code=x", "/hub/spawn/zoe"]


async def test_what_is_not_there_is_said_in_the_readers_language(hub):
    async with Visitor(hub, "es") as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        await visitor.submit(form, 'form:has([value="lucia"])')
        for path in NOWHERE:
            answer = await visitor.get(path)
            assert answer.status_code == 404
            assert page(answer).html["lang"] == "es"
            assert page(answer).select_one("main .alert")


async def test_the_api_and_the_logo_answer_as_before(hub):
    async with Visitor(hub) as visitor:
        answer = await visitor.get("/hub/api/nothing")
        assert answer.status_code == 404
        assert "json" in answer.headers["Content-Type"]
        assert (await visitor.get("/hub/logo")).headers["Content-Type"] == "image/png"


async def test_the_proxy_gets_a_page_for_any_error(hub):
    async with Visitor(hub, "pt") as visitor:
        for status in (404, 503, 599, 999):
            answer = await visitor.get(f"/hub/error/{status}")
            assert answer.status_code == 200
            assert page(answer).html["lang"] == "pt"
            assert page(answer).h1.text


async def test_an_error_of_the_hub_shows_no_traceback(hub, monkeypatch):
    def fail(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(hub.authenticator, "sign_in_entries", fail)
    async with Visitor(hub, "fr") as visitor:
        answer = await visitor.get("/hub/login")
        assert answer.status_code == 500
        assert "Le hub a commis une erreur." in answer.text
        assert "secret" not in answer.text


async def test_a_wrong_name_is_told_by_the_form(hub):
    async with Visitor(hub, "es") as visitor:
        form = await visitor.get("/hub/login")
        answer = await visitor.submit(form, "main form", username="zoe")
        assert answer.status_code == 403
        assert "El nombre o la contraseña no es correcto." in answer.text


async def test_a_form_without_a_name_is_refused_not_an_error(hub):
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        answer = await visitor.client.post("/hub/login", data={"_xsrf": token, "code": "x"})
        assert answer.status_code == 403


async def test_an_old_sign_in_form_asks_to_try_again(hub):
    async with Visitor(hub, "es") as visitor:
        form = await visitor.get("/hub/login")
        answer = await visitor.submit(form, "main form", _xsrf="old")
        assert answer.status_code == 403
        assert "Este formulario es demasiado viejo" in answer.text
        again = await visitor.submit(answer, "main form")
        assert again.status_code == 200


def test_an_http_error_without_words_is_explained_too():
    assert explain(403, HTTPError(403).get_message() or "", None, SPANISH, None).what
