"""A short soak of the served bot: what `python -m benchmarks.soak` does for ten minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.soak.report import judge, story
from benchmarks.soak.run import Plan, soak


@pytest.mark.soak
async def test_through_faults_and_a_kill_nothing_is_lost_twice_or_astray(tmp_path: Path) -> None:
    soaked = await soak(Plan(minutes=1.0, chats=200, deeds_per_s=6.0, seed=2), tmp_path)
    findings = judge(soaked)
    told = story(soaked, findings)
    assert findings.faults == 0, told
    assert soaked.weather.ignored_floods == 0
    assert soaked.exit_code == 0
    right = sum(found["right"] for found in findings.outcomes.values())
    assert right > 200, told
