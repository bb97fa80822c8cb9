"""Ten thousand wrong codes and phrases: refused at the stated rate, and nobody else locked out.

The pages, the limits and the store are the real ones. Only the slow hash is a fast one that
counts: as often as it runs, a guess was judged.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from catalyst_hub.core.guesses import ALWAYS, OF_A_NAME, OF_A_PERSON, OF_ALL, OF_AN_ADDRESS
from catalyst_hub.core.invitation import CODES, code_of
from tests.hub.communities import catalyst_config
from tests.hub.test_workshop_accounts import (
    CODE,
    COME_BACK,
    SIGN_UP,
    WITH_ACCOUNTS,
    card,
    come_back,
    invite,
    problem,
    sign_up,
)
from tests.hub.visitor import Visitor, fields, page

TRIES = 10_000
AT_ONCE = 50
MALLORYS = "198.51.100.66"
BROWSER = "a browser like all the others"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted: Counter[str] = Counter()

    def fast(password: bytes, *, salt: bytes, **_: int) -> bytes:
        counted["hashes"] += 1
        return hashlib.sha256(salt + password).digest()

    monkeypatch.setattr(hashlib, "scrypt", fast)
    return counted


@pytest.fixture
async def hub(start_hub, tmp_path, judged):
    started = await start_hub(catalyst_config(tmp_path, WITH_ACCOUNTS))
    await invite(started, seats=50)
    return started


class At(Visitor):
    """A browser behind an address."""

    def __init__(self, app, address: str) -> None:
        super().__init__(app)
        self.client.headers.update({"X-Forwarded-For": address, "User-Agent": BROWSER})


class Attacker:
    """Sends forms as fast as the hub takes them, over connections that stay open."""

    def __init__(self, app, path: str) -> None:
        self._app, self._path = app, path
        self._origin = urlsplit(app.hub.url)
        self._forms: dict[str, tuple[dict[str, str], str]] = {}
        self.answers: Counter[int] = Counter()

    async def open_forms(self, addresses: list[str]) -> None:
        """One for each address, as the hub binds forms to addresses."""
        for address in addresses:
            async with At(self._app, address) as visitor:
                form = page(await visitor.get(self._path)).select_one("main form")
                cookies = "; ".join(f"{c.name}={c.value}" for c in visitor.client.cookies.jar)
                self._forms[address] = fields(form), cookies

    async def send(self, guesses: Iterator[tuple[str, dict[str, str]]]) -> None:
        """Every guess: an address, and what is typed there."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._send(guesses))

    async def _send(self, guesses: Iterator[tuple[str, dict[str, str]]]) -> None:
        reader, writer = await asyncio.open_connection(self._origin.hostname, self._origin.port)
        for address, typed in guesses:
            writer.write(self._request(address, typed))
            status, rest = await _answer(reader)
            self.answers[status] += 1
            await reader.readexactly(rest)
        writer.close()

    def _request(self, address: str, typed: dict[str, str]) -> bytes:
        sent, cookies = self._forms[address]
        body = urlencode(sent | typed).encode()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: {self._origin.netloc}\r\n"
            f"X-Forwarded-For: {address}\r\nCookie: {cookies}\r\n"
            f"User-Agent: {BROWSER}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    """The status, and how long the body is."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return int(status.split()[1]), int(headers["content-length"])


def addresses(count: int) -> list[str]:
    return [f"203.0.{n // 250}.{n % 250 + 1}" for n in range(count)]


