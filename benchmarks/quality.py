"""Ranking and abstention on public sets, through the product's own command line.

    python -m benchmarks quality --sets FOLDER

FOLDER holds BEIR-style sets: NAME/corpus.jsonl.gz, NAME/queries.jsonl, NAME/qrels/SPLIT.tsv.
Each set gets a data folder of its own, which is thrown away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.screen import screen

# Tuned on train; reported on what was held back.
REPORTED = {"scifact": "test", "clef2020t2": "dev"}
_out = screen()


def main(sets: Path) -> None:
    """Load, rebuild and evaluate every set that is there."""
    if not sets.is_dir():
        _out.print(f"No evaluation sets in {sets}; name their folder with --sets.")
        return
    table = Table("set", "ranking by", "nDCG@10", "MRR@10", "R@10", "R@100", "MAP@5")
    abstention = Table("set", "AUROC", "false answers at 90 %", "answered", "without evidence")
    for name, split in REPORTED.items():
        if not (sets / name).is_dir():
            continue
        result = _evaluate(sets / name, split)
        for leg, quality in result["quality"].items():
            table.add_row(f"{name} {split}", leg, *(f"{v:.3f}" for v in quality.values()))
        figures = result["abstention"]
        abstention.add_row(
            f"{name} {split}",
            *(
                f"{figures[key]:.3f}"
                for key in (
                    "auroc",
                    "false_answers_at_90",
                    "answered",
                    "answered_without_evidence",
                )
            ),
        )
    _out.print(table)
    _out.print(abstention)


def _evaluate(folder: Path, split: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as data:
        _factcontext(data, "add", "--quiet", str(folder / "corpus.jsonl.gz"))
        _factcontext(data, "rebuild", "--quiet")
        qrels = folder / "qrels" / f"{split}.tsv"
        out = _factcontext(data, "evaluate", "--json", str(folder / "queries.jsonl"), str(qrels))
    result: dict[str, Any] = json.loads(out)
    return result


def _factcontext(data: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "FACTCONTEXT_DATA_DIR": data},
    ).stdout
