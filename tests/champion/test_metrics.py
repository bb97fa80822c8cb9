"""What Prometheus reads of the service, and with which token."""

from __future__ import annotations

import pytest

from tests.champion.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_token_that_may_read_metrics_reads_them_and_they_name_nobody(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert (await amina.get("communities/nairobi/people/kofi/remove")).status_code == 200
        assert (await amina.get("communities/nairobi/people")).status_code == 200
        assert (await amina.get("metrics")).status_code == 401
    async with site.signed_in("root"):
        token = site.app.users["root"].new_api_token(scopes=["read:metrics"])
    async with site.stranger() as prometheus:
        answer = await prometheus.get("metrics", Authorization=f"Bearer {token}")
        assert answer.status_code == 200
        assert 'catalyst_page_seconds_count{page="PeoplePage",status="2xx"}' in answer.text
        assert "catalyst_store_errors_total 0.0" in answer.text
        assert "kofi" not in answer.text


async def test_others_do_not(site: Site) -> None:
    async with site.signed_in("amina"), site.stranger() as other:
        everything = site.app.users["amina"].new_api_token()
        for given in (everything, "x"):
            answer = await other.get("metrics", Authorization=f"token {given}")
            assert answer.status_code == 403
            assert "catalyst_" not in answer.text
