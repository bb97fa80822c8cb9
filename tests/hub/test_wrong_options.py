"""Whatever a REST client sends as ``user_options``: 4xx, and the hub lives on."""

from __future__ import annotations

from typing import Any

import pytest

from catalyst_hub.core.consent import Answer, Kind, Question
from catalyst_hub.usecases.answer_consent import answer_consent
from catalyst_hub.usecases.ask_consent import ask_consent
from tests.hub.communities import api, catalyst_config, live_session, sign_in


def nested(depth: int) -> str:
    return '{"user_options": {"community": ' + "[" * depth + "]" * depth + "}}"


#: Well-formed, and nothing that there is.
UNKNOWN = [
    '{"user_options": {"community": "ナイロビ"}}',
    '{"user_options": {"community": "../cordoba"}}',
    '{"user_options": {"community": "<script>alert(1)</script>"}}',
    '{"user_options": {"community": "{username}"}}',
    '{"user_options": {"community": "%s%n"}}',
]
MALFORMED = [
    "[]",
    "0",
    '"text"',
    "true",
    "null garbage",
    "{",
    '{"user_options": []}',
    '{"user_options": 7}',
    '{"user_options": "python"}',
    '{"user_options": true}',
    '{"community": null}',
    '{"community": 7}',
    '{"community": NaN}',
    '{"community": ["nairobi"]}',
    '{"community": {"nairobi": 1}}',
    '{"user_options": {"profile": {"$ne": null}}}',
    '{"user_options": {"size": [[[[["small"]]]]]}}',
    '{"user_options": {"size": "small", "unknown": "x"}}',
    '{"user_options": {"": "small"}}',
    '{"user_options": {"community": "\\ud800"}}',
    '{"user_options": {"\\ud800": "x"}}',
    '{"user_options": {"community": "nairobi\\u0000"}}',
    '{"user_options": {"community": "nairobi\\r\\nX-Evil: 1"}}',
    '{"user_options": {"community": "\\u202enairobi"}}',
    '{"user_options": {"community": "' + "x" * 1_000_000 + '"}}',
    '{"user_options": {"' + "k" * 100_000 + '": "x"}}',
    '{"user_options": {' + ",".join(f'"k{n}": "x"' for n in range(20_000)) + "}}",
    '{"display_name": 7}',
    '{"display_name": "x", "user_options": 7}',
    nested(10),
    # Somewhere here JSON can still be read, and no longer be written to the Hub's database.
    *(nested(depth) for depth in range(900, 1000, 10)),
    nested(100_000),
    '{"community": ' + "9" * 10_000 + "}",
]


@pytest.fixture
async def hub(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.allow_named_servers = True
    config.Spawner.consecutive_failure_limit = 3
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    return hub


async def send(app: Any, method: str, path: str, body: str, name: str = "kofi") -> int:
    async with api(app, name) as client:
        answer = await client.request(method, path, content=body.encode("utf8", "surrogatepass"))
    return answer.status_code


async def test_every_wrong_shape_is_answered_4xx_and_fifty_do_not_end_the_hub(hub):
    wrong = MALFORMED + UNKNOWN + MALFORMED[:12]
    assert len(wrong) > 50
    answers = {body[:60]: await send(hub, "POST", "users/kofi/server", body) for body in wrong}
    assert {body: status for body, status in answers.items() if not 400 <= status < 500} == {}
    assert hub.tornado_settings.get("failure_count", 0) == 0
    assert await live_session(hub, "kofi") is None
    assert await send(hub, "POST", "users/kofi/server", "") == 201


async def test_a_named_server_is_made_or_changed_with_right_options_only(hub):
    for body in MALFORMED:
        status = await send(hub, "PUT", "users/kofi/servers/mine", body)
        assert 400 <= status < 500, body[:60]
    assert await send(hub, "PUT", "users/kofi/servers/mine", '{"size": "small"}') == 201
    for body in MALFORMED:
        status = await send(hub, "PATCH", "users/kofi/servers/mine", body)
        assert 400 <= status < 500, body[:60]
    good = '{"user_options": {"size": "large"}}'
    assert await send(hub, "PATCH", "users/kofi/servers/mine", good) == 200
    assert await send(hub, "POST", "users/kofi/servers/mine", "") == 201
    assert (await live_session(hub, "kofi", "mine")).choice.size == "large"


async def test_nor_does_whoever_starts_it_by_consent_get_so_far(hub):
    await sign_in(hub, "amina")
    runtime, question = hub.authenticator.runtime, Question("nairobi", "kofi", "amina", Kind.START)

    def allow(uow: Any) -> int:
        assert ask_consent(uow, runtime.policy, question, runtime.now()) is None
        (asked,) = uow.consents.of(uow.people.by_name("kofi").person_id)
        answer_consent(uow, "kofi", asked.consent_id, Answer.ALLOWED, runtime.now())
        return int(asked.consent_id)

    path = f"catalyst/consents/{await runtime.write(allow)}/start"
    answers = {body[:60]: await send(hub, "POST", path, body, "amina") for body in MALFORMED}
    assert {body: status for body, status in answers.items() if not 400 <= status < 500} == {}
    assert hub.tornado_settings.get("failure_count", 0) == 0
    assert await send(hub, "POST", path, "", "amina") == 201


async def test_a_wrong_body_of_a_stop_is_answered_4xx(hub):
    assert await send(hub, "DELETE", "users/kofi/server", "[1]") == 400


async def test_options_that_reached_the_hubs_database_all_the_same_are_refused(hub):
    spawner = hub.users["kofi"].spawner
    for smuggled in ({"profile": 7}, {"community": ["nairobi"]}, {"image": "x"}, {"": None}):
        spawner.orm_spawner.user_options = smuggled
        hub.db.commit()
        assert await send(hub, "POST", "users/kofi/server", "") == 400
    assert hub.tornado_settings.get("failure_count", 0) == 0
