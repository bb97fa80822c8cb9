"""Signing in at real OpenID Connect providers."""

from __future__ import annotations

from traitlets.config import Config

from tests.hub.communities import groups
from tests.hub.visitor import Visitor, page
from tests.identity.idp import SECRET
from tests.identity.world import links, part, rules_of, sign_in, to_provider


async def test_a_person_comes_back_with_the_groups_that_the_rules_give_her(world, idp):
    await idp.says("17", preferred_username="Kofi", name="Kofi Mensah", groups=["Savanna"])
    hub = await world.start(uni=idp)
    async with Visitor(hub) as visitor:
        answer = await sign_in(visitor, "uni", "17", "/hub/login?next=/hub/home")
    assert (answer.status_code, answer.url.path) == (200, "/hub/home")
    assert groups(hub, "kofi") == {"savanna"}
    assert world.identities() == {("uni", "17"): "kofi"}


async def test_a_provider_that_wants_the_secret_in_the_body_gets_it_there(world, idp):
    await idp.says("17", preferred_username="kofi")
    settings = part(idp) | {"client_id": "hub-post", "client_authentication": "post"}
    hub = await world.start(rules_of("uni"), uni=settings)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "17")
    assert world.identities() == {("uni", "17"): "kofi"}


async def test_a_provider_without_discovery_is_found_by_its_addresses(world, idp):
    await idp.says("17", preferred_username="kofi")
    settings = {key: value for key, value in part(idp).items() if key != "issuer"} | {
        "authorize_url": f"{idp.issuer}/auth",
        "token_url": f"{idp.issuer}/token",
        "userinfo_url": f"{idp.issuer}/me",
    }
    hub = await world.start(rules_of("uni"), uni=settings)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "17")
    assert world.identities() == {("uni", "17"): "kofi"}


async def test_what_calls_itself_otherwise_than_the_file_is_not_believed(world, idp):
    settings = part(idp) | {"issuer": idp.issuer.replace("127.0.0.1", "localhost")}
    hub = await world.start(rules_of("uni"), uni=settings)
    async with Visitor(hub) as visitor:
        assert (await visitor.get("/hub/oauth_login/uni")).status_code == 503


async def test_every_provider_is_a_link_on_the_sign_in_page(world, idp, other_idp):
    hub = await world.start(uni=idp, lab=other_idp)
    async with Visitor(hub, language="fr") as visitor:
        shown = links(await visitor.get("/hub/login?next=/hub/home"))
    ways = [a["href"] for a in shown if "oauth_login" in a["href"]]
    assert ways == [f"/hub/oauth_login/{slug}?next=%2Fhub%2Fhome" for slug in ("uni", "lab")]


async def test_the_same_login_at_two_providers_is_two_people(world, idp, other_idp):
    for provider in (idp, other_idp):
        await provider.says("1", preferred_username="kofi", groups=["savanna"])
    hub = await world.start(uni=idp, lab=other_idp)
    for provider in ("uni", "lab"):
        async with Visitor(hub) as visitor:
            await sign_in(visitor, provider, "1")
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "1"): "kofi-2"}
    assert groups(hub, "kofi") == {"savanna"}
    assert groups(hub, "kofi-2") == {"pampa"}


async def test_a_person_keeps_her_name_when_her_login_changes_and_it_is_nobody_elses(world, idp):
    hub = await world.start(uni=idp)
    await idp.says("1", preferred_username="kofi")
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1")
    await idp.says("1", preferred_username="mensah")
    await idp.says("2", preferred_username="kofi")
    for account in ("1", "2"):
        async with Visitor(hub) as visitor:
            await sign_in(visitor, "uni", account)
    assert world.identities() == {("uni", "1"): "kofi", ("uni", "2"): "kofi-2"}


