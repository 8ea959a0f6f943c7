"""Ask the advisories of PyPI about every package of the lock files, torch included.

    .venv-audit/bin/python scripts/audit.py

Run it with the Python of an environment that has pip-audit (`make audit` makes one). Exit codes:
0 every package was asked about and nothing is known; 1 something is known; 3 some could not be
asked about. pip-audit alone ends with 0 in the last case.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from install_torch import TORCH

ROOT = Path(__file__).resolve().parent.parent
KNOWN, UNASKED = 1, 3


def main() -> int:
    """Ask about one lock after the other: they hold some packages in two versions."""
    codes = {audit(name) for name in ("requirements.lock", "requirements-test.lock")}
    return KNOWN if KNOWN in codes else max(codes)


def audit(name: str) -> int:
    """Ask about one lock file, and say what came of it."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write("\n".join([TORCH, *pinned((ROOT / name).read_text())]))
        wanted.flush()
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off",
             "--disable-pip", "--no-deps", "--requirement", wanted.name],
            text=True, capture_output=True,
        )  # fmt: skip
    if not done.stdout.startswith("{"):
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        print(f"{name} was not audited, pip-audit failed: {last[0]}", file=sys.stderr)
        return UNASKED
    return told(name, json.loads(done.stdout)["dependencies"])


def pinned(lock: str) -> list[str]:
    """Its packages without their sums, with the markers that say for which Python."""
    return [line.rstrip(" \\") for line in lock.splitlines() if line[:1] not in (" ", "#")]


def told(name: str, packages: Sequence[dict[str, Any]]) -> int:
    """Print what pip-audit found; the exit code that fits it."""
    unasked = [package for package in packages if "skip_reason" in package]
    holes = [(package, hole) for package in packages for hole in package.get("vulns", ())]
    for package, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}")
    print(f"{name}: {len(packages) - len(unasked)} of {len(packages)} packages audited.")
    if unasked:
        print(f"The others could not be asked about: {unasked[0]['skip_reason']}", file=sys.stderr)
    return KNOWN if holes else UNASKED if unasked else 0


if __name__ == "__main__":
    sys.exit(main())
