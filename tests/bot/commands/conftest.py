from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import Commands


@pytest.fixture
def commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Commands]:
    data, folder = tmp_path / "data", tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FACTCONTEXT_DATA_DIR", str(data))
    monkeypatch.setenv("COLUMNS", "100")
    made = Commands(data=data, folder=folder, capsys=capsys, monkeypatch=monkeypatch)
    monkeypatch.setattr("bot.wiring.load_encoder", lambda _settings: made.encoder)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield made
    root.handlers[:] = handlers
    root.setLevel(level)
