"""SIGHUP: settings are read again, and a faulty file changes nothing."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.reloading import RELOADABLE, reload_on_hangup


@pytest.fixture(autouse=True)
def daemon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No terminal, and a folder of its own."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.chdir(tmp_path)


def write(text: str) -> None:
    Path("factcontext.toml").write_text(text)


class Applied:
    """What was applied, and when."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []
        self.came = asyncio.Event()

    def __call__(self, settings: Settings) -> None:
        self.settings.append(settings)
        self.came.set()


async def until_said(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(30):
        while words not in caplog.text:  # noqa: ASYNC110 - a log line rings no bell
            await asyncio.sleep(0.01)


async def test_what_can_change_changes_and_the_rest_is_named_for_the_next_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    write("articles_shown = 3\n")
    settings, applied = load_settings(), Applied()
    with reload_on_hangup(settings, applied):
        write('articles_shown = 7\nlog_level = "debug"\nencoder_threads = 4\n')
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(30):
            await applied.came.wait()
        (now,) = applied.settings
        assert (now.articles_shown, now.log_level, now.encoder_threads) == (7, "debug", 1)
        assert "next start: FACTCONTEXT_ENCODER_THREADS" in caplog.text
        assert "changed: FACTCONTEXT_ARTICLES_SHOWN, FACTCONTEXT_LOG_LEVEL" in caplog.text


async def test_a_faulty_file_is_named_and_changes_nothing_and_a_mended_one_is_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    write("articles_shown = 3\n")
    applied = Applied()
    with reload_on_hangup(load_settings(), applied):
        write("articles_shown = 700\n")
        os.kill(os.getpid(), signal.SIGHUP)
        await until_said(caplog, "the settings stay as they are")
        assert applied.settings == []
        write("articles_shown = 8\n")
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(30):
            await applied.came.wait()
    assert [settings.articles_shown for settings in applied.settings] == [8]


async def test_in_a_terminal_the_signal_ends_the_bot_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with reload_on_hangup(load_settings(), Applied()):
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


def test_what_can_be_reloaded_are_settings() -> None:
    assert set(RELOADABLE) <= set(Settings.model_fields)
