"""OAuth consent for an application that is not the hub's own."""

from __future__ import annotations

import pytest

from tests.hub.communities import catalyst_config
from tests.hub.visitor import Visitor, fields, page

AUTHORIZE = (
    "/hub/api/oauth2/authorize?client_id=service-maps&response_type=code&state=s"
    "&redirect_uri=https%3A%2F%2Fmaps.example.org%2Fcallback"
)


@pytest.fixture
async def lucia(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.services.append(
        {
            "name": "maps",
            "api_token": "a-token-of-the-maps-application",
            "oauth_client_id": "service-maps",
            "oauth_redirect_uri": "https://maps.example.org/callback",
        }
    )
    config.JupyterHub.extra_user_scopes = {"access:services!service=maps"}
    hub = await start_hub(config)
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        await visitor.submit(form, 'form:has([value="lucia"])')
        yield visitor


async def test_the_person_is_asked_in_her_language(lucia):
    consent = await lucia.get(AUTHORIZE)
    assert consent.status_code == 200
    assert page(consent).html["lang"] == "es"
    assert "conocer tu nombre y las comunidades a las que perteneces" in consent.text
    assert "https://maps.example.org/callback" in consent.text


async def test_consent_leads_to_the_application_even_on_another_site(lucia):
    consent = await lucia.get(AUTHORIZE)
    # Chromium holds redirects after a form against form-action, too.
    assert "form-action" not in consent.headers["Content-Security-Policy"]
    data = fields(page(consent).select_one("main form"))
    answer = await lucia.client.post(AUTHORIZE, data=data, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://maps.example.org/callback?code=")


async def test_an_unknown_application_gets_a_plain_sentence(lucia):
    answer = await lucia.get(AUTHORIZE.replace("service-maps", "service-nobody"))
    assert answer.status_code in {400, 401}
    assert page(answer).html["lang"] == "es"
    assert page(answer).select_one("main .alert")
