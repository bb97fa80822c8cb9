"""200 registered people open the hub within three minutes of the beginning of their workshop.

    python -m benchmarks.workshop_storm [--people 200] [--window 180] [--start 3] [--warm 2]

They have come with an invitation before. The culler warms their servers ahead (``--warm`` minutes;
0: not at all, and every server starts when its owner comes), each of which takes some seconds to
start. The community itself has seats for ten, the workshop for all of them. Prints how long each
waits from opening the hub until the server is open, the error answers that people saw, the CPU of
the Hub's process, and how long the instructor's page takes meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import aiohttp

from benchmarks.hub import RunningHub, running
from benchmarks.learner import Learner, RefusedError, forms_of
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.meeting import END_OF_DAY, Meeting
from catalyst_hub.core.workshop import Plan
from catalyst_hub.store import Store

COMMUNITIES = """\
version: 1
hub: {name: benchmark, title: Benchmark, time_zone: UTC, languages: [en]}
providers:
  demo:
    type: demo
    title: Benchmark
    shared_password: bench
    any_name: true
    personas: [{name: amina, display_name: Amina}]
communities:
  storm:
    title: Storm
    country: KE
    currency: USD
    time_zone: UTC
    languages: [en]
    members: [{provider: demo, people: [somebody]}]
    champions: [{provider: demo, people: [amina]}]
    profiles:
      python:
        title: Python
        environment: {command: [jupyterhub-singleuser]}
        sizes:
          small: {title: Small, cpu: 1, memory: 2G}
          large: {title: Large, cpu: 2, memory: 6G}
    quotas:
      community: {at_once: {servers: 10}}
"""
CODE = "K7MP4QRX"
PAGE_GOAL_S = 1.0
_PATIENCE_S = 300
_LOOK_S = 5


@dataclass
class Registered(Learner):
    """Has come with the invitation before; ``errors`` are the answers of 400 and more since."""

    errors: list[int] = field(default_factory=list)
    waited_s: float = 0.0

    async def register(self) -> None:
        """Sign in, and join with the code."""
        jar = aiohttp.CookieJar(unsafe=True)
        self.session = aiohttp.ClientSession(cookie_jar=jar)
        url, page = await self._get(f"{self.url}/hub/login?next=%2Fhub%2Fjoin")
        form = next(f for f in forms_of(page) if "password" in f.types)
        data = form.fields | {"username": self.name, "password": "bench"}
        url, page = await self._get(urljoin(url, form.action), data)
        form = next(f for f in forms_of(page) if "code" in f.fields)
        await self._get(urljoin(url, form.action), form.fields | {"code": CODE})

    async def open(self) -> None:
        """Open the hub, press start where the server does not run, and wait until it is open."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                url, page = await self._get(f"{self.url}/hub/spawn")
                while page:
                    url, page = await self._next(url, page)
                await self._visit()
        except (RefusedError, TimeoutError) as error:
            self.refused = str(error) or "has lost patience"
            self.errors.append(getattr(error, "status", 0))
        self.waited_s = time.perf_counter() - began


@dataclass
class Storm:
    """What became of everybody; ``page_s`` are the looks at the instructor's page."""

    waited_s: list[float]
    warmed: int
    errors: Counter[str]
    hub_cpu_s: float
    page_s: list[float]


def prepare(hub: RunningHub, people: int, warm_minutes: int) -> datetime:
    """A workshop that begins soon, and its invitation; when it begins."""
    store = Store.open(f"sqlite:///{hub.directory / 'catalyst.sqlite'}", "benchmark")
    now = datetime.now(UTC)
    # To the minute, and early enough for everybody to register.
    starts_at = now.replace(second=0, microsecond=0) + timedelta(minutes=warm_minutes + 3)
    day = starts_at.date()
    hours = Meeting(day, f"{starts_at:%H:%M}", END_OF_DAY)
    plan = Plan(
        "Storm", day, day, (hours,), seats=people, warm_minutes=warm_minutes, profile="python"
    )
    terms = Terms(seats=people, days=1)
    with store.unit_of_work(write=True) as uow:
        workshop = uow.workshops.add("storm", plan, "amina", now)
        terms = Terms(seats=people, days=1, workshop_id=workshop.workshop_id)
        uow.invitations.add("storm", digest("benchmark", CODE), terms, "amina", now)
    store.close()
    return starts_at


