"""`make bench`: every figure that the documents report, each as ratios within one run."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import answers, discussions, encoder, growing, loading, pipeline, quality, sizes

WHAT = ["encoder", "pipeline", "answers", "quality", "discussions", "loading", "growing", "sizes"]
SETS = Path(__file__).resolve().parents[2] / "shared" / "evaluation"


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*WHAT, []])
    parser.add_argument(
        "--sets", type=Path, default=SETS, help="folder of BEIR-style sets for `quality`"
    )
    arguments = parser.parse_args()
    wanted = arguments.what or WHAT
    if "encoder" in wanted:
        encoder.main([])
    if "pipeline" in wanted:
        pipeline.main()
    if "answers" in wanted:
        answers.main()
    if "quality" in wanted:
        quality.main(arguments.sets)
    if "discussions" in wanted:
        discussions.main()
    if "loading" in wanted:
        loading.main()
    if "growing" in wanted:
        growing.main()
    if "sizes" in wanted:
        sizes.main()


if __name__ == "__main__":
    main()
