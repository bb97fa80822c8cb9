"""One pass of jupyterhub-idle-culler, in a process of its own: prints seconds, and CPU seconds."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from jupyterhub_idle_culler import cull_idle
from tornado.httpclient import AsyncHTTPClient

from benchmarks.culling.timing import timed


async def one_pass() -> None:
    """What its program does every so often."""
    await cull_idle(
        url=os.environ["JUPYTERHUB_API_URL"],
        api_token=os.environ["JUPYTERHUB_API_TOKEN"],
        inactive_limit=float(sys.argv[1]),
        logger=logging.getLogger("idle-culler"),
    )


async def run() -> None:
    """As the Hub has it, for months."""
    if os.environ["BENCH_WARM"]:
        await one_pass()
    await timed(one_pass)


def main() -> None:
    """As its program configures it where pycurl is not there."""
    AsyncHTTPClient.configure(None)
    asyncio.run(run())


if __name__ == "__main__":
    main()
