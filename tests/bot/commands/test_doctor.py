"""Each fault is found, named, and comes with what to do."""

from __future__ import annotations

import base64
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.commands import Commands
from support.word_encoder import WordEncoder

from bot.doctor import machine
from embeddings.errors import EncoderError


@pytest.fixture(autouse=True)
def tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed here decides nothing."""
    monkeypatch.setattr(machine, "picture_reading", lambda _settings: object())
    monkeypatch.setattr(machine, "installed_version", lambda: "9.9")


def examined(commands: Commands, expect: int = 0) -> dict[str, dict[str, Any]]:
    findings = commands.json("doctor", "--offline", expect=expect)
    assert all(f["advice"] for f in findings if f["level"] != "ok")
    return {f["matter"]: f for f in findings}


def test_a_sound_folder_has_nothing_to_do(commands: Commands) -> None:
    commands.built()
    found = examined(commands)
    assert list(found) == ["versions", "settings", "data folder", "secrets", "disk", "pictures",
                           "bot's file", "key", "model", "library", "index"]  # fmt: skip
    assert {f["level"] for f in found.values()} == {"ok"}
    assert found["index"]["says"] == "0001 is sound and agrees with the library"
    assert found["library"]["says"] == "sound, 4 documents, 8 comments"
    said = commands.run("doctor", "--offline").out
    assert "ok   index: 0001 is sound" in said


def test_a_key_that_is_none_is_said_before_serve_refuses_it(commands: Commands) -> None:
    commands.built()
    assert examined(commands)["key"]["says"] == "there is none yet; serve makes it"
    (commands.data / "bot.key").write_text("no key")
    (commands.data / "bot.key").chmod(0o600)
    found = examined(commands, expect=4)["key"]
    assert (found["level"], "put the right one back" in found["advice"]) == ("fail", True)


def test_before_anything_is_loaded_it_says_how_to_begin(commands: Commands) -> None:
    found = examined(commands, expect=4)
    assert found["data folder"]["level"] == "warn"
    assert "factcontext add" in found["library"]["advice"]
    assert not commands.data.exists()


def test_a_changed_library_and_a_missing_index(commands: Commands) -> None:
    commands.built()
    commands.run("add", "--quiet", commands.articles(4, 5))
    assert examined(commands)["index"]["level"] == "warn"
    (commands.data / "generations" / "CURRENT").unlink()
    found = examined(commands, expect=4)
    assert found["index"]["level"] == "fail"
    assert "factcontext rebuild" in found["index"]["advice"]


def one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def one_page(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8_192] + b"\xff" * 4_096 + content[12_288:])


@pytest.mark.parametrize(
    ("file", "harm", "matter"),
    [
        ("generations/0001/reporting/dense.faiss", one_bit, "index"),
        ("generations/CURRENT", lambda path: path.write_text("?"), "index"),
        ("library.sqlite3", one_page, "library"),
        ("library.sqlite3", lambda path: path.write_bytes(b"no database" * 900), "library"),
        ("bot.sqlite3", one_page, "bot's file"),
        ("bot.sqlite3", lambda path: path.write_bytes(b"no database" * 900), "bot's file"),
    ],
)
def test_damage_is_found_where_it_is(
    commands: Commands, file: str, harm: Callable[[Path], None], matter: str
) -> None:
    commands.built()
    with closing(sqlite3.connect(commands.data / "bot.sqlite3")) as store, store:
        store.execute("CREATE TABLE IF NOT EXISTS filler (a)")
        store.executemany("INSERT INTO filler VALUES (?)", [("x" * 900,)] * 90)
    (commands.data / "bot.sqlite3").chmod(0o600)
    harm(commands.data / file)
    found = examined(commands, expect=4)
    assert [name for name, f in found.items() if f["level"] == "fail"] == [matter]


def test_a_model_that_does_not_load_or_is_another_than_the_index_was_built_with(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()
    commands.encoder = WordEncoder(dimension=16)
    found = examined(commands, expect=4)
    assert found["model"]["level"] == "ok"
    assert "was built with" in found["index"]["says"]

    def missing(_settings: object) -> WordEncoder:
        raise EncoderError("There is no such model; name another.")

    monkeypatch.setattr("bot.wiring.load_encoder", missing)
    found = examined(commands, expect=4)
    assert found["model"]["advice"] == "There is no such model; name another."
    assert found["index"]["level"] == "ok"


def test_secrets_that_others_may_read(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.built()
    key, config = commands.data / "bot.key", commands.folder / "factcontext.toml"
    key.write_bytes(base64.b64encode(b"k" * 32))
    config.write_text('metrics_token = "secret"\n')
    for path in (key, config):
        path.chmod(0o644)
    found = examined(commands)["secrets"]
    assert found["level"] == "warn"
    assert found["advice"] == f"chmod 600 {key}, {config.name}"
    for path in (key, config):
        path.chmod(0o600)
    assert examined(commands)["secrets"]["level"] == "ok"
    config.write_text("articles_shown = 3\n")
    config.chmod(0o644)
    monkeypatch.setenv("FACTCONTEXT_METRICS_TOKEN", "secret")
    assert examined(commands)["secrets"]["level"] == "ok"


@pytest.mark.parametrize(("free_mib", "level"), [(10, "fail"), (100_000, "ok")])
def test_a_disk_that_fills_up(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, free_mib: int, level: str
) -> None:
    commands.built()
    usage = SimpleNamespace(free=free_mib * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert examined(commands, expect=4 * (level == "fail"))["disk"]["level"] == level


def test_a_folder_that_cannot_be_written(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()

    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine.tempfile, "TemporaryFile", refused)
    found = examined(commands, expect=4)["data folder"]
    assert found["level"] == "fail"
    assert "Permission denied" in found["says"]


def test_a_folder_that_everybody_may_change(commands: Commands) -> None:
    commands.built()
    commands.data.chmod(0o777)
    found = examined(commands)["data folder"]
    assert found["level"] == "warn"
    assert "chmod o-w" in found["advice"]
    commands.data.chmod(0o770)
    assert examined(commands)["data folder"]["level"] == "ok"


def test_a_webhook_without_an_address(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.built()
    monkeypatch.setenv("FACTCONTEXT_WEBHOOK", "true")
    assert "FACTCONTEXT_PUBLIC_URL" in examined(commands, expect=4)["webhook"]["advice"]


def test_without_a_token_telegram_is_not_asked(commands: Commands) -> None:
    commands.built()
    assert "warn token: there is none" in commands.run("doctor").out
