"""How long the tests that kill and race go on: a moment in the suite, longer in ``make chaos``.

``CATALYST_CHAOS_ROUNDS`` is how many rounds; ``CATALYST_CHAOS_SEED`` replays the moments of a run.
"""

from __future__ import annotations

import os
import random
import time

ROUNDS = int(os.environ.get("CATALYST_CHAOS_ROUNDS", "0"))


def moments(usual: tuple[float, ...], longest_s: float) -> list[float]:
    """Seconds to wait before each kill: the usual ones, or random ones whose seed is printed."""
    if not ROUNDS:
        return list(usual)
    seed = os.environ.get("CATALYST_CHAOS_SEED") or str(time.time_ns())
    print(f"\nreplay with CATALYST_CHAOS_SEED={seed}", flush=True)
    dice = random.Random(seed)
    return [dice.uniform(0, longest_s) for _ in range(ROUNDS)]
