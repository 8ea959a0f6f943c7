"""`python -m benchmarks.soak`: see the package."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import benchmarks.soak
from benchmarks.screen import screen
from benchmarks.soak.report import draw, judge, story, tell
from benchmarks.soak.run import Plan, soak


def main() -> int:
    """Run it; the exit code is 1 if anything went wrong that must not."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description=benchmarks.soak.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--chats", type=int, default=1_000)
    parser.add_argument("--deeds-per-s", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="a PNG to write")
    parser.add_argument(
        "--folder",
        type=Path,
        help="an empty one, for all that is known of it",
    )
    given = parser.parse_args()
    plan = Plan(
        minutes=given.minutes, chats=given.chats, deeds_per_s=given.deeds_per_s, seed=given.seed
    )
    with tempfile.TemporaryDirectory() as temporary:
        soaked = asyncio.run(soak(plan, given.folder or Path(temporary)))
    findings = judge(soaked)
    tell(soaked, findings, screen())
    if given.folder:
        (given.folder / "wrong.txt").write_text(story(soaked, findings), "utf-8")
    if given.plot:
        draw(soaked, findings, given.plot)
    return 1 if findings.faults or soaked.exit_code else 0


if __name__ == "__main__":
    sys.exit(main())
