"""An engine in a process of its own interpreter, spoken to in lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.peers.engine import ENCODER
from embeddings.models import DEFAULT_MODEL, resolve

ROOT = Path(__file__).resolve().parents[2]
INTERPRETER = ROOT / ".venv-peers" / "bin" / "python"
PRODUCT = "factcontext"
LABELS = {
    PRODUCT: "factcontext",
    "chroma": "chromadb",
    "txtai": "txtai",
    "txtai_hybrid": "txtai, hybrid",
    "langchain": "langchain FAISS",
    "bm25": "BM25 alone (bm25s)",
    "plain": "SentenceTransformer.encode alone",
}
_LOG_TAIL = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a request cost in the engine's own process."""

    wall_s: float
    cpu_s: float
    before_s: float
    """Processor seconds since the process started."""
    peak_mib: float
    parts_s: Mapping[str, float]
    """Of `cpu_s`, what the engine tells apart: all have an encoder, the product a rebuild."""
    passages: int = 0
    articles: Sequence[str] = ()

    @property
    def encoder_s(self) -> float:
        """Processor seconds in the encoder."""
        return self.parts_s.get(ENCODER, 0.0)

    @property
    def outside_s(self) -> float:
        """Processor seconds that the encoder had no part in."""
        return self.cpu_s - self.encoder_s


class Running:
    """One engine at work on one store; a context manager."""

    def __init__(self, name: str, store: Path) -> None:
        self._log = store.with_suffix(".log")
        self._log.parent.mkdir(parents=True, exist_ok=True)
        interpreter = sys.executable if name == PRODUCT else str(INTERPRETER)
        model = str(resolve(DEFAULT_MODEL).folder)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [interpreter, "-m", "benchmarks.peers.worker", name, str(store), model],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                text=True,
            )

    def ask(self, do: str, **what: str) -> Taken:
        """Ask, and wait for the answer.

        Raises:
            SystemExit: the engine died; with the end of its log.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("The engine has no pipes.")
        self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            said = self._log.read_text("utf-8", errors="replace")[-_LOG_TAIL:]
            raise SystemExit(f"The engine died; the end of {self._log}:\n{said}")
        return Taken(**json.loads(line))

    def __enter__(self) -> Self:
        """Itself; the process was started already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the engine end; nothing is asked any more."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def at_hand() -> bool:
    """Whether the peers are installed."""
    return INTERPRETER.exists()


def _environment() -> Mapping[str, str]:
    """One thread for each library, no hub, nothing reported to anybody."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
    }
