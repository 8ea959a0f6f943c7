"""The whole bot under load: `factcontext serve` against a stand-in for Telegram, claims by people.

    python -m benchmarks whole_bot
    python -m benchmarks.whole_bot --passages 100000 --keep FOLDER

The bot has one core to itself, the stand-in (50 ms a call) and its people another. First people
ask one at a time, then more of them side by side, each as soon as the last answer is there; then
three and five times as many claims a second come as were answered, whatever comes back.
What the encoder alone can do is measured on the bot's core, before and after. A busy machine
slows both; claims a second of processor time say what is left of it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from rich.table import Table

from benchmarks.answers import made
from benchmarks.screen import screen
from bot.config import Settings, load_settings
from bot.wiring import workshop
from embeddings.api import Encoder, Role

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from support.telegram.server import Telegram

PASSAGES = 10_000
LATENCY_S = 0.05
_SIDE_BY_SIDE = (1, 8, 32, 128)
_CLAIMS = 200
_EACH = 20
"""Claims that a person asks at least: fewer would mostly measure how a round begins and ends."""
_SECONDS = 20.0
_TIMES_CAPACITY = (3, 5)
_PATIENCE_S = 120.0
_BATCH = 16
_BUSY = ("Too many questions", "This took too long")
_out = screen()


def main(passages: int = PASSAGES, keep: Path | None = None) -> None:
    """Make the collection, or take the one that is kept, and measure."""
    bots, ours = _cores()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=keep or Path(folder))
        with _on(bots):
            known = made(settings, passages)
            # The numbers of updates begin anew: a bot that knows them would pass them over.
            for file in settings.data_dir.glob("bot.sqlite3*"):
                file.unlink()
            before = _encoder_alone(settings, known.claims(_CLAIMS))
        with _on(ours):
            stages = asyncio.run(_stages(settings, known.claims(_CLAIMS), bots))
        with _on(bots):
            after = _encoder_alone(settings, known.claims(_CLAIMS))
    _report(stages, before, after)


def _cores() -> tuple[set[int], set[int]]:
    """The bot's, and that of everybody else."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """What this thread does and starts meanwhile runs there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


# ---------------------------------------------------------------- the bot


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bot:
    """A bot that runs, seen from outside."""

    process: subprocess.Popen[bytes]
    telegram: Telegram

    @property
    def processor_s(self) -> float:
        """Processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mib(self) -> float:
        """Memory that it holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@asynccontextmanager
async def _serving(settings: Settings, cores: set[int]) -> AsyncIterator[_Bot]:
    telegram = Telegram()
    telegram.latency_s = LATENCY_S
    async with telegram:
        process = _start(settings, telegram, cores)
        try:
            await telegram.world.called("getUpdates", timeout_s=_PATIENCE_S)
            yield _Bot(process=process, telegram=telegram)
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)
        if telegram.world.violations:
            raise SystemExit(f"The bot broke the Bot API: {telegram.world.violations[0]}")


def _start(settings: Settings, telegram: Telegram, cores: set[int]) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "FACTCONTEXT_LOG_LEVEL": "warning",
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "FACTCONTEXT_DATA_DIR": str(settings.data_dir),
        "FACTCONTEXT_TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
        # A Bot API server of one's own, and nobody is told to ask less.
        "FACTCONTEXT_CHAT_MESSAGES_PER_S": "1000",
        "FACTCONTEXT_ALL_MESSAGES_PER_S": "100000",
        "FACTCONTEXT_PERSON_CLAIMS_PER_MIN": "0",
    }
    with _on(cores):
        return subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment)


# ---------------------------------------------------------------- measuring


@dataclass(slots=True, kw_only=True)
class _Stage:
    """How one kind of load went."""

    name: str
    took_s: float = 0.0
    processor_s: float = 0.0
    resident_mib: float = 0.0
    answered_s: list[float] = field(default_factory=list)
    """From a claim to its answer."""
    busy_s: list[float] = field(default_factory=list)
    """From a claim to being told to try again."""
    silent: int = 0
    other: int = 0
    """Answers with other words than the same claim got from the idle bot."""


async def _stages(settings: Settings, claims: Sequence[str], cores: set[int]) -> list[_Stage]:
    async with _serving(settings, cores) as bot:
        people = itertools.count(10_000)
        known: dict[str, str] = {}
        stages = [_Stage(name="1 at a time, first round")]
        await _closed(bot, stages[0], claims, known, people, 1)
        for size in _SIDE_BY_SIDE:
            stages.append(_Stage(name=f"{size} side by side"))
            await _closed(bot, stages[-1], claims, known, people, size)
        best = max(len(stage.answered_s) / stage.took_s for stage in stages)
        for times in _TIMES_CAPACITY:
            many = int(times * best * _SECONDS)
            stages.append(_Stage(name=f"{times} x capacity: {many / _SECONDS:.0f}/s"))
            await _open(bot, stages[-1], claims, known, people, many)
        stages.append(_Stage(name="1 at a time, afterwards"))
        await _closed(bot, stages[-1], claims, known, people, 1)
    return stages


