"""The product as an operator has it: a data folder, and the command line in its own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.encoders import models

from bot.config import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"
FOUNDING = SHARED / "seeds" / "000_1359d574294d1fe1.txt"
TIMEOUT_S = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Runs `factcontext` on one data folder."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, data: Path) -> Product:
        """A data folder that shares the converted model with all others of this test run."""
        data.mkdir(parents=True, exist_ok=True)
        (data / "models").symlink_to(models())
        return cls(data=data)

    def copy(self, folder: Path) -> Product:
        """The same product in another folder, to be changed."""
        shutil.copytree(self.data, folder, symlinks=True)
        return Product(data=folder)

    def settings(self, **overrides: Any) -> Settings:  # noqa: ANN401 - any setting
        """What the bot is started with."""
        return load_settings(data_dir=self.data, **overrides)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """A command that goes on while the test does."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FACTCONTEXT_DATA_DIR": str(self.data),
            "COLUMNS": "100",
            **variables,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.data.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, expect: int = 0, **variables: str) -> Outcome:
        """A command from start to end; fails unless it ends as expected."""
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == expect, f"{arguments}: {process.returncode}\n{out}\n{err}"
        return Outcome(out=out, err=err)

    def ask(self, claim: str, *options: str) -> dict[str, Any]:
        """The answer as JSON."""
        answer = self.run("ask", claim, "--json", *options).json()
        assert isinstance(answer, dict)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command printed."""

    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever the command prints
        """Standard output as one JSON value."""
        return json.loads(self.out)
