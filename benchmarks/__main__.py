"""`make bench`: every figure that the documents report, each as ratios within one run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import (
    answers,
    calls,
    discussions,
    encoder,
    growing,
    limits,
    loading,
    pipeline,
    quality,
    sizes,
    whole_bot,
)
from benchmarks.peers import __main__ as peers

SETS = Path(__file__).resolve().parents[2] / "shared" / "evaluation"


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="*", choices=[*WHAT, []], metavar="PART", help=", ".join(WHAT)
    )
    parser.add_argument(
        "--sets", type=Path, default=SETS, help="folder of BEIR-style sets for `quality`"
    )
    arguments = parser.parse_args()
    for name in [name for name in WHAT if name in arguments.what] or WHAT:
        WHAT[name](arguments.sets)


def _peers(_sets: Path) -> None:
    peers.compare()
    peers.load_each()


WHAT: Mapping[str, Callable[[Path], None]] = {
    "encoder": lambda _sets: encoder.main([]),
    "limits": lambda _sets: limits.main(),
    "pipeline": lambda _sets: pipeline.main(),
    "answers": lambda _sets: answers.main(),
    "whole_bot": lambda _sets: whole_bot.main(),
    "calls": lambda _sets: calls.main(),
    "quality": quality.main,
    "discussions": lambda _sets: discussions.main(),
    "loading": lambda _sets: loading.main(),
    "growing": lambda _sets: growing.main(),
    "sizes": lambda _sets: sizes.main(),
    "peers": _peers,
}


if __name__ == "__main__":
    main()