async def _closed(
    bot: _Bot,
    stage: _Stage,
    claims: Sequence[str],
    known: dict[str, str],
    people: Iterator[int],
    size: int,
) -> None:
    """So many people take claims from one pile, each when the last one was answered."""
    pile = list(itertools.islice(itertools.cycle(claims), max(len(claims), _EACH * size)))

    async def person(number: int) -> None:
        while pile:
            await _ask(bot, stage, pile.pop(), known, number)

    with _measured(bot, stage):
        await asyncio.gather(*(person(number) for number in itertools.islice(people, size)))


async def _open(
    bot: _Bot,
    stage: _Stage,
    claims: Sequence[str],
    known: dict[str, str],
    people: Iterator[int],
    many: int,
) -> None:
    """Another person for each claim, at even distances, whatever comes back."""
    with _measured(bot, stage):
        began, asking = time.perf_counter(), []
        for place in range(many):
            wait_s = began + place * _SECONDS / many - time.perf_counter()
            await asyncio.sleep(max(0.0, wait_s))
            claim = claims[place % len(claims)]
            asking.append(asyncio.create_task(_ask(bot, stage, claim, known, next(people))))
        await asyncio.gather(*asking)


@contextmanager
def _measured(bot: _Bot, stage: _Stage) -> Iterator[None]:
    wall, processor = time.perf_counter(), bot.processor_s
    yield
    stage.took_s = time.perf_counter() - wall
    stage.processor_s = bot.processor_s - processor
    stage.resident_mib = bot.resident_mib


async def _ask(bot: _Bot, stage: _Stage, claim: str, known: dict[str, str], person: int) -> None:
    user = bot.telegram.world.user(person)
    began = time.perf_counter()
    user.send(claim)
    try:
        text = (await user.receives(timeout_s=_PATIENCE_S)).text
    except AssertionError:
        stage.silent += 1
        return
    took_s = time.perf_counter() - began
    if text.startswith(_BUSY):
        stage.busy_s.append(took_s)
    else:
        stage.answered_s.append(took_s)
        stage.other += known.setdefault(claim, text) != text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alone:
    """Claims that the encoder alone takes, in batches."""

    a_second: float
    a_processor_second: float


def _encoder_alone(settings: Settings, claims: Sequence[str]) -> _Alone:
    with workshop(settings) as tools:
        _encode(tools.encoder, claims)
        wall, processor = time.perf_counter(), time.process_time()
        _encode(tools.encoder, claims)
        return _Alone(
            a_second=len(claims) / (time.perf_counter() - wall),
            a_processor_second=len(claims) / (time.process_time() - processor),
        )


def _encode(encoder: Encoder, claims: Sequence[str]) -> None:
    for start in range(0, len(claims), _BATCH):
        encoder.encode(claims[start : start + _BATCH], Role.QUERY)


# ---------------------------------------------------------------- reporting


def _report(stages: Sequence[_Stage], before: _Alone, after: _Alone) -> None:
    heads = ("answers/s", "of encoder", "per core s", "of encoder", "answer p50/p99 s")
    table = Table("claims", *heads, "busy: number, p50/p99 s", "silent", "other", "MiB")
    wall = (before.a_second + after.a_second) / 2
    core = (before.a_processor_second + after.a_processor_second) / 2
    for stage in stages:
        answers = len(stage.answered_s)
        rate, cost = answers / stage.took_s, answers / stage.processor_s
        table.add_row(
            stage.name,
            f"{rate:.0f}",
            f"{rate / wall:.0%}",
            f"{cost:.0f}",
            f"{cost / core:.0%}",
            _times(stage.answered_s),
            f"{len(stage.busy_s)}, {_times(stage.busy_s)}" if stage.busy_s else "0",
            str(stage.silent),
            str(stage.other),
            f"{stage.resident_mib:.0f}",
        )
    _out.print(table)
    _out.print(
        f"The encoder alone, in batches of {_BATCH}: {before.a_second:.0f} claims/s before and "
        f"{after.a_second:.0f} after; {core:.0f} a second of processor time."
    )


def _times(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "-"
    return f"{median(seconds):.2f}/{quantiles(seconds, n=100)[98]:.2f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_bot", description=__doc__)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--keep", type=Path, help="data folder that is kept")
    given = parser.parse_args()
    main(given.passages, given.keep)
