"""A champion gives somebody who has lost it another return phrase, on the real service."""

from __future__ import annotations

import httpx
import pytest
import pytest_asyncio

from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.phrase import KeptPhrase
from catalyst_hub.i18n.word_lists import word_list
from catalyst_hub.usecases.create_invitation import create_invitation
from tests.champion.site import Site, SitePerson
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

CODE = "K7MP4QRX"
NAIROBI = "communities/nairobi/people"


async def invite(site: Site, community: str = "nairobi", code: str = CODE) -> None:
    runtime = site.runtime
    kept, terms = digest("test", code), Terms(20, 7)
    await runtime.write(
        lambda uow: create_invitation(
            uow, runtime.policy, community, kept, terms, "amina", runtime.now()
        )
    )


async def send(person: SitePerson, address: str, **values: str) -> httpx.Response:
    form = await person.client.get(address)
    sent = page(form).select_one("main form")
    assert sent is not None, form.text[:2000]
    return await person.client.post(address, data=fields(sent) | values)


def card(answer: httpx.Response) -> tuple[str, str]:
    name, phrase = (entry.text for entry in page(answer).select(".card-to-keep dd"))
    return name, phrase


async def newcomer(site: Site, wanted: str, code: str = CODE) -> tuple[str, str]:
    async with site.stranger() as person:
        return card(await send(person, "/hub/join/account/workshop", code=code, name=wanted))


async def comes_back(site: Site, name: str, phrase: str) -> bool:
    async with site.stranger() as person:
        answer = await send(person, "/hub/come-back/workshop", name=name, phrase=phrase)
        return answer.status_code == 200


async def kept(site: Site, name: str) -> KeptPhrase | None:
    def look(uow):
        return uow.phrases.of(uow.people.by_name(name).person_id)

    return await site.runtime.read(look)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _codes(site: Site) -> None:
    await invite(site)
    await invite(site, "cordoba", "CRD2CRD2")
    for name in ("amina", "joao", "kofi", "lucia"):
        async with site.signed_in(name):
            pass


async def test_the_list_offers_it_for_people_with_a_phrase_only(site: Site) -> None:
    name, _ = await newcomer(site, "Achieng")
    async with site.signed_in("amina") as amina:
        people = await amina.see(NAIROBI)
    offered = [a["href"] for a in people.select("a") if a["href"].endswith("/phrase")]
    assert f"/services/catalyst/{NAIROBI}/{name}/phrase" in offered
    assert not any("kofi" in address or "amina/" in address for address in offered)


async def test_a_champion_makes_another_phrase_which_works_and_the_old_one_does_not(
    site: Site,
) -> None:
    name, old = await newcomer(site, "Wanjiru")
    async with site.signed_in("amina") as amina:
        asked = await amina.get(f"{NAIROBI}/{name}/phrase")
        shown = await amina.press(asked)
        again = await amina.press(asked)
        assert card(shown) == card(again)
        whose, new = card(shown)
        assert whose == name
        assert shown.headers["Cache-Control"] == "private, no-store"
        cookie = next(c for c in amina.client.cookies.jar if c.name.startswith("catalyst-phrase"))
        # One short word can stand in random letters by chance; all of them cannot.
        assert not all(word in str(cookie.value) for word in new.split())
        told = await amina.see("communities/nairobi/audit")
    assert "Amina gave Wanjiru a new return phrase." in told.text
    assert not await comes_back(site, name, old)
    assert await comes_back(site, name, new)


async def test_the_person_sees_who_it_was(site: Site) -> None:
    name, _ = await newcomer(site, "Njeri")
    async with site.signed_in("amina") as amina:
        _, new = card(await amina.press(await amina.get(f"{NAIROBI}/{name}/phrase")))
    async with site.stranger() as njeri:
        await send(njeri, "/hub/come-back/workshop", name=name, phrase=new)
        account = await njeri.client.get("/hub/account")
    assert "Amina gave you a new phrase" in account.text


async def test_the_words_are_in_the_persons_language(site: Site) -> None:
    async with site.stranger("pt") as person:
        name, _ = card(await send(person, "/hub/join/account/workshop", code=CODE, name="Teresa"))
    async with site.signed_in("amina", "en") as amina:
        _, new = card(await amina.press(await amina.get(f"{NAIROBI}/{name}/phrase")))
    assert set(new.split()) <= set(word_list("pt"))


async def test_the_card_is_shown_in_that_browser_only(site: Site) -> None:
    name, _ = await newcomer(site, "Akinyi")
    async with site.signed_in("amina") as amina, site.signed_in("amina") as elsewhere:
        await amina.press(await amina.get(f"{NAIROBI}/{name}/phrase"))
        assert (await amina.see(f"{NAIROBI}/{name}/phrase/card")).select(".card-to-keep")
        other = await elsewhere.see(f"{NAIROBI}/{name}/phrase/card")
    assert not other.select(".card-to-keep")
    assert "kept nowhere" in other.text


@pytest.mark.parametrize("who", ["kofi", "joao"])
async def test_learners_and_other_champions_have_no_such_page(site: Site, who: str) -> None:
    name, _ = await newcomer(site, f"Mwangi {who}")
    before = await kept(site, name)
    async with site.signed_in("amina") as amina:
        form = page(await amina.get(f"{NAIROBI}/{name}/phrase")).select_one("main form")
    async with site.signed_in(who) as person:
        for below in ("", "/card"):
            assert (await person.get(f"{NAIROBI}/{name}/phrase{below}")).status_code == 404
        kept_by = (c for c in person.client.cookies.jar if c.path.startswith("/services/"))
        token = next(c.value for c in kept_by if c.name == "_xsrf")
        answer = await person.client.post(
            f"/services/catalyst/{NAIROBI}/{name}/phrase", data=fields(form) | {"_xsrf": token}
        )
        assert answer.status_code == 404
    assert await kept(site, name) == before


@pytest.mark.parametrize("name", ["kofi", "amina", "lucia", "ines"])
async def test_nobody_is_taken_over(site: Site, name: str) -> None:
    """Neither people with accounts elsewhere, nor champions, nor people of elsewhere."""
    ines, _ = await newcomer(site, "Ines", "CRD2CRD2")
    whom = ines if name == "ines" else name
    async with site.signed_in("amina") as amina:
        mine, _ = await newcomer(site, f"Decoy of {name}")
        form = page(await amina.get(f"{NAIROBI}/{mine}/phrase")).select_one("main form")
        asked = await amina.get(f"{NAIROBI}/{whom}/phrase")
        assert not page(asked).select("main form input[name=form]")
        answer = await amina.client.post(
            f"/services/catalyst/{NAIROBI}/{whom}/phrase", data=fields(form)
        )
        assert answer.status_code == 404
    found = await kept(site, whom)
    assert found is None or found.reset_by is None


async def test_a_forged_form_changes_nothing(site: Site) -> None:
    name, phrase = await newcomer(site, "Atieno")
    async with site.signed_in("amina") as amina:
        asked = await amina.get(f"{NAIROBI}/{name}/phrase")
        assert (await amina.press(asked, form="1" * 32)).status_code == 400
        assert (await amina.press(asked, _xsrf="x")).status_code == 403
    assert await comes_back(site, name, phrase)
