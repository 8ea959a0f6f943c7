"""Install the torch release that the lock files were made with, in a build without CUDA.

Plain pip on Linux takes a torch that brings gigabytes of CUDA packages. This asks pip first what
it would take, and only where that is a CUDA build turns to the PyTorch project's own CPU wheels.
Run it with the Python of the environment to install into.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

TORCH = "torch==2.13.0"
CPU_WHEELS = os.environ.get("TORCH_WHEELS", "https://download.pytorch.org/whl/cpu/torch/")


def pip(*arguments: str, capture: bool = False) -> str:
    """Run pip quietly; its own error message is shown when it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE if capture else None
    )
    return done.stdout or ""


def brings_cuda() -> bool:
    """Whether the torch that plain pip chooses depends on NVIDIA's packages on this machine."""
    report = json.loads(
        pip(
            "install",
            "-q",
            "--dry-run",
            "--ignore-installed",
            "--no-deps",
            "--report",
            "-",
            TORCH,
            capture=True,
        )
    )
    requirements = report["install"][0]["metadata"].get("requires_dist", [])
    return sys.platform == "linux" and any(
        name.startswith(("nvidia", "cuda", "triton")) for name in requirements
    )


def main() -> None:
    """Install torch alone; everything it needs stands in the lock files."""
    with suppress(PackageNotFoundError):
        if version("torch").split("+")[0] == TORCH.split("==")[1]:
            return
    if brings_cuda():
        pip("install", "-q", "--no-deps", "--find-links", CPU_WHEELS, f"{TORCH}+cpu")
    else:
        pip("install", "-q", "--no-deps", TORCH)


if __name__ == "__main__":
    main()
