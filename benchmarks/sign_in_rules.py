"""How long the rules of a large communities file take for one person, who is new each time.

    python -m benchmarks.sign_in_rules [--communities 1000] [--people 2000]

As communities really let people in: 85 % by a team at GitHub, 15 % by the domain of a verified
e-mail address, all with champions by name, some with a list and with blocked people. Prints the
p50 and p99 of everything a sign-in decides by rules: what they say of this person, with grounds,
and what follows for somebody who signs in in two ways. Time of the clock, and of the processor:
on a machine with other work the clock's p99 measures the other work.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime

from catalyst_hub.communities_file import parse
from catalyst_hub.core.belonging import Way, belonging, by_rule
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.policy import Policy

GOAL_MS = 2.0
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)

_HEAD = """\
version: 1
hub: {name: benchmark}
providers:
  github: {type: github, client_id: x}
  cilogon:
    type: cilogon
    client_id: x
    identity_providers: [{id: "https://idp.example.org", email_domains: [example.org]}]
communities:
"""


def main() -> None:
    """Print both percentiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--communities", type=int, default=1000)
    parser.add_argument("--people", type=int, default=2000)
    arguments = parser.parse_args()
    policy = parse(_HEAD + "".join(map(_community, range(arguments.communities))))
    _took_ms(policy, 0, arguments.communities)
    took = [_took_ms(policy, n, arguments.communities) for n in range(1, arguments.people)]
    print(f"{arguments.communities:,} communities, {arguments.people:,} people")
    for name, column in zip(("clock", "processor"), zip(*took, strict=True), strict=True):
        cuts = statistics.quantiles(column, n=100)
        print(f"{name:9}  p50 {cuts[49]:.3f} ms  p99 {cuts[98]:.3f} ms")
    print(f"goal: p99 at most {GOAL_MS:.0f} ms")


def _community(number: int) -> str:
    by_domain = number % 20 < 3
    member = (
        f"{{provider: cilogon, email_domains: [uni-{number}.edu, '*.uni-{number}.edu']}}"
        if by_domain
        else f"{{provider: github, groups: ['org-{number}:learners']}}"
    )
    listed = f", {{provider: github, people: [guest-{number}]}}" if number % 4 == 0 else ""
    blocked = f"    blocked: [{{provider: github, people: [bad-{number}]}}]\n"
    return (
        f"  community-{number}:\n    title: Community {number}\n"
        f"    champions: [{{provider: github, people: [champion-{number}, other-{number}]}}]\n"
        f"    members: [{member}{listed}]\n" + (blocked if number % 10 == 0 else "")
    )


def _took_ms(policy: Policy, number: int, communities: int) -> tuple[float, float]:
    at_github = Identity("github", str(number))
    at_university = Identity("cilogon", f"http://cilogon.org/{number}")
    team = number % communities
    said = Claims(
        login=f"person-{number}",
        email=f"person-{number}@uni-{team}.edu",
        is_email_verified=True,
        groups=frozenset(
            {f"org-{(team + i) % communities}:learners" for i in range(3)}
            | {f"elsewhere-{number}-{i}" for i in range(20)}
        ),
    )
    other = Way(at_university, "", NOW, by_rule(policy, at_university, said))
    began, cpu = time.perf_counter(), time.thread_time()
    way = Way(at_github, said.login, NOW, by_rule(policy, at_github, said))
    belonging(policy, [way, other])
    return 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - cpu)


if __name__ == "__main__":
    main()
