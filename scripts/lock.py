"""Write requirements.lock and requirements-test.lock: exact versions with hashes, any platform.

torch stands in neither: its CPU build is installed by install_torch.py, and its metadata is read
from that build, because the other one names the CUDA packages. Needs `uv`; run by `make lock`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from install_torch import CPU_WHEELS, TORCH, brings_cuda, pip

HEADER = "# Made by `make lock`; installed with --no-deps after scripts/install_torch.py.\n"


def compile_lock(target: Path, wheels: Path, *arguments: str) -> None:
    """Resolve pyproject.toml for every platform and Python from 3.11 on into `target`."""
    override = wheels / "override.txt"
    override.write_text(f"{TORCH}+cpu\n" if list(wheels.glob("*+cpu*")) else f"{TORCH}\n")
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet",
        "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header",
        "--no-annotate", "--find-links", str(wheels), "--override", str(override),
        "--no-emit-package", "torch", "--output-file", str(target), *arguments,
    ]  # fmt: skip
    subprocess.run(command, check=True)
    target.write_text(HEADER + target.read_text())


def main() -> None:
    """Resolve twice; the test lock contains the run lock."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        source = ["--find-links", CPU_WHEELS, f"{TORCH}+cpu"] if brings_cuda() else [TORCH]
        pip("download", "-q", "--no-deps", "-d", folder, *source)
        compile_lock(Path("requirements-test.lock"), wheels, "--extra", "test")
        # What is tested is what people get.
        compile_lock(Path("requirements.lock"), wheels, "--constraint", "requirements-test.lock")


if __name__ == "__main__":
    main()
