"""What Prometheus reads of a real hub: who may, what it says, and that it names nobody."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from catalyst_hub.core.maintenance import Pause
from catalyst_hub.core.storage import HomeSize, Level
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.culler import metrics
from catalyst_hub.culler.enforcer import Enforcer
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from catalyst_hub.usecases.record_storage import record_storage
from tests.hub.communities import COMMUNITIES, api, catalyst_config, sign_in, until_ready
from tests.hub.conftest import free_port
from tests.hub.test_reload import edit

BUDGETED = COMMUNITIES.replace(
    "    quotas:\n      community: {at_once: {servers: 2}}",
    "    prices: {cpu_hour: 3600}\n    budget: {amount: 500000}\n"
    "    quotas:\n      community: {at_once: {servers: 2}, per_week: {cpu_hours: 80}}",
)
PERSONAS = re.compile(r"kofi|amina|lucia|joao|\bbo\b|root")


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path, BUDGETED))


def token(hub, *scopes: str) -> str:
    """One of a user's own, with only so much of her rights."""
    return str(hub.users["root"].new_api_token(scopes=list(scopes)))


async def of_hub(hub) -> str:
    headers = {"Authorization": f"token {token(hub, 'read:metrics')}"}
    async with httpx.AsyncClient(headers=headers) as client:
        answer = await client.get(hub.hub.url + "metrics")
    assert answer.status_code == 200, answer.text
    return answer.text


