"""Asks jupyterhub-usage-quotas; runs with the Python of its own environment.

Standard input: ``{"policy": [...], "people": [[name, group], ...], "decisions": N}``. The first
of the people are asked once each, for their answers; then the last ones, in turn, for the time.
"""

import asyncio
import json
import logging
import os
import sys
import time

from jupyterhub_usage_quotas.manager import UsageQuotaManager
from traitlets.config import Config

logging.disable(logging.CRITICAL)


def _manager(policy):
    config = Config()
    config.UsageQuotaManager.prometheus_url = os.environ["BENCH_PROMETHEUS"]
    config.UsageQuotaManager.hub_namespace = "hub"
    config.UsageQuotaManager.policy = policy
    return UsageQuotaManager(config=config)


async def main():
    asked = json.load(sys.stdin)
    manager = _manager(asked["policy"])

    async def admits(name, group):
        return bool((await manager.enforce(name, [group]))["allow_server_launch"])

    admitted = {name: await admits(name, group) for name, group in asked["people"]}
    crowd = [pair for pair in asked["people"] if pair[1] == asked["timed"]]
    times = []
    for number in range(asked["decisions"]):
        before = time.perf_counter()
        await admits(*crowd[number % len(crowd)])
        times.append(1000 * (time.perf_counter() - before))
    await manager.prometheus_client.close()
    json.dump({"admitted": admitted, "times_ms": times}, sys.stdout)


asyncio.run(main())
