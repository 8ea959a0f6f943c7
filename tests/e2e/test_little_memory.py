"""The whole bot in a process that gets no more memory than it has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.product import ROOT, TIMEOUT_S


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count other memory")
def test_without_more_memory_claims_are_answered_and_what_needs_more_is_told_politely(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "support.little_memory", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    fits, hungry, again, exit_code, documents = done.stdout.splitlines()
    assert "Report 1 on the vaccine" in fits
    assert hungry.startswith("Something went wrong on my side. Please try again. (Number ")
    assert again == fits
    assert (exit_code, documents) == ("1", "7")
    assert "There is not enough memory for this" in done.stderr
    assert "Traceback" not in done.stderr
