"""From the form to the printed sheet to the person who comes with it."""

from __future__ import annotations

from http.cookiejar import Cookie
from pathlib import Path

import httpx
import pytest

from catalyst_hub.core.invitation import as_code
from tests.champion.site import PREFIX, Site, SitePerson
from tests.hub.communities import groups
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVITATIONS = "communities/nairobi/invitations"


async def make(champion: SitePerson, **terms: str) -> httpx.Response:
    form = await champion.get(INVITATIONS)
    return await champion.press(form, **terms)


def code_on(sheet: httpx.Response) -> str:
    shown = page(sheet).select_one("strong.code")
    assert shown is not None, sheet.text
    return shown.text


def row(response: httpx.Response, name: str) -> str:
    rows = (" ".join(tag.text.split()) for tag in page(response).select("tbody tr"))
    return next(text for text in rows if text.startswith(name))


async def test_a_champion_makes_a_sheet_and_somebody_comes_with_it(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("bo") as bo:
        sheet = await make(amina, seats="2", days="7", note="Hack week")
        link = page(sheet).select_one("a.link")
        assert link is not None
        assert httpx.URL(str(link["href"])).path == f"/hub/join/{code_on(sheet)}"
        assert page(sheet).select_one("svg.qr path") is not None
        asked = await bo.client.get(f"/hub/join/{code_on(sheet)}")
        form = page(asked).select_one("main form")
        assert form is not None
        welcome = await bo.client.post("/hub/join", data=fields(form))
        assert "Welcome to Nairobi!" in welcome.text
        assert groups(site.app, "bo") == {"nairobi"}
        assert "1 of 2" in row(await amina.get(INVITATIONS), "Hack week")
        people = await amina.get("communities/nairobi/people?q=bo")
        assert "Came with an invitation of Amina" in people.text


async def test_the_picture_holds_the_link(site: Site) -> None:
    import segno

    async with site.signed_in("amina") as amina:
        sheet = await make(amina)
    link = page(sheet).select_one("a.link")
    path = page(sheet).select_one("svg.qr path.qrline")
    assert link is not None
    assert path is not None
    assert (
        segno.make(str(link["href"]), error="m", micro=False)
        .svg_inline(border=4)
        .count(str(path["d"]))
    )


async def test_the_page_with_the_code_survives_a_reload_but_not_another_browser(
    site: Site,
) -> None:
    async with site.signed_in("amina") as amina:
        sheet = await make(amina)
        again = await amina.client.get(sheet.url)
        assert code_on(again) == code_on(sheet)
    async with site.signed_in("amina") as elsewhere:
        answer = await elsewhere.get(str(sheet.url.path).removeprefix(PREFIX))
        assert answer.status_code == 200
        assert code_on(sheet) not in answer.text
        assert "is kept nowhere" in answer.text


async def test_the_cookie_with_the_code_is_short_lived_and_for_the_service_only(
    site: Site,
) -> None:
    async with site.signed_in("amina") as amina:
        await make(amina)
        [cookie] = [c for c in amina.client.cookies.jar if c.name.startswith("catalyst-invit")][:1]
    assert isinstance(cookie, Cookie)
    assert cookie.path == PREFIX
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.expires is not None


async def test_the_store_knows_no_code(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        code = as_code(code_on(await make(amina)))
    assert code is not None
    assert code.encode() not in everything_in(site.runtime.settings.database_url)


def everything_in(url: str) -> bytes:
    """The database, and what has not been carried over into it yet."""
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


async def test_an_invitation_that_was_ended_lets_nobody_in(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("lucia") as lucia:
        sheet = await make(amina, note="Mistake")
        listed = await amina.get(INVITATIONS)
        form = page(listed).select_one("tbody form")
        assert form is not None
        ended = await amina.client.post(str(form["action"]), data=fields(form))
        assert "The invitation has ended." in ended.text
        assert "Revoked" in row(ended, "Mistake")
        asked = await lucia.client.get("/hub/join")
        answer = await lucia.press(asked, code=code_on(sheet))
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "terms",
    [{"seats": "0"}, {"seats": "501"}, {"days": "0"}, {"days": "91"}, {"seats": "many"},
     {"note": "x" * 81}],
)  # fmt: skip
async def test_terms_out_of_bounds_make_no_invitation(site: Site, terms: dict[str, str]) -> None:
    async with site.signed_in("amina") as amina:
        before = len(page(await amina.get(INVITATIONS)).select("tbody tr"))
        assert (await make(amina, **terms)).status_code in {400, 422}
        assert len(page(await amina.get(INVITATIONS)).select("tbody tr")) == before


async def test_only_an_operator_makes_champions(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert "makes people champions" not in (await amina.get(INVITATIONS)).text.lower()
        assert (await make(amina, **{"for": "champions"})).status_code == 404
    async with site.signed_in("root") as root:
        sheet = await make(root, **{"for": "champions"}, note="For João")
        assert "makes champions" in row(await root.get(INVITATIONS), "For João")
    async with site.signed_in("joao") as joao:
        await joao.press(await joao.client.get("/hub/join"), code=code_on(sheet))
        assert {"nairobi", "nairobi-champions"} <= groups(site.app, "joao")
        assert (await joao.get("communities/nairobi/people")).status_code == 200


async def test_the_sheet_of_another_community_is_not_there(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        sheet = await make(amina)
    number = sheet.url.path.rpartition("/")[2]
    async with site.signed_in("joao") as joao:
        for slug in ("nairobi", "cordoba"):
            answer = await joao.get(f"communities/{slug}/invitations/{number}")
            assert answer.status_code in {404, 200}
            assert code_on(sheet) not in answer.text
        cordoba = await joao.get(f"communities/cordoba/invitations/{number}")
        assert cordoba.status_code == 404
