"""What reading a large communities file costs, beside libyaml composing the same text, in turn.

    python -m benchmarks.communities_file [--communities 1000] [--rounds 7]

Each community has people, a champion, prices, quotas, a budget and culling of its own; profiles
come from the defaults. The best of the rounds counts, in seconds of processor and of clock.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable

import yaml

from catalyst_hub.communities_file import parse

_HEAD = """\
version: 1
hub: {name: benchmark, time_zone: UTC, languages: [en]}
providers: {demo: {type: demo, any_name: true, personas: [{name: amina}]}}
defaults:
  currency: USD
  prices: {cpu_hour: 0.02, gib_hour: 0.004}
  profiles:
    python: &profile
      title: {en: Python, es: Python científico}
      environment: {image: scipy-notebook:1, command: jupyterhub-singleuser}
      sizes:
        small: {cpu: 1, memory: 2G, guarantees: {memory: 0.7G}}
        medium: {cpu: 2, memory: 6G, guarantees: {memory: 2.8G}}
        large: {cpu: 3, memory: 24G, guarantees: {memory: 11.2G}}
    r: {<<: *profile, title: R}
communities:
"""
_COMMUNITY = """\
  community-{0}:
    title: {{es: Comunidad {0}, en: Community {0}}}
    country: BR
    languages: [pt, es]
    time_zone: America/Sao_Paulo
    currency: BRL
    contact: champion-{0}@example.org
    champions:
      - {{provider: demo, people: [ana-{0}, bia-{0}]}}
    members:
      - {{provider: demo, people: [eva-{0}, gil-{0}, noa-{0}]}}
      - {{provider: demo, email_domains: [uni-{0}.edu]}}
    prices: {{cpu_hour: 0.1{0}, gib_hour: 0.02}}
    quotas:
      community:
        at_once: {{servers: 4{0}, memory: 9{0}G}}
        per_month: {{server_hours: 1{0}}}
      person: {{at_once: {{servers: 2}}, per_week: {{server_hours: 40}}}}
    budget: {{amount: R$ 1{0}, per: month}}
    culling: {{idle: 1h}}
"""


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--communities", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    text = communities(args.communities)
    print(f"{args.communities:,} communities, {len(text) / 1024:,.0f} KiB")
    ours, bare = _best_of(args.rounds, lambda: parse(text), lambda: _compose(text))
    for name, (cpu, wall) in (("read and checked", ours), ("composed by libyaml", bare)):
        print(f"{name:20} {cpu:6.3f} s processor  {wall:6.3f} s clock")
    print(f"ratio {ours[0] / bare[0]:.2f}")


def communities(number: int) -> str:
    """A communities file with so many communities."""
    return _HEAD + "".join(map(_COMMUNITY.format, range(number)))


def _compose(text: str) -> object:
    # As our reading has it: with the collector the same takes four times as long.
    gc.disable()
    try:
        return yaml.compose(text, Loader=yaml.CBaseLoader)
    finally:
        gc.enable()


def _best_of(rounds: int, *works: Callable[[], object]) -> list[tuple[float, float]]:
    """The least (processor, clock) seconds of each work, taking turns: machines are shared."""
    times = [[_timed(work) for work in works] for _ in range(rounds)]
    return [
        (min(cpu for cpu, _ in column), min(wall for _, wall in column))
        for column in zip(*times, strict=True)
    ]


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    elapsed = time.process_time() - cpu, time.perf_counter() - wall
    del result
    return elapsed


if __name__ == "__main__":
    main()
