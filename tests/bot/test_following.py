"""Feeds are followed while the bot serves; nothing that fails ends it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from support.following import FULL
from support.site import running_site

from bot import following, jobs, wiring, wiring_feeds
from bot.config import load_settings
from bot.following import keep_following, rebuild_beside
from bot.store.feeds import FeedTable
from index.feeds.polling import Polled
from index.feeds.values import Feed
from index.library import Change

NOTHING = Polled(feed=Feed(url="https://a.example/feed?key=secret"))
NEWS = Polled(feed=NOTHING.feed, changes={Change.ADDED: 2})
FAULT = Polled(feed=NOTHING.feed, fault="https://a.example/feed?key=secret is not given")


async def test_feeds_are_followed_while_the_bot_serves_and_not_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(data_dir=tmp_path)
    database = wiring.open_store(settings)
    async with running_site() as site:
        monkeypatch.setattr(wiring_feeds, "open_fetcher", lambda _settings: site.fetcher())
        text = f"<rss><channel><item><title>B</title><description>{FULL}</description></item>"
        url = site.put("/feed", f"{text}</channel></rss>", "application/rss+xml")
        await FeedTable(database).add(Feed(url=url))
        with wiring.open_library(settings) as library:
            async with asyncio.timeout(60), wiring_feeds.following(settings, database, library):
                while not (await FeedTable(database).feeds())[0].checked:  # noqa: ASYNC110 - as seen from outside
                    await asyncio.sleep(0.05)
    await database.aclose()
    with wiring.open_library(settings) as library:
        assert [row.title for row in library.documents()] == ["B"]
    assert [task for task in asyncio.all_tasks() if "keep_following" in repr(task)] == []


class Looks:
    """Gives what each look brings, then stops the clock."""

    def __init__(self, *looks: Sequence[Polled] | Exception) -> None:
        self._looks = list(looks)
        self.over = asyncio.Event()

    async def poll_due(self) -> Sequence[Polled]:
        if not self._looks:
            self.over.set()
            await asyncio.Event().wait()
        look = self._looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return look


async def followed(looks: Looks, rebuild: following.Rebuild | None = None) -> None:
    task = asyncio.create_task(keep_following(looks, check_interval_s=0, rebuild=rebuild))  # type: ignore[arg-type] # only looks
    async with asyncio.timeout(30):
        await looks.over.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_news_are_told_with_the_command_that_makes_them_findable(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await followed(Looks([], [NOTHING], [NEWS, FAULT], [NOTHING]))
    said = [record.getMessage() for record in caplog.records if record.name == "bot.following"]
    assert said == [
        "looked at 1 feeds: 0 documents are new or changed, 0 feeds could not be read",
        "looked at 2 feeds: 2 documents are new or changed, 1 feeds could not be read",
        'no answer shows them yet: run "factcontext rebuild"',
        "looked at 1 feeds: 0 documents are new or changed, 0 feeds could not be read",
    ]
    assert "secret" not in caplog.text


async def test_a_rebuild_is_started_for_news_and_for_nothing_else() -> None:
    rebuilt = []

    async def rebuild() -> None:
        rebuilt.append(1)

    await followed(Looks([NOTHING], [NEWS], [NOTHING], [FAULT]), rebuild)
    assert len(rebuilt) == 1


async def test_what_nobody_foresaw_is_logged_and_it_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await followed(Looks(OSError("the disk is away"), [NEWS]))
    levels = [record.levelname for record in caplog.records if record.name == "bot.following"]
    assert levels == ["ERROR", "WARNING"]


async def test_a_rebuild_beside_runs_on_the_same_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no library: the command says so and ends with 1, which is logged."""
    monkeypatch.chdir(Path(__file__).parents[2])
    await rebuild_beside(load_settings(data_dir=tmp_path / "nothing"))
    assert "ended with exit code 1" in caplog.text


async def test_a_rebuild_ends_with_the_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "python"
    begun = str(tmp_path / "begun")
    program = f"import pathlib, time\npathlib.Path({begun!r}).touch()\ntime.sleep(600)\n"
    slow.write_text(f"#!{sys.executable}\n{program}")
    slow.chmod(0o755)
    monkeypatch.setattr(jobs.sys, "executable", str(slow))
    task = asyncio.create_task(rebuild_beside(load_settings(data_dir=tmp_path)))
    async with asyncio.timeout(60):
        while not (tmp_path / "begun").exists():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