@asynccontextmanager
async def culler(hub):
    """The culler's metrics, in this process: its address."""
    port, runtime = free_port(), hub.authenticator.runtime
    client = HubClient(hub.hub.api_url, token(hub, "read:users:name!user"))
    task = asyncio.create_task(metrics.serve(runtime, client, "127.0.0.1", port))
    await asyncio.sleep(0)
    yield f"http://127.0.0.1:{port}/metrics"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def of_culler(hub) -> str:
    async with culler(hub) as url, httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {token(hub, 'read:metrics')}"}
        answer = await client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def value(text: str, name: str, **labels: str) -> float | None:
    """The sample of that name with exactly these labels."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return None


async def start(hub, name: str, **options: str) -> httpx.Response:
    await sign_in(hub, name)
    async with api(hub, name) as client:
        return await client.post(f"users/{name}/server", json=options)


async def test_admissions_and_denials_are_counted_by_community_and_code(hub):
    await sign_in(hub, "root")
    before = await of_hub(hub)
    await start(hub, "kofi")
    await until_ready(hub, "kofi")
    await start(hub, "amina", size="huge")
    await start(hub, "bo", community="<script>")
    after = await of_hub(hub)

    def grown(name: str, **labels: str) -> float:
        return (value(after, name, **labels) or 0) - (value(before, name, **labels) or 0)

    assert grown("catalyst_admissions_total", community="nairobi") == 1
    unknown = {"community": "nairobi", "code": "unknown-size"}
    assert grown("catalyst_denials_total", **unknown) == 1
    assert grown("catalyst_denials_total", community="", code="not-a-member") == 1
    assert grown("catalyst_admission_seconds_count") == 3
    assert "<script>" not in after


async def test_the_state_of_every_community_is_told(hub):
    await sign_in(hub, "root")
    await start(hub, "kofi")
    await until_ready(hub, "kofi")
    text = await of_culler(hub)
    here = {"community": "nairobi"}
    assert value(text, "catalyst_sessions", **here, state="running") == 1
    assert value(text, "catalyst_sessions", community="cordoba", state="running") == 0
    servers = {"unit": "servers", "window": "at_once", "profile": ""}
    assert value(text, "catalyst_limit_used_ratio", **here, **servers) == 0.5
    assert value(text, "catalyst_budget_spent_ratio", **here) is not None
    assert (value(text, "catalyst_budget_held_ratio", **here) or 0) > 0
    assert value(text, "catalyst_budget_step", **here, step="tell") == 0
    assert value(text, "catalyst_budget_step", community="cordoba", step="tell") is None
    assert value(text, "catalyst_waiting_people", **here) == 0
    assert value(text, "catalyst_maintenance_on", **here) == 0
    assert value(text, "catalyst_mails_pending") == 0
    assert value(text, "catalyst_store_errors_total") == 0


async def test_a_maintenance_and_its_notices_are_told(hub):
    await sign_in(hub, "root")
    await start(hub, "kofi")
    await until_ready(hub, "kofi")
    runtime = hub.authenticator.runtime
    now = runtime.now()
    pause = Pause(None, {"": "x"}, now, None, now)
    await runtime.write(lambda uow: announce_maintenance(uow, runtime.policy, pause, "root", now))
    before = await of_culler(hub)
    await Enforcer(runtime).round()
    after = await of_culler(hub)
    assert value(after, "catalyst_maintenance_on", community="cordoba") == 1
    drained = {"reason": "maintenance"}
    assert value(after, "catalyst_notices_open", community="nairobi", **drained) == 1
    given = [value(text, "catalyst_notices_total", **drained) or 0 for text in (before, after)]
    assert given[1] - given[0] == 1
    enforcer = value(after, "catalyst_heartbeat_timestamp_seconds", process="enforcer")
    assert enforcer is not None
    assert abs(enforcer - now.timestamp()) < 60
    assert value(after, "catalyst_heartbeat_patience_seconds", process="enforcer") == 180


async def test_homes_are_told_by_community_and_how_full_they_are(start_hub, tmp_path):
    limited = BUDGETED.replace(
        "    title: Nairobi\n", "    title: Nairobi\n    storage: {limit: 1G}\n"
    )
    hub = await start_hub(catalyst_config(tmp_path, limited))
    runtime, gib = hub.authenticator.runtime, 1024**3
    for name in ("kofi", "amina", "lucia", "root"):
        await sign_in(hub, name)
    sizes = {"kofi": HomeSize(2 * gib), "amina": HomeSize(gib // 2), "root": HomeSize(gib)}
    await runtime.write(lambda uow: record_storage(uow, runtime.policy, sizes, runtime.now()))
    text = await of_culler(hub)
    here = {"community": "nairobi"}
    assert value(text, "catalyst_storage_used_bytes", **here) == 2.5 * gib
    told = {level: value(text, "catalyst_storage_homes", **here, level=level) for level in Level}
    assert told == {Level.FINE: 1, Level.WARNED: 0, Level.FULL: 1}


async def test_the_hub_tells_of_a_file_with_mistakes_and_who_was_seen_last(hub, tmp_path):
    await sign_in(hub, "root")
    assert value(await of_hub(hub), "catalyst_communities_file_rejected") == 0
    await edit(hub, tmp_path, BUDGETED.replace("currency: KES", "currency: x"))
    text = await of_hub(hub)
    assert value(text, "catalyst_communities_file_rejected") == 1
    assert value(text, "catalyst_heartbeat_timestamp_seconds", process="hub") is not None


async def test_who_looks_seldom_on_purpose_is_given_more_time_before_the_alert(start_hub, tmp_path):
    seldom = BUDGETED.replace("hub:\n", "hub:\n  enforcement: {every: 5m}\n")
    hub = await start_hub(catalyst_config(tmp_path, seldom))
    await sign_in(hub, "root")
    for text in (await of_hub(hub), await of_culler(hub)):
        patience = "catalyst_heartbeat_patience_seconds"
        assert value(text, patience, process="enforcer") == 15 * 60
        assert value(text, patience, process="observer") == 3 * 60


async def test_nobody_is_named_and_no_label_is_of_a_kind_that_grows_with_people(hub):
    for name in ("kofi", "lucia", "root"):
        await start(hub, name)
    ours = [
        family
        for text in (await of_hub(hub), await of_culler(hub))
        for family in text_string_to_metric_families(text)
        if family.name.startswith("catalyst_")
    ]
    assert len(ours) > 15
    words = {word for f in ours for s in f.samples for word in s.labels.values()}
    assert not [word for word in words if PERSONAS.search(word)]
    labels = {label for f in ours for s in f.samples for label in s.labels}
    bounded = {"community", "code", "state", "unit", "window", "profile", "step", "reason", "level"}
    assert labels <= bounded | {"process", "kind", "le"}


async def test_only_a_token_that_may_read_metrics_reads_the_cullers(hub):
    await sign_in(hub, "root")
    await sign_in(hub, "kofi")
    kofi = hub.users["kofi"].new_api_token()
    wrong = [f"token {kofi}", f"token {token(hub, 'read:users')}", "token x", "Basic eDp4", ""]
    async with culler(hub) as url, httpx.AsyncClient() as client:
        for given in wrong:
            answer = await client.get(url, headers={"Authorization": given} if given else {})
            is_unknown = given in {"", "Basic eDp4"}
            assert answer.status_code == (401 if is_unknown else 403), given
            assert "catalyst_" not in answer.text
        assert (await client.get(url.replace("/metrics", "/"))).status_code == 404


async def test_while_the_store_is_away_that_is_what_is_told(hub, monkeypatch):
    await sign_in(hub, "root")
    runtime = hub.authenticator.runtime

    async def away(work):
        runtime.store_errors += 1
        raise StoreUnavailableError("away")

    monkeypatch.setattr(runtime, "read", away)
    text = await of_culler(hub)
    assert value(text, "catalyst_store_errors_total") == 1
    assert "catalyst_sessions" not in text