def codes(at: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for n in range(TRIES):
        yield at[n % len(at)], {"code": code_of(n * 7919 % CODES), "name": "Mallory"}


def phrases(
    names: list[str], at: list[str], tries: int = TRIES
) -> Iterator[tuple[str, dict[str, str]]]:
    for n in range(tries):
        typed = {"name": names[n % len(names)], "phrase": f"wrong words number {n}"}
        yield at[n % len(at)], typed


async def attack(
    hub, path: str, at: list[str], guesses: Iterator[tuple[str, dict[str, str]]]
) -> Counter[int]:
    attacker = Attacker(hub, path)
    await attacker.open_forms(at)
    await attacker.send(guesses)
    return attacker.answers


@pytest.fixture
async def learner(hub) -> AsyncIterator[tuple[str, str]]:
    """Somebody of the class that shares an address with the attacker."""
    async with At(hub, MALLORYS) as visitor:
        yield card(await sign_up(visitor, "Wanjiru"))


async def signs_up(hub, name: str, address: str) -> bool:
    async with At(hub, address) as visitor:
        return (await sign_up(visitor, name, CODE)).url.path == "/hub/phrase"


async def is_let_in(hub, who: tuple[str, str], address: str) -> bool:
    async with At(hub, address) as visitor:
        return (await come_back(visitor, *who)).status_code == 200


async def test_wrong_codes_of_one_address(hub, learner, judged):
    judged.clear()
    answers = await attack(hub, SIGN_UP, [MALLORYS], codes([MALLORYS]))
    assert answers == {403: OF_AN_ADDRESS, 429: TRIES - OF_AN_ADDRESS}
    assert judged["hashes"] == OF_AN_ADDRESS
    assert await signs_up(hub, "Otieno", MALLORYS), "the class comes in with the code it has"
    assert await signs_up(hub, "Bo", "192.0.2.1")
    assert await is_let_in(hub, learner, MALLORYS)


async def test_wrong_codes_of_many_addresses(hub, learner, judged):
    judged.clear()
    at = addresses(500)
    answers = await attack(hub, SIGN_UP, at, codes(at))
    stated = max(OF_ALL, ALWAYS * len(at))
    assert answers == {403: stated, 429: TRIES - stated}
    assert judged["hashes"] == stated
    assert await signs_up(hub, "Otieno", MALLORYS)
    assert await signs_up(hub, "Bo", "192.0.2.1"), "an address that has done nothing"
    assert await is_let_in(hub, learner, "192.0.2.2")


async def test_wrong_phrases_of_one_address(hub, learner, judged):
    """Of a thousand names, one of which exists."""
    judged.clear()
    names = [learner[0], *(f"nobody-{n}" for n in range(999))]
    answers = await attack(hub, COME_BACK, [MALLORYS], phrases(names, [MALLORYS]))
    assert judged["hashes"] == OF_AN_ADDRESS + ALWAYS - 1
    assert answers == {403: OF_AN_ADDRESS, 429: TRIES - OF_AN_ADDRESS}
    async with At(hub, MALLORYS) as visitor:
        neighbour = card(await sign_up(visitor, "Otieno"))
    assert await is_let_in(hub, neighbour, MALLORYS), "a neighbour behind the same address"
    assert await is_let_in(hub, learner, "192.0.2.1"), "and she herself, from elsewhere"


async def test_wrong_phrases_of_one_name_at_one_address(hub, learner, judged):
    judged.clear()
    answers = await attack(hub, COME_BACK, [MALLORYS], phrases([learner[0]], [MALLORYS], 500))
    assert answers == {403: OF_A_PERSON, 429: 500 - OF_A_PERSON}
    assert judged["hashes"] == OF_A_PERSON
    async with At(hub, MALLORYS) as visitor:
        refused = await come_back(visitor, *learner)
        neighbour = card(await sign_up(visitor, "Otieno"))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "too many wrong phrases" in problem(refused)
    assert await is_let_in(hub, neighbour, MALLORYS)
    assert await is_let_in(hub, learner, "192.0.2.1")


async def test_wrong_phrases_of_one_name_from_many_addresses(hub, learner, judged):
    judged.clear()
    at = addresses(500)
    answers = await attack(hub, COME_BACK, at, phrases([learner[0]], at))
    assert judged["hashes"] == max(OF_A_NAME, ALWAYS * len(at))
    assert answers == {403: OF_A_NAME, 429: TRIES - OF_A_NAME}
    async with At(hub, MALLORYS) as visitor:
        neighbour = card(await sign_up(visitor, "Otieno"))
    assert await is_let_in(hub, neighbour, at[0]), "where the attack came from"
    assert await is_let_in(hub, learner, "192.0.2.1"), "and the one who is attacked"
