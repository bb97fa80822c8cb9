"""Inside a server of Jupyter's: its pages are light, and a browser asks for nothing twice."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha512
from pathlib import Path

import httpx
import pytest
from tornado.httputil import HTTPHeaders

from catalyst_hub.light import Assets, _gzipped, accepts_gzip
from tests.support.demo import free_port, until

#: What a hub's image has, and what a person has in her home.
EXTENSIONS = ("catalyst_hub.light", "jupyterlab", "nbclassic", "notebook")
WORDS = "a,b,c\n" * 2_000
HERS = "mine-0123456789abcdef.js"
CLASSIC = "static/nbclassic/notebook/js/main.min.js"
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Someone's server, which compresses only what we ask it to."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "data.csv").write_text(WORDS)
    (folder / HERS).write_text(WORDS)
    (folder / "O'Hara <b>.ipynb").write_text('{"cells":[],"metadata":{},"nbformat":4}')
    (folder / "class").mkdir()
    config = {
        "jpserver_extensions": dict.fromkeys(EXTENSIONS, True),
        # As where the virtual environment is not inside of a repository.
        "tornado_settings": {"version_hash": "20261122090000"},
    }
    (folder / ".config.json").write_text(json.dumps({"ServerApp": config}))
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", f"--port={port}", "--ServerApp.port_retries=0",
         f"--config={folder / '.config.json'}", "--allow-root", "--no-browser",
         "--IdentityProvider.token=secret", f"--ServerApp.root_dir={folder}"],
        env=os.environ | {"HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "none")},
        stderr=(folder / ".log").open("w"),
    )  # fmt: skip
    headers = {"Authorization": "token secret"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        try:
            until(lambda: _is_up(client))
            yield client
        finally:
            process.kill()
            process.wait()


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/api").status_code == 200
    except httpx.TransportError:
        return False


def raw(client: httpx.Client, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer, and its body as it came over the wire."""
    with client.stream("GET", path, headers=BROWSER | headers) as answer:
        return answer, b"".join(answer.iter_raw())


