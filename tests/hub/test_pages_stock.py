"""What we replaced of JupyterHub, and what we left alone."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from jupyterhub._data import DATA_FILES_PATH
from jupyterhub.handlers import default_handlers
from jupyterhub.handlers.base import BaseHandler

from catalyst_hub.data_files import share_dir
from catalyst_hub.hub.pages import routes
from catalyst_hub.i18n import LANGUAGE_NAMES
from tests.hub.communities import catalyst_config
from tests.hub.visitor import Visitor, page

#: The stock templates that ours stand in for, as of JupyterHub 6.1.1. When one of these changes,
#: see what is new in it and whether ours needs it, too; then write down the new sum.
REPLACED = {
    "error.html": "451a812b1a79b7e10ecba51733f25582136766780fef6595cac3d5efaf062db9",
    "home.html": "1c8a1a30a81af4d3ded76fad0daa81215afdc11bc7e870e3774dedbd7de374a4",
    "login.html": "470fa03025fbbfa3b0bd0626f62b632bafc5a757787cce522d327a1b75d25191",
    "logout.html": "9366fbcecf7b8466e38cad3513857a8848ea3cee1f723ed65f056a359e3df173",
    "not_running.html": "d32a6166eb810cfb9d9268eb7a1b291cce825bfb261410a2408d8172152cba01",
    "oauth.html": "346b0ea582dab2ede2a08d28ed28754b9d31ad922e4c860317334077de0011d0",
    "spawn.html": "4c31adff20afa915d8f3adf50b3f8dbda154bda3509d83cba95862b51e96761d",
    "spawn_pending.html": "fd786249c7941600c0d90a50ad24062e684ca6abd07e6b27e4b281208cd04cb5",
    "stop_pending.html": "42b845ad37de7b6498c5ca3cb514bb8a28b7ab2fbd82ca4fda1edc14b36efa10",
}


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


@pytest.fixture
async def root(hub):
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        await visitor.submit(form, 'form:has([value="root"])')
        yield visitor


def test_every_template_that_replaces_a_stock_one_is_watched():
    ours = {path.name for path in (share_dir() / "templates").glob("*.html")}
    assert ours == set(REPLACED)


@pytest.mark.parametrize("name", REPLACED)
def test_the_stock_template_is_the_one_we_know(name):
    stock = Path(DATA_FILES_PATH, "templates", name).read_bytes()
    assert sha256(stock).hexdigest() == REPLACED[name]


def test_every_stock_page_speaks_the_readers_language():
    ours = {route: handler for route, handler, *_ in routes._replacements()}
    left = {route for route, handler in default_handlers if route not in ours}
    assert left == {
        "",
        "/security/csp-report",
        "/health$",
        "/api/health$",
        "/metrics$",
        "/api/metrics$",
    }
    assert all(issubclass(handler, BaseHandler) for handler in ours.values())


async def test_the_admin_page_is_stock_with_its_scripts(root):
    admin = await root.get("/hub/admin")
    assert admin.status_code == 200
    assert "react-admin-hook" in admin.text
    assert page(admin).select("script[src]")
    assert "script" not in admin.headers["Content-Security-Policy"]
    assert "default-src" not in admin.headers["Content-Security-Policy"]


async def test_the_token_page_is_stock(root):
    tokens = await root.get("/hub/token")
    assert tokens.status_code == 200
    assert page(tokens).select_one("#request-token-form")


PAGES = [
    "/hub/home",
    "/hub/spawn",
    "/hub/user/root/",
    "/hub/nothing",
    "/hub/error/503",
    "/hub/logout",
]


async def test_a_page_of_ours_allows_no_script_and_nothing_from_elsewhere(root):
    for path in PAGES:
        answer = await root.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "report-uri /hub/security/csp-report" in policy
        assert not page(answer).select("script, style, [style], [onclick]")
        tags = page(answer).select("[src], link")
        addresses = [tag.get("src") or tag.get("href") for tag in tags]
        assert all(address.startswith("/hub/catalyst/static/") for address in addresses)


async def test_every_page_is_in_the_chosen_language(root):
    titles = set()
    for language in LANGUAGE_NAMES:
        await root.get(f"/hub/language?to={language}")
        for path in PAGES[:-1]:
            answer = page(await root.get(path))
            assert answer.html["lang"] == language
            assert "%(" not in answer.text
            titles.add(answer.title.text)
    assert len(titles) == len(LANGUAGE_NAMES) * len(PAGES[:-1])


async def test_answers_are_compressed_and_small(root):
    for path in PAGES:
        answer = await root.get(path)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.num_bytes_downloaded < 4_000


async def test_the_style_sheet_is_kept_for_a_year_by_its_version(root):
    home = page(await root.get("/hub/home"))
    sheet = await root.get(home.select_one("link[rel=stylesheet]")["href"])
    assert sheet.status_code == 200
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert sheet.num_bytes_downloaded < 4_000
    unversioned = await root.get("/hub/catalyst/static/catalyst.css")
    assert "immutable" not in unversioned.headers.get("Cache-Control", "")


async def test_nothing_outside_the_static_folder_is_served(root):
    for path in ("../templates/home.html", "%2e%2e/templates/home.html", "/etc/passwd"):
        assert (await root.get(f"/hub/catalyst/static/{path}?v=x")).status_code in {403, 404}


async def test_forms_lead_to_servers_on_hosts_of_their_own(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.subdomain_host = "http://localhost:8000"
    hub = await start_hub(config)
    async with Visitor(hub) as visitor:
        answer = await visitor.get("/hub/nothing")
        policy = answer.headers["Content-Security-Policy"]
        assert "form-action 'self' http://*.localhost:8000;" in policy
