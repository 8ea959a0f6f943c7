"""Runs one engine in the interpreter that has it: a line of JSON in, a line of JSON out.

    python -m benchmarks.peers.worker ENGINE STORE MODEL

Times are taken here, so that the pipe is in none of them.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from benchmarks.peers.engine import Engine, Stopwatch

_MIB = 1024**2


def main() -> None:
    """Answer until nothing more is asked."""
    answers = _private_stdout()
    name, store, model = sys.argv[1:]
    watch = Stopwatch()
    module = importlib.import_module(f"benchmarks.peers.engines.{name}")
    engine: Engine = module.engine(Path(store), model, watch)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _do(engine, asked, watch) | {"peak_mib": peak_mib()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _do(engine: Engine, asked: Mapping[str, Any], watch: Stopwatch) -> dict[str, Any]:
    before, wall, processor = watch.seconds.copy(), time.perf_counter(), time.process_time()
    result: dict[str, Any] = {}
    match asked["do"]:
        case "add":
            result["passages"] = engine.add(Path(asked["corpus"]))
        case "open":
            engine.open()
        case "search":
            result["articles"] = list(engine.search(asked["claim"]))
    return result | {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - processor,
        "before_s": processor,
        "parts_s": dict(watch.seconds - before),
    }


def _private_stdout() -> TextIO:
    """Libraries print what they like; that goes to stderr, and the answers have stdout alone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def peak_mib() -> float:
    """The most memory that this process had at once; Linux only, 0 elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    fields = dict(line.split(":", 1) for line in status.read_text("ascii").splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024 / _MIB


if __name__ == "__main__":
    main()
