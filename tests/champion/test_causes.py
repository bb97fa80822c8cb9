"""Why starts failed and servers died, in words for whoever teaches and whoever reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.champion.workshop_report import failure_rows
from catalyst_hub.core.denial import Code
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.session import DEATHS, FAILED_STARTS, Ending, EndReason
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop_report import DIED
from catalyst_hub.i18n import translator
from tests.champion.site import Site
from tests.champion.test_live_workshop import WORKSHOPS, taught, teacher
from tests.champion.test_people import texts
from tests.hub.visitor import page
from tests.support.sessions import a_session, running

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def failed(site: Site, causes: dict[str, EndReason]) -> None:
    """These people pressed Start a minute ago, and that is what it failed of."""

    def fail(uow: UnitOfWork) -> None:
        now = site.runtime.now()
        for name, cause in causes.items():
            person = uow.people.by_name(name)
            assert person is not None
            began = now - timedelta(minutes=1)
            session = a_session(person, community="nairobi", reserved_at=began)
            if cause in DEATHS:
                uow.sessions.end(running(uow, session), Ending(now, cause), [])
            else:
                uow.sessions.add(session)
                uow.sessions.release(session.session_id, Ending(now, cause))

    await site.runtime.write(fail)


async def test_the_report_tells_why_starts_failed_the_most_frequent_cause_first(site: Site) -> None:
    for name in ("lucia", "amina"):
        async with site.signed_in(name):
            pass
    causes = {
        "pam": EndReason.CALLED_OFF,
        "quin": EndReason.NO_IMAGE,
        "rosa": EndReason.NO_IMAGE,
        "sam": EndReason.OUT_OF_MEMORY,
        "tess": EndReason.NO_IMAGE,
    }
    number = await taught(site, "Causes", *causes)
    await failed(site, causes)
    where = f"{WORKSHOPS}/{number}/report"
    async with site.signed_in("amina") as amina:
        shown = await amina.get(where)
        assert "The start was called off" in texts(shown, "tbody th")
        assert texts(shown, "tbody th")[0] == "The image could not be fetched"
        assert texts(shown, "tbody td")[0] == "3"
        found = (await amina.get(f"{where}.json")).json()["failures"]
        assert next(iter(found.items())) == ("no-image", 3)
        assert found == {"no-image": 3, "called-off": 1, "out-of-memory": 1}
    async with teacher(site, "fr") as lucia:
        live = page(await lucia.get(f"{WORKSHOPS}/{number}/live"))
        told = [item.text for item in live.select(".fares li")]
        assert any("l’image n’a pas pu être téléchargée" in each for each in told)
        assert any("la mémoire n’a pas suffi" in each for each in told)


async def test_causes_that_are_told_alike_are_counted_together_and_sorted_after_that() -> None:
    failures = {EndReason.NO_ROOM.value: 3, Code.BUDGET_SPENT.value: 2, Code.BUDGET_CLOSED.value: 2}
    rows = list(failure_rows(failures, translator("en")))
    assert rows == [("The money was spent", 4), ("There was no room on the machines", 3)]


async def test_each_cause_has_words_of_its_own_in_each_language() -> None:
    causes = [DIED if each is EndReason.LOST else each.value for each in FAILED_STARTS | DEATHS]
    for language in LANGUAGES:
        assert len(list(failure_rows(dict.fromkeys(causes, 1), translator(language)))) == len(
            causes
        )
