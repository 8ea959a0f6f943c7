from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.backups import marked
from support.commands import Commands
from support.once import once

CALLED = {"sickness": "measles", "fee": "tariff", "jab": "vaccine", "flat": "apartment"}
PLACES = tuple(f"town{n}" for n in range(16))


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


@pytest.fixture
def golden(commands: Commands) -> Path:
    """Sixty-four articles that answer, with a claim about each and some about none."""

    def make(folder: Path) -> None:
        articles = [
            {"title": f"{it} {place}", "text": f"{it} of {place} it is."}
            for place in PLACES
            for it in CALLED.values()
        ]
        commands.run("add", "--quiet", commands.write("articles.jsonl", *articles))
        commands.run("rebuild", "--quiet")
        shutil.move(commands.data, folder)

    shutil.copytree(once("learning", make), commands.data)
    claims = [
        {"id": f"{said} {place}", "claim": f"{said} {place}", "document": f"{it} {place}"}
        for place in PLACES
        for said, it in CALLED.items()
    ]
    silent = [{"id": f"s{n}", "claim": f"zebra{n} quagga{n}", "nothing": True} for n in range(24)]
    return commands.write("golden.jsonl", *claims, *silent)


@pytest.fixture
def answering(commands: Commands) -> Commands:
    commands.built()
    return commands


@pytest.fixture
def backup(commands: Commands) -> Path:
    commands.built()
    marked(commands.data, "new")
    commands.run("backup", "kept.zip")
    return commands.folder / "kept.zip"
