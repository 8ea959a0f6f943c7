"""What a larger collection costs those who ask: time of an answer, memory, and a cold start.

    python -m benchmarks sizes
    python -m benchmarks.sizes --passages 10000 100000 1000000 --keep FOLDER

Collections are made as `benchmarks.collection` says; with --keep their data folders are kept and
used again. `factcontext serve` starts in a process of its own against the stand-in for Telegram,
where somebody has asked already. From the start of the process until that answer has arrived is
the cold start. Then claims follow one another, each sent when the one before has been answered:
the time of a whole exchange over HTTP. Memory is read afterwards: the process's own, and apart
from it the pages of mapped files, which the system takes back when it needs them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from rich.table import Table

from benchmarks import answers
from benchmarks.screen import screen
from bot.config import load_settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))  # the stand-in for Telegram lives with the tests

from support.telegram.server import Telegram  # noqa: E402 - found by the line above

PASSAGES = (2_000, 20_000)
_CLAIMS = 200
_WARM = 20
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """One size."""

    passages: int
    cold_s: float
    """From the start of the process to the first answer."""
    exchange_ms: Sequence[float]
    own_bytes: int
    mapped_bytes: int


def main(passages: Sequence[int] = PASSAGES, keep: Path | None = None) -> None:
    """Make the collections, or take those that are kept, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        sizes = []
        for count in passages:
            data = (keep or Path(folder)) / str(count)
            claims = answers.made(load_settings(data_dir=data), count).claims(_WARM + _CLAIMS)
            # The stand-in counts updates from one again; a bot that remembers passes over them.
            for file in data.glob("bot.sqlite3*"):
                file.unlink()
            sizes.append(asyncio.run(_measured(data, count, claims)))
    _report(sizes)


async def _measured(data: Path, passages: int, claims: Sequence[str]) -> _Measured:
    async with Telegram() as telegram:
        person = telegram.world.user()
        person.send(claims[0])
        started = time.perf_counter()
        async with _serving(data, telegram) as process:
            await person.receives(timeout_s=_PATIENCE_S)
            cold_s = time.perf_counter() - started
            times = []
            for claim in claims[1:]:
                asked = time.perf_counter()
                person.send(claim)
                await person.receives(timeout_s=_PATIENCE_S)
                times.append(1_000 * (time.perf_counter() - asked))
            own, mapped = _memory(process.pid)
    return _Measured(
        passages=passages,
        cold_s=cold_s,
        exchange_ms=times[_WARM:],
        own_bytes=own,
        mapped_bytes=mapped,
    )


@asynccontextmanager
async def _serving(data: Path, telegram: Telegram) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "FACTCONTEXT_DATA_DIR": str(data),
        "FACTCONTEXT_TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
        "FACTCONTEXT_CHAT_MESSAGES_PER_S": "1000",
        "FACTCONTEXT_PERSON_CLAIMS_PER_MIN": "0",
        "FACTCONTEXT_LOG_LEVEL": "error",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", env=environment, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


def _memory(pid: int) -> tuple[int, int]:
    """Bytes of a process in memory: its own, and those of mapped files."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    found = dict(line.split(":", 1) for line in lines if line.startswith("Rss"))
    own, mapped = (1024 * int(found[name].split()[0]) for name in ("RssAnon", "RssFile"))
    return own, mapped


def _report(sizes: Sequence[_Measured]) -> None:
    table = Table(
        "passages", "p50 ms", "p99 ms", "p50 of the first", "cold start s", "own MiB",
        "mapped files MiB",
        title="factcontext serve, one claim after the other, over HTTP",
    )  # fmt: skip
    first = sizes[0]
    for size in sizes:
        p50, p99 = median(size.exchange_ms), quantiles(size.exchange_ms, n=100)[98]
        table.add_row(
            f"{size.passages:,}",
            f"{p50:.1f}",
            f"{p99:.1f}",
            f"{p50 / median(first.exchange_ms):.2f}x",
            f"{size.cold_s:.1f}",
            f"{size.own_bytes / 2**20:.0f}",
            f"{size.mapped_bytes / 2**20:.0f}",
        )
    screen().print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes", description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=PASSAGES)
    parser.add_argument("--keep", type=Path, help="folder in which the data folders are kept")
    given = parser.parse_args()
    main(given.passages, given.keep)
