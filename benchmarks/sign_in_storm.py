"""300 people sign in at once through an OpenID Connect provider: ours beside a bare hub, in turn.

    python -m benchmarks.sign_in_storm [--people 300] [--rounds 5] [--communities 15]

The bare hub has oauthenticator's GenericOAuthenticator, which lets everybody in; with --groups it
also keeps the groups that the provider tells, and the tokens, as ours does. Ours holds everybody
against the rules of each community, keeps persons, memberships and an audit in its store, and
shows its own pages. Each person opens the sign-in page, goes to the provider and back, and sees
their home page. The provider is a process of its own, and its processor time is nobody's.

Prints total time and processor time of the Hub's process, and their ratios round by round; how
many were refused, which happens to the bare hub on a busy machine: it gives up on a provider
after 20 s, and counts its own queue as the provider's silence.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
from tornado.httputil import url_concat

from benchmarks import identity_provider
from benchmarks.hub import RunningHub, free_port, running

GOAL = 1.10
_HEAD = """\
version: 1
hub: {{name: benchmark}}
providers:
  uni: {{type: oidc, issuer: "{issuer}", client_id: {client_id}}}
defaults:
  profiles:
    python:
      environment: {{command: jupyterhub-singleuser}}
      sizes: {{small: {{cpu: 1, memory: 2G}}}}
communities:
"""
_COMMUNITY = """\
  community-{0}:
    title: Community {0}
    champions: [{{provider: uni, people: [champion-{0}]}}]
    members: [{{provider: uni, groups: [team-{0}]}}]
"""
_LINK = re.compile(r"""href=["']([^"']*/oauth_login[^"']*)["']""")


@dataclass
class Storm:
    """What one storm took, in seconds."""

    total_s: float
    hub_cpu_s: float
    refused: int


async def sign_in(hub: RunningHub, name: str) -> None:
    """One person, from the sign-in page to her home page."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        url, page = await _follow(session, f"{hub.url}/hub/login?next=%2Fhub%2Fhome", name)
        link = _LINK.search(page)
        assert link is not None, page[:2000]
        url, page = await _follow(session, urljoin(url, unescape(link[1])), name)
        assert urlsplit(url).path == "/hub/home", f"{name} is at {url}\n{page[:2000]}"


async def _follow(session: aiohttp.ClientSession, url: str, name: str) -> tuple[str, str]:
    """A browser whose owner is signed in at the provider already."""
    while True:
        if urlsplit(url).path == "/authorize":
            url = url_concat(url, {"login_hint": name})
        async with session.get(url, allow_redirects=False) as answer:
            page = await answer.text()
            if answer.status == 200:
                return url, page
            assert answer.status in (302, 303), f"{answer.status} {url}\n{page[:2000]}"
            url = urljoin(url, answer.headers["Location"])


async def _rush(hub: RunningHub, people: int) -> int:
    """How many were refused."""
    everybody = (sign_in(hub, f"learner-{number:04d}") for number in range(people))
    answers = await asyncio.gather(*everybody, return_exceptions=True)
    return sum(answer is not None for answer in answers)


def storm(hub: RunningHub, people: int) -> Storm:
    """One warm-up person, then everybody."""
    asyncio.run(sign_in(hub, "warm-up-9999"))
    began, cpu = time.perf_counter(), hub.cpu_s()
    refused = asyncio.run(_rush(hub, people))
    return Storm(time.perf_counter() - began, hub.cpu_s() - cpu, refused)


def one(config: str, issuer: str, arguments: argparse.Namespace) -> Storm:
    """One hub, one storm; everybody is new to it."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "communities.yaml"
        head = _HEAD.format(issuer=issuer, client_id=identity_provider.CLIENT_ID)
        file.write_text(head + "".join(map(_COMMUNITY.format, range(arguments.communities))))
        environment = {
            "BENCH_COMMUNITIES": str(file),
            "BENCH_ISSUER": issuer,
            "BENCH_GROUPS": "1" if arguments.groups else "",
            "CATALYST_UNI_CLIENT_SECRET": identity_provider.CLIENT_SECRET,
            "JUPYTERHUB_CRYPT_KEY": "0" * 64,
        }
        with running(config, Path(directory), **environment) as hub:
            return storm(hub, arguments.people)


def _line(name: str, result: Storm) -> None:
    took = f"total {result.total_s:6.2f} s  hub CPU {result.hub_cpu_s:6.2f} s"
    print(f"{name:9} {took}  refused {result.refused}", flush=True)


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--communities", type=int, default=identity_provider.TEAMS)
    parser.add_argument("--groups", action="store_true", help="the bare hub keeps groups, too")
    arguments = parser.parse_args()
    print(
        f"{arguments.people} people; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    totals, cpus = [], []
    with identity_provider.running(free_port()) as issuer:
        for _ in range(arguments.rounds):
            bare, ours = (one(config, issuer, arguments) for config in ("bare_oauth", "catalyst"))
            _line("bare", bare)
            _line("catalyst", ours)
            totals.append(ours.total_s / bare.total_s)
            cpus.append(ours.hub_cpu_s / bare.hub_cpu_s)
    for name, ratios in (("total time", totals), ("hub CPU", cpus)):
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{name}, ours / bare: median {statistics.median(ratios):.2f}  ({each})")
    print(f"goal: at most {GOAL:.2f}")


if __name__ == "__main__":
    main()
