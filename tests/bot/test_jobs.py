"""Commands beside the bot: watched, one at a time, and never forgotten half done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from support.own_command import OwnCommand

from bot.config import load_settings
from bot.errors import CommandError
from bot.jobs import Job, JobKind, Jobs, Progress

COUNTING = """
    for done in (1, 2):
        print(json.dumps({"doing": "Loading", "done": done, "total": 2, "unit": "files"}),
              file=sys.stderr, flush=True)
    print("error: one file is broken", file=sys.stderr, flush=True)
    go()
    print(json.dumps({"added": 3}))
    sys.exit(3)
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnCommand:
    return OwnCommand(tmp_path, monkeypatch)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "data" / "uploads" / ".job.json"


@pytest.fixture
async def jobs(tmp_path: Path, note: Path) -> AsyncIterator[Jobs]:
    (tmp_path / "data").mkdir()
    made = Jobs(load_settings(data_dir=tmp_path / "data"), note)
    yield made
    await made.aclose()


def there(note: Path) -> str:
    return note.read_text() if note.exists() else ""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.02)


async def test_a_command_is_watched_until_its_end(jobs: Jobs, command: OwnCommand) -> None:
    command.does(COUNTING)
    ended: list[Job] = []
    job = await jobs.start(JobKind.LOAD, ["add", "x"], about="x", at_end=ended.append)
    await until(lambda: len(job.said) == 1)
    assert job.running
    assert job.progress == Progress(doing="Loading", done=2, total=2, unit="files")
    command.let_go()
    await until(lambda: not job.running)
    assert (job.code, job.printed, job.failed) == (3, {"added": 3}, False)
    assert list(job.said) == ["error: one file is broken"]
    assert ended == [job]
    assert command.asked == [["-m", "bot", "--progress-lines", "add", "x"]]


async def test_one_runs_at_a_time(jobs: Jobs, command: OwnCommand) -> None:
    command.does("go()")
    job = await jobs.start(JobKind.REBUILD, ["rebuild"])
    with pytest.raises(CommandError, match="A rebuild is running already, since"):
        await jobs.start(JobKind.LOAD, ["add", "x"])
    command.let_go()
    await until(lambda: not job.running)
    await jobs.start(JobKind.LOAD, ["add", "x"])


async def test_what_is_stopped_has_failed_and_is_no_interruption(
    jobs: Jobs, command: OwnCommand, note: Path
) -> None:
    command.does("go()")
    job = await jobs.start(JobKind.REBUILD, ["rebuild"])
    assert there(note)
    await jobs.stop()
    assert (job.running, job.failed, job.code) == (False, True, -15)
    assert list(job.said) == ["It was stopped; what was finished until then is kept."]
    assert not there(note)
    await jobs.stop()


async def test_what_will_not_end_is_killed(
    jobs: Jobs, command: OwnCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs._GRACE_S", 0.2)
    command.does("import signal; signal.signal(15, signal.SIG_IGN); print('!', file=sys.stderr)\n"
                 "sys.stderr.flush(); go()")  # fmt: skip
    job = await jobs.start(JobKind.REBUILD, ["rebuild"])
    await until(lambda: bool(job.said))
    await jobs.stop()
    await until(lambda: not job.running)
    assert job.code == -9


async def test_what_ended_with_the_bot_is_told_by_the_next_one_and_once(
    jobs: Jobs, command: OwnCommand, note: Path, tmp_path: Path
) -> None:
    command.does("go()")
    job = await jobs.start(JobKind.LOAD, ["add", "x"], about="x.zip")
    await jobs.aclose()
    settings = load_settings(data_dir=tmp_path / "data")
    last = Jobs(settings, note).last
    assert last is not None
    assert (last.kind, last.about, last.started) == (JobKind.LOAD, "x.zip", job.started)
    assert (last.interrupted, last.running, last.failed) == (True, False, True)
    assert Jobs(settings, note).last is None


@pytest.mark.parametrize("left", ["", "[]", '["bake", "2026-01-01", ""]', "\x00", '{"a": 1}'])
def test_a_note_that_says_nothing_is_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "note").write_text(left)
    assert Jobs(load_settings(data_dir=tmp_path), tmp_path / "note").last is None


async def test_output_without_end_is_cut_and_a_report_that_is_no_json_is_none(
    jobs: Jobs, command: OwnCommand
) -> None:
    command.does("""
        sys.stderr.write("x" * 3_000_000 + "\\n" + "\\n".join(map(str, range(100))))
        sys.stdout.write("y" * 3_000_000)
    """)
    job = await jobs.start(JobKind.LOAD, ["add", "x"])
    await until(lambda: not job.running)
    assert (job.code, job.printed) == (0, None)
    assert list(job.said) == [str(n) for n in range(80, 100)]


async def test_a_command_that_cannot_be_started_says_so(
    jobs: Jobs, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.sys.executable", "/nowhere/python")
    job = await jobs.start(JobKind.LOAD, ["add", "x"])
    assert (job.running, job.failed) == (False, True)
    assert list(job.said) == ["The command cannot be started (No such file or directory)."]
    assert not there(note)


async def test_the_note_holds_no_more_than_what_is_told(
    jobs: Jobs, command: OwnCommand, note: Path
) -> None:
    command.does("go()")
    job = await jobs.start(JobKind.LOAD, ["add", "/secret/path"], about="x.zip")
    assert json.loads(there(note)) == ["load", job.started.isoformat(), "x.zip"]