def test_an_asset_comes_compressed_with_a_tag_of_its_own(server: httpx.Client) -> None:
    packed, body = raw(server, CLASSIC)
    plain, whole = raw(server, CLASSIC, **{"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(body) == whole
    assert len(body) == int(packed.headers["Content-Length"]) < len(whole) / 4
    assert packed.headers["Etag"] != plain.headers["Etag"]
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_what_the_browser_has_is_not_sent_again(server: httpx.Client) -> None:
    first, _ = raw(server, CLASSIC)
    again, body = raw(server, CLASSIC, **{"If-None-Match": first.headers["Etag"]})
    assert (again.status_code, body) == (304, b"")
    other = {"Accept-Encoding": "identity", "If-None-Match": first.headers["Etag"]}
    assert raw(server, CLASSIC, **other)[0].status_code == 200


def test_a_part_of_an_asset_is_a_part_of_the_file_itself(server: httpx.Client) -> None:
    _, whole = raw(server, CLASSIC, **{"Accept-Encoding": "identity"})
    part, body = raw(server, CLASSIC, Range="bytes=10-19")
    assert (part.status_code, body) == (206, whole[10:20])
    assert "Content-Encoding" not in part.headers


def test_whoever_has_half_of_a_compressed_asset_starts_again(server: httpx.Client) -> None:
    first, packed = raw(server, CLASSIC)
    same = {"Range": "bytes=10-19", "If-Range": first.headers["Etag"]}
    answer, body = raw(server, CLASSIC, **same)
    assert (answer.status_code, body) == (200, packed)


def test_an_asset_whose_address_names_its_content_is_kept_for_good(server: httpx.Client) -> None:
    page = server.get("/nbclassic/notebooks/data.csv", follow_redirects=True).text
    page = page if CLASSIC in page else server.get("/nbclassic/tree").text
    start = page.index("/static/nbclassic/style/style.min.css?v=")
    named = page[start : page.index('"', start)]
    # Below a person's own address nothing is to be kept for others on the way.
    assert raw(server, named)[0].headers["Cache-Control"].startswith("private")
    assert "immutable" in raw(server, named)[0].headers["Cache-Control"]
    wrong = named[:-8] + "00000000"
    assert "immutable" not in raw(server, wrong)[0].headers.get("Cache-Control", "")
    assert raw(server, CLASSIC)[0].headers["Cache-Control"] == "no-cache"


def test_pictures_and_fonts_stay_as_they_are_and_still_have_tags(server: httpx.Client) -> None:
    font = "static/nbclassic/components/font-awesome/fonts/fontawesome-webfont.woff2"
    answer, body = raw(server, font)
    assert "Content-Encoding" not in answer.headers
    assert body.startswith(b"wOF2")
    assert raw(server, font, **{"If-None-Match": answer.headers["Etag"]})[0].status_code == 304


def test_pages_and_answers_of_the_api_are_compressed(server: httpx.Client) -> None:
    for path in ("/nbclassic/tree", "/api/contents/data.csv"):
        answer, body = raw(server, path)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(body) < len(gzip.decompress(body))
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["Etag"].startswith('W/"')


def test_a_page_that_has_not_changed_is_not_sent_again(server: httpx.Client) -> None:
    first, _ = raw(server, "/api/contents/data.csv")
    again, _ = raw(server, "/api/contents/data.csv", **{"If-None-Match": first.headers["Etag"]})
    assert again.status_code == 304


def test_files_of_the_person_are_handed_over_as_they_are(server: httpx.Client) -> None:
    answer, body = raw(server, "/files/data.csv")
    assert "Content-Encoding" not in answer.headers
    assert body.decode() == WORDS


def test_what_a_person_names_like_an_asset_stays_hers_to_change(server: httpx.Client) -> None:
    for path in (f"/files/{HERS}", f"/files/{HERS}?v={sha512(WORDS.encode()).hexdigest()}"):
        said = raw(server, path)[0].headers.get("Cache-Control", "")
        assert "immutable" not in said
        assert "public" not in said


def test_how_long_a_compressed_page_is_does_not_tell_what_is_in_it() -> None:
    page = b"<p>words " * 1_000
    packed = [_gzipped(page) for _ in range(50)]
    assert {gzip.decompress(each) for each in packed} == {page}
    assert len({len(each) for each in packed}) > 9


def test_what_is_answered_with_few_bytes_is_not_worth_it(server: httpx.Client) -> None:
    assert "Content-Encoding" not in raw(server, "/api")[0].headers


def test_who_has_not_signed_in_sees_no_folder(server: httpx.Client) -> None:
    folder = f"{server.base_url}/catalyst-hub/light"
    assert "/login" in httpx.get(folder).headers["Location"]
    assert httpx.post(folder, data={"kernel": "python3"}).status_code == 403


def test_the_folder_leads_to_notebooks_folders_and_files(server: httpx.Client) -> None:
    page = server.get("/catalyst-hub/light", headers={"Accept-Language": "es-AR,es;q=0.9"})
    assert "Tus cuadernos" in page.text
    assert "href='/nbclassic/notebooks/O%27Hara%20%3Cb%3E.ipynb'" in page.text
    assert "O&#x27;Hara &lt;b&gt;.ipynb" in page.text
    assert "<b>" not in page.text
    assert "href='/catalyst-hub/light/class'" in page.text
    assert "href='/files/data.csv'" in page.text
    inside = server.get("/catalyst-hub/light/class").text
    assert "There is nothing here yet." in inside
    assert "href='/catalyst-hub/light'" in inside
    assert server.get("/catalyst-hub/light/nothing").status_code == 404
    assert "href='/lab'" in page.text


def test_the_only_script_of_a_folder_is_one_that_its_notebooks_load_by_the_same_name(
    server: httpx.Client,
) -> None:
    folder = server.get("/catalyst-hub/light").text
    [(name, version)] = re.findall(r"<script src='([^'?]+)\?([^']+)'></script>", folder)
    assert folder.count("<script") == 1
    assert name == "/nbextensions/catalyst-hub/classic.js"
    notebook = server.get("/nbclassic/notebooks/O'Hara <b>.ipynb").text
    assert f'urlArgs: "{version}"' in notebook
    assert "catalyst-hub/classic" in server.get("/api/config/notebook").text


def test_an_address_of_a_document_opens_it_as_the_folder_would(server: httpx.Client) -> None:
    answer = server.get("/catalyst-hub/light/O'Hara <b>.ipynb")
    assert answer.headers["Location"] == "/nbclassic/notebooks/O%27Hara%20%3Cb%3E.ipynb"


def test_a_new_notebook_lies_in_the_folder_and_opens_with_its_kernel(server: httpx.Client) -> None:
    made = server.post("/catalyst-hub/light/class", data={"kernel": "python3"})
    assert made.status_code == 303
    assert made.headers["Location"] == (
        "/nbclassic/notebooks/class/Untitled.ipynb?kernel_name=python3"
    )
    assert "Untitled.ipynb" in server.get("/catalyst-hub/light/class").text


def test_mathematics_comes_when_a_page_has_some(server: httpx.Client) -> None:
    page = server.get("/nbclassic/notebooks/O'Hara <b>.ipynb").text
    assert "MathJax.js?config=catalyst-on-demand,Safe" in page
    config = "static/nbclassic/components/MathJax/config/catalyst-on-demand.js?V=2.7.9"
    assert "MathJax.Ajax.loadComplete" in server.get(config).text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("*", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_for_browsers_that_read_it(said: str, expected: bool) -> None:
    assert accepts_gzip(HTTPHeaders({"Accept-Encoding": said})) is expected


def test_an_asset_is_read_and_compressed_once() -> None:
    read: list[str] = []

    def content() -> bytes:
        read.append("once")
        return b"words " * 1_000

    assets = Assets()
    first = assets.get(("a",), content, packs=True)
    assert assets.get(("a",), content, packs=True) is first
    assert read == ["once"]
    assert first.packed is not None
    assert gzip.decompress(first.packed) == content()


def test_the_oldest_assets_go_when_they_get_too_many() -> None:
    assets = Assets(kept_bytes=100)
    first = assets.get((1,), lambda: b"a" * 10_000, packs=True)
    for n in range(2, 6):
        assets.get((n,), lambda: b"b" * 10_000, packs=True)
    assert assets.get((1,), lambda: b"a" * 10_000, packs=True) is not first


def test_what_does_not_get_smaller_is_not_compressed() -> None:
    noise = os.urandom(4_096)
    asset = Assets().get(("noise",), lambda: noise, packs=True)
    assert asset.packed is None


def test_a_file_that_changes_is_another_asset(tmp_path: Path) -> None:
    assets, names = Assets(), iter((b"one" * 999, b"two" * 999))
    first = assets.get(("a", 1), lambda: next(names), packs=True)
    assert assets.get(("a", 2), lambda: next(names), packs=True).version != first.version
