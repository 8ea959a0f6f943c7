"""Killing at random moments; `support/killing.py` says what must hold after each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]


def _rounds(folder: Path, seed: int, count: int, timeout_s: float) -> list[dict[str, object]]:
    run = subprocess.run(
        [sys.executable, "-m", "support.killing", str(folder), str(seed), str(count)],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
        env=os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}", "OMP_NUM_THREADS": "1"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def _hit_a_build(rounds: list[dict[str, object]]) -> bool:
    return any(".building-" in str(done["left"]) for done in rounds)


@pytest.mark.timeout(300)
def test_killed_at_any_moment_the_last_generation_answers_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    rounds = _rounds(tmp_path, seed=7, count=10, timeout_s=280)

    assert len(rounds) == 10
    assert _hit_a_build(rounds), "no kill fell into a build; the test proves nothing"


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_kills(tmp_path: Path, seed: int) -> None:
    rounds = _rounds(tmp_path, seed, count=200, timeout_s=3_500)

    assert len(rounds) == 200
    assert _hit_a_build(rounds)
