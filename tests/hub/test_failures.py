"""What people read of a server of theirs that did not start, or died: a real hub."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from catalyst_hub.core.session import DEATHS, FAILED_STARTS, EndReason
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.failures import failure_text
from tests.hub.communities import COMMUNITIES, LIGHT_SERVER, api, until
from tests.hub.spawners import NeverUpSpawner, NothingSpawner
from tests.hub.test_causes import SECRET, CanTell, hub_of
from tests.hub.visitor import Visitor, page, text

LANGUAGES = ("en", "es", "pt", "fr")
CHOICE = {"choice": "nairobi/python/small"}
HOME, PENDING, AWAY = "/hub/home", "/hub/spawn-pending/kofi", "/hub/user/kofi/lab"


class _Troubled(NothingSpawner):
    async def start(self) -> Any:
        raise RuntimeError(SECRET)


class Troubled(CatalystSpawnerMixin, _Troubled):
    """Fails of what its test says, in words that nobody should read."""

    of: EndReason | None = None

    def trouble(self) -> EndReason | None:
        return self.of


async def troubled_hub(start_hub: Any, folder: Path) -> Any:
    """One whose starts are over before the picker is answered."""
    hub = {"spawner_class": Troubled, "tornado_settings": {"slow_spawn_timeout": 10}}
    return await hub_of(start_hub, folder, JupyterHub=hub)


async def press_start(visitor: Visitor) -> Any:
    form = await visitor.get("/hub/spawn")
    url = page(form).select_one("main form[method=post]")["action"]
    token = page(form).select_one("input[name=_xsrf]")["value"]
    return await visitor.client.post(str(form.url.join(url)), data={"_xsrf": token, **CHOICE})


async def in_each_language(visitor: Visitor, path: str, reason: EndReason) -> None:
    """Both sentences are there, and nothing that the spawner said."""
    for language in LANGUAGES:
        await visitor.get(f"/hub/language?to={language}")
        shown = await visitor.get(path)
        told = failure_text(reason, translator(language))
        words = re.sub(r"\s+", " ", page(shown).main.text.replace("\xa0", " "))
        assert told.what.replace("\xa0", " ") in words, (path, language)
        assert told.advice.replace("\xa0", " ") in words, (path, language)
        assert SECRET not in shown.text
        assert "Traceback" not in shown.text


@pytest.mark.parametrize("reason", sorted(FAILED_STARTS | {EndReason.OUT_OF_MEMORY}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_cause_has_words_of_its_own(reason: EndReason, language: str) -> None:
    others = {failure_text(x, translator(language)).what for x in FAILED_STARTS | DEATHS} - {
        failure_text(reason, translator(language)).what
    }
    assert len(others) == len(FAILED_STARTS | DEATHS) - 1


@pytest.mark.parametrize(
    "reason",
    [
        EndReason.NO_ROOM,
        EndReason.NO_IMAGE,
        EndReason.EXITED,
        EndReason.OUT_OF_MEMORY,
        EndReason.CLUSTER_AWAY,
        EndReason.START_TIMEOUT,
    ],
)
async def test_the_learner_reads_what_is_known_of_a_start_that_failed(
    start_hub, tmp_path, monkeypatch, reason
):
    monkeypatch.setattr(Troubled, "of", reason)
    app = await troubled_hub(start_hub, tmp_path)
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await kofi.get("/hub/language?to=en")
        above_the_form = text(await press_start(kofi))
        assert f"Your server did not start. {failure_text(reason, translator('en')).what}" in (
            above_the_form
        )
        assert "amina@example.org" in above_the_form
        assert SECRET not in above_the_form
        for path in (PENDING, HOME):
            await in_each_language(kofi, path, reason)
        await kofi.get("/hub/language?to=en")
        assert page(await kofi.get(PENDING)).h1.text == "Your server did not start"


async def test_of_what_nobody_knows_the_cause_they_read_a_general_sentence(start_hub, tmp_path):
    app = await troubled_hub(start_hub, tmp_path)
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await kofi.get("/hub/language?to=en")
        for shown in (await press_start(kofi), await kofi.get(PENDING)):
            assert "The server could not start." in text(shown)
            assert SECRET not in shown.text
        await in_each_language(kofi, HOME, EndReason.NEVER_STARTED)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("-c, 'raise SystemExit(3)'", EndReason.EXITED),
        ("-c, 'import time; time.sleep(60)'", EndReason.NO_ANSWER),
    ],
)
async def test_a_local_server_that_ends_or_keeps_silent_is_told_so(
    start_hub, tmp_path, command, reason
):
    communities = COMMUNITIES.replace(str(LIGHT_SERVER), command)
    app = await hub_of(start_hub, tmp_path, communities, Spawner={"http_timeout": 2})
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await press_start(kofi)
        await until(lambda: not app.users["kofi"].spawner.pending)
        await in_each_language(kofi, PENDING, reason)


async def test_a_start_that_takes_too_long_is_told_so(start_hub, tmp_path):
    hub = {"spawner_class": NeverUpSpawner}
    app = await hub_of(start_hub, tmp_path, JupyterHub=hub, Spawner={"start_timeout": 1})
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await press_start(kofi)
        await until(lambda: not app.users["kofi"].spawner.pending)
        await in_each_language(kofi, PENDING, EndReason.START_TIMEOUT)


async def test_whoever_waits_reads_that_somebody_called_the_start_off(start_hub, tmp_path):
    app = await hub_of(start_hub, tmp_path, JupyterHub={"spawner_class": NeverUpSpawner})
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        async with api(app, "kofi") as program:
            await program.post("users/kofi/server")
            await until(lambda: app.users["kofi"].spawner.is_up)
            await program.delete("users/kofi/server")
        await until(lambda: not app.users["kofi"].spawner.pending)
        for path in (PENDING, AWAY):
            await in_each_language(kofi, path, EndReason.CALLED_OFF)
            await kofi.get("/hub/language?to=en")
            assert page(await kofi.get(path)).h1.text == "Your server did not start"
        # Whoever presses the button on this page knows.
        assert "called off" not in text(await kofi.get(HOME))


@pytest.mark.parametrize("seen", [EndReason.OUT_OF_MEMORY, None])
async def test_of_a_server_that_died_they_read_why_where_it_was(start_hub, tmp_path, seen):
    app = await hub_of(start_hub, tmp_path, JupyterHub={"spawner_class": CanTell})
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await press_start(kofi)
        spawner = app.users["kofi"].spawner
        await until(lambda: spawner.ready)
        spawner.is_up, spawner.seen = False, seen
        await spawner.poll_and_notify()
        for path in (AWAY, HOME):
            await in_each_language(kofi, path, seen or EndReason.LOST)
        await kofi.get("/hub/language?to=en")
        shown = await kofi.get(AWAY)
        assert page(shown).h1.text == "Your server is not running"
        assert "Your files are kept." in text(shown)


async def test_an_hour_later_and_after_the_next_start_it_is_no_news(
    start_hub, tmp_path, monkeypatch
):
    monkeypatch.setattr(Troubled, "of", EndReason.NO_ROOM)
    app = await troubled_hub(start_hub, tmp_path)
    words = "There was no room for it on the machines."
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await kofi.get("/hub/language?to=en")
        await press_start(kofi)
        assert words in text(await kofi.get(HOME))
        with monkeypatch.context() as later:
            later.setattr("catalyst_hub.usecases.find_failure._NEWS_FOR", timedelta())
            assert words not in text(await kofi.get(HOME))
            # The page that waited for this start says it for as long as the Hub remembers it.
            assert words in text(await kofi.get(PENDING))
        monkeypatch.setattr(Troubled, "of", EndReason.NO_IMAGE)
        await press_start(kofi)
        home = text(await kofi.get(HOME))
        assert (words in home, "image of the environment" in home) == (False, True)


async def test_a_refusal_is_told_as_ever(start_hub, tmp_path):
    full = COMMUNITIES.replace("at_once: {servers: 2}", "at_once: {servers: 0}")
    app = await hub_of(
        start_hub, tmp_path, full, JupyterHub={"tornado_settings": {"slow_spawn_timeout": 10}}
    )
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        await kofi.get("/hub/language?to=en")
        refused = text(await press_start(kofi))
        assert "Your server did not start" not in refused
        assert "Nairobi" in refused
