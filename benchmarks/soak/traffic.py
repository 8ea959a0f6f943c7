"""People doing one thing after another, at random moments."""

from __future__ import annotations

import asyncio
import time

from benchmarks.soak.doing import Doing
from benchmarks.soak.groups import InGroups
from benchmarks.soak.private import InPrivate


async def traffic(doing: Doing, *, per_s: float, seconds: float) -> None:
    """Go on for so long, then wait for what takes several steps."""
    deeds = InPrivate(doing).deeds + InGroups(doing).deeds
    weights = [weight for weight, _ in deeds]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ((_, do),) = doing.chance.choices(deeds, weights)
        do()
        await asyncio.sleep(doing.chance.expovariate(per_s))
    await asyncio.gather(*doing.steps)