async def test_nobody_becomes_an_admin_by_a_name(world, idp):
    for account, login in (("1", "root"), ("2", "boss"), ("3", "kofi")):
        await idp.says(account, preferred_username=login)
    config = Config()
    config.Authenticator.admin_users = {"boss"}
    config.OAuthenticator.admin_users = {"kofi"}
    hub = await world.start(config=config, uni=idp)
    for account in ("1", "2", "3"):
        async with Visitor(hub) as visitor:
            await sign_in(visitor, "uni", account)
    names = world.identities().values()
    assert set(names) == {"root-2", "boss-2", "kofi"}
    assert not any(hub.users[name].admin for name in names)


async def test_an_operator_is_bound_by_the_providers_subject(world, idp):
    await idp.says("4711", preferred_username="root")
    await idp.says("1", preferred_username="4711")
    hub = await world.start(operators=[{"provider": "uni", "people": ["4711"]}], uni=idp)
    for account in ("1", "4711"):
        async with Visitor(hub) as visitor:
            await sign_in(visitor, "uni", account)
    names = world.identities()
    assert hub.users[names["uni", "4711"]].admin
    assert not hub.users[names["uni", "1"]].admin


async def test_a_person_who_does_not_agree_is_told_so_in_our_words_only(world, idp):
    hub = await world.start(uni=idp)
    async with Visitor(hub, language="es") as visitor:
        answer = await sign_in(visitor, "uni", "")
    assert answer.status_code == 403
    assert "You have won" not in answer.text
    assert page(answer).html["lang"] == "es"


async def test_a_provider_that_is_away_is_a_sentence_and_no_traceback(world, idp, capfd):
    hub = await world.start(uni=idp)
    async with Visitor(hub) as visitor:
        idp.kill()
        answer = await visitor.get("/hub/oauth_login/uni")
    assert answer.status_code == 503
    assert "does not answer right now" in answer.text
    assert "Traceback" not in capfd.readouterr().err


async def test_a_provider_that_goes_away_in_between_is_a_sentence(world, idp, capfd):
    await idp.says("1", preferred_username="kofi")
    hub = await world.start(uni=idp)
    async with Visitor(hub) as visitor:
        back = await answer_of(visitor, "uni", "1")
        idp.kill()
        answer = await visitor.get(back)
    assert answer.status_code == 503
    log = capfd.readouterr().err
    assert "Traceback" not in log
    assert back.params["code"] not in log
    assert world.identities() == {}


async def test_an_unknown_provider_is_no_page(world, idp):
    hub = await world.start(uni=idp)
    async with Visitor(hub) as visitor:
        for path in ("/hub/oauth_login/x", "/hub/oauth_callback/x?code=1&state=x.1"):
            assert (await visitor.get(path)).status_code == 404


async def test_no_form_signs_anybody_in_at_a_provider_elsewhere(world, idp):
    hub = await world.start(uni=idp)
    async with Visitor(hub) as visitor:
        form = page(await visitor.get("/hub/login"))
        token = form.select_one("input[name=_xsrf]") or {"value": visitor.client.cookies["_xsrf"]}
        sent = {"_xsrf": token["value"], "provider": "uni", "username": "kofi", "came": "kofi"}
        answer = await visitor.client.post("/hub/login", data=sent)
    assert answer.status_code == 403
    assert world.identities() == {}


async def test_no_secret_is_in_the_log(world, idp, capfd):
    await idp.says("1", preferred_username="kofi")
    config = Config()
    config.JupyterHub.log_level = "DEBUG"
    hub = await world.start(config=config, uni=idp)
    async with Visitor(hub) as visitor:
        back = await answer_of(visitor, "uni", "1")
        await visitor.get(back)
    state = await hub.users["kofi"].get_auth_state()
    log = capfd.readouterr().err
    assert "User logged in: kofi" in log
    for secret in (SECRET, state["access_token"], state["refresh_token"], back.params["code"]):
        assert secret not in log


async def answer_of(visitor: Visitor, provider: str, account: str):
    """The address that the provider sends her back to, not yet visited."""
    form = await to_provider(visitor, provider)
    visitor.client.follow_redirects = False
    answer = await visitor.submit(form, "form", account=account)
    while answer.next_request.url.path != f"/hub/oauth_callback/{provider}":
        answer = await visitor.get(answer.next_request.url)
    visitor.client.follow_redirects = True
    return answer.next_request.url