async def _in_turns(learners: list[Registered], at_once: int = 8) -> None:
    places = asyncio.Semaphore(at_once)

    async def register(learner: Registered) -> None:
        async with places:
            await learner.register()

    await asyncio.gather(*(register(learner) for learner in learners))


async def _token(hub: RunningHub) -> str:
    """One of the champion's, for the instructor's page."""
    amina = Learner(hub.url, "amina", hub.directory)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as amina.session:
        url, page = await amina._get(f"{hub.url}/hub/login?next=%2Fhub%2Fhome")
        form = next(f for f in forms_of(page) if "password" in f.types)
        data = form.fields | {"username": "amina", "password": "bench"}
        await amina._get(urljoin(url, form.action), data)
        xsrf = next(cookie.value for cookie in jar if cookie.key == "_xsrf")
        made = f"{hub.url}/hub/api/users/amina/tokens"
        headers = {"X-XSRFToken": xsrf, "Referer": f"{hub.url}/hub/home"}
        async with amina.session.post(made, json={}, headers=headers) as answer:
            answer.raise_for_status()
            return str((await answer.json())["token"])


async def _look(port: int, token: str, seen: list[float]) -> None:
    """The instructor's page again and again, as her phone does."""
    url = f"http://127.0.0.1:{port}/services/catalyst/communities/storm/workshops/1/live"
    async with aiohttp.ClientSession(headers={"Authorization": f"token {token}"}) as session:
        while True:
            began = time.perf_counter()
            async with session.get(url) as answer:
                await answer.read()
                answer.raise_for_status()
            seen.append(time.perf_counter() - began)
            await asyncio.sleep(_LOOK_S)


async def storm(hub: RunningHub, port: int, given: argparse.Namespace) -> Storm:
    """Register, wait until it begins, and let everybody come."""
    starts_at = prepare(hub, given.people, given.warm)
    learners = [
        Registered(hub.url, f"learner-{number:04d}", hub.directory)
        for number in range(given.people)
    ]
    await _in_turns(learners)
    token, pages = await _token(hub), list[float]()
    await asyncio.sleep(max(0.0, (starts_at - datetime.now(UTC)).total_seconds()))
    warmed = sum((hub.directory / learner.name).exists() for learner in learners)
    arrivals, cpu = random.Random(given.people), hub.cpu_s()
    looking = asyncio.create_task(_look(port, token, pages))

    async def come(learner: Registered, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await learner.open()

    await asyncio.gather(*(come(one, arrivals.uniform(0, given.window)) for one in learners))
    used = hub.cpu_s() - cpu
    if looking.done():
        looking.result()
    looking.cancel()
    for learner in learners:
        await learner.session.close()
    errors = Counter(learner.refused for learner in learners if learner.refused)
    return Storm([each.waited_s for each in learners], warmed, errors, used, pages)


def _print(found: Storm) -> None:
    waited = sorted(found.waited_s)
    p95 = waited[int(len(waited) * 0.95) - 1]
    print(f"servers up when it begins: {found.warmed} of {len(waited)}")
    print(
        f"from opening the hub to an open server: median {statistics.median(waited):.2f} s,"
        f" p95 {p95:.2f} s, longest {waited[-1]:.2f} s"
    )
    print(f"without a server, and error answers: {dict(found.errors)} (goal: none)")
    print(f"CPU of the Hub's process meanwhile: {found.hub_cpu_s:.1f} s")
    pages = found.page_s
    print(
        f"instructor's page, {len(pages)} looks: median {statistics.median(pages):.3f} s,"
        f" longest {max(pages):.3f} s (goal: under {PAGE_GOAL_S:.0f} s)"
    )


def main() -> None:
    """Run one storm and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--window", type=float, default=180, help="seconds in which they all come")
    parser.add_argument("--start", type=float, default=3, help="seconds that each server takes")
    parser.add_argument("--warm", type=int, default=2, help="minutes of warming; 0: none")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{given.people} people; load {load:.1f} on {os.cpu_count()} processors", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "communities.yaml"
        file.write_text(COMMUNITIES)
        environment = {"BENCH_COMMUNITIES": str(file), "BENCH_START_S": str(given.start)}
        with running("catalyst", Path(directory), **environment) as hub:
            _print(asyncio.run(storm(hub, hub.service_port, given)))


if __name__ == "__main__":
    main()
