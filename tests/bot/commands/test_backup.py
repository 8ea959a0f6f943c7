"""Backups are made while others write; a restore is whole or does not happen."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.commands import Commands
from support.product import ROOT

from bot.store import TABLES
from bot.store.database import Database


def marked(data: Path, mark: str) -> None:
    """A bot's own file with something in it."""
    Database.open(data / "bot.sqlite3", TABLES).close()
    with closing(sqlite3.connect(data / "bot.sqlite3")) as store, store:
        store.execute("CREATE TABLE IF NOT EXISTS marked (mark TEXT)")
        store.execute("DELETE FROM marked")
        store.execute("INSERT INTO marked VALUES (?)", (mark,))


def mark(data: Path) -> str:
    with closing(sqlite3.connect(data / "bot.sqlite3")) as store:
        return str(store.execute("SELECT mark FROM marked").fetchone()[0])


def changed(commands: Commands) -> None:
    """Another library, another index and another bot's file than at the backup."""
    commands.run("add", "--quiet", commands.articles(4, 5))
    commands.run("rebuild", "--quiet")
    marked(commands.data, "old")


@pytest.fixture
def backup(commands: Commands) -> Path:
    commands.built()
    marked(commands.data, "new")
    commands.run("backup", "kept.zip")
    return commands.folder / "kept.zip"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_restored_folder_answers_as_the_one_that_was_kept(
    commands: Commands, backup: Path
) -> None:
    asked = ("ask", "What happened to the glacier is told only0 here")
    before, state = commands.run(*asked).out, commands.json("status")
    changed(commands)
    assert commands.json("status")["documents"] == 5
    commands.run("restore", backup, "--yes")
    assert commands.json("status") == state
    assert commands.json("verify") == {"generation": "0001", "problems": [], "stale": False}
    assert commands.run(*asked).out == before
    assert mark(commands.data) == "new"
    assert [path.name for path in commands.data.iterdir() if path.name.startswith(".")] == []


def test_an_empty_machine_needs_no_permission(
    commands: Commands, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = commands.folder / "fresh" / "data"
    monkeypatch.setenv("FACTCONTEXT_DATA_DIR", str(fresh))
    said = commands.run("restore", backup)
    assert "is as it was on" in said.out
    assert commands.json("status")["documents"] == 4
    assert stat.S_IMODE((fresh / "bot.sqlite3").stat().st_mode) == 0o600


def test_a_rebuild_after_a_restore_encodes_nothing_again(
    commands: Commands, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCONTEXT_DATA_DIR", str(commands.folder / "fresh"))
    commands.run("restore", backup)
    encoded = len(commands.encoder.encoded)
    commands.run("add", "--quiet", commands.write("e.jsonl", {"title": "", "text": "New words."}))
    commands.run("rebuild", "--quiet")
    assert len(commands.encoder.encoded) - encoded == 1


def test_numbers_that_were_given_out_after_the_backup_are_given_to_nothing_else(
    commands: Commands, backup: Path
) -> None:
    def largest() -> int:
        with closing(sqlite3.connect(commands.data / "library.sqlite3")) as library:
            return int(library.execute("SELECT max(id) FROM passages").fetchone()[0])

    changed(commands)
    lost = largest()
    commands.run("restore", backup, "--yes")
    commands.run("add", "--quiet", commands.write("e.jsonl", {"title": "E", "text": "Others."}))
    assert largest() > lost


def test_the_folder_is_not_replaced_unless_told(commands: Commands, backup: Path) -> None:
    marked(commands.data, "old")
    before = contents(commands.data)
    said = commands.run("restore", backup, expect=1)
    assert "--yes" in said.err
    assert contents(commands.data) == before


def test_a_dry_run_compares_everything_and_changes_nothing(
    commands: Commands, backup: Path
) -> None:
    marked(commands.data, "old")
    before = contents(commands.data)
    planned = commands.json("restore", backup, "--dry-run")
    assert planned["restored"] is False
    assert planned["generation"] == "0001"
    assert planned["replaced"] == ["library.sqlite3", "bot.sqlite3", "generations", "vectors"]
    assert "Nothing was changed" in commands.run("restore", backup, "--dry-run").out
    assert contents(commands.data) == before


def test_what_the_backup_does_not_hold_is_not_there_afterwards_but_a_key_stays(
    commands: Commands, backup: Path
) -> None:
    (commands.data / "golden.jsonl").write_text("")
    (commands.data / "bot.key").write_text("mine")
    (commands.data / "notes.txt").write_text("mine")
    commands.run("restore", backup, "--yes")
    assert not (commands.data / "golden.jsonl").exists()
    assert (commands.data / "bot.key").read_text() == "mine"
    assert (commands.data / "notes.txt").read_text() == "mine"


def test_the_key_is_kept_only_where_that_was_wanted(commands: Commands, backup: Path) -> None:
    (commands.data / "bot.key").write_text("secret")
    without = commands.run("backup", "without.zip")
    assert "Keep a copy of bot.key elsewhere" in without.err
    assert "bot.key" not in zipfile.ZipFile("without.zip").namelist()
    assert commands.json("backup", "with.zip", "--with-key")["with_key"] is True
    (commands.data / "bot.key").unlink()
    commands.run("restore", "with.zip", "--yes")
    assert (commands.data / "bot.key").read_text() == "secret"
    assert stat.S_IMODE((commands.data / "bot.key").stat().st_mode) == 0o600


def test_a_backup_is_for_its_owner_replaces_nothing_and_leaves_no_draft(
    commands: Commands, backup: Path
) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    assert "--force" in commands.run("backup", backup, expect=1).err
    assert backup.read_bytes() == before
    marked(commands.data, "newer")
    commands.run("backup", backup, "--force")
    assert backup.read_bytes() != before
    assert [p.name for p in commands.folder.iterdir() if p.name.startswith((".", "tmp"))] == []
    assert commands.json("backup", commands.folder)["file"].endswith(".zip")


def test_a_backup_before_the_first_rebuild_says_that_it_holds_no_index(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    assert "no index yet" in commands.run("backup", "early.zip").out
    said = commands.run("restore", "early.zip", "--yes")
    assert "factcontext rebuild" in said.err
    assert commands.json("status")["documents"] == 4


def test_without_a_library_there_is_nothing_to_keep(commands: Commands) -> None:
    said = commands.run("backup", "none.zip", expect=1)
    assert "There is no library" in said.err
    assert list(commands.folder.iterdir()) == []


def test_a_database_that_is_written_all_the_time_is_kept_as_it_was_at_one_moment(
    commands: Commands, backup: Path
) -> None:
    path = commands.data / "bot.sqlite3"
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("CREATE TABLE pair (a INTEGER, b INTEGER, filler BLOB)")
        store.executemany("INSERT INTO pair VALUES (0, 0, ?)", [(b"x" * 3_000,)] * 500)
    done, rounds = threading.Event(), 0

    def write() -> None:
        nonlocal rounds
        with closing(sqlite3.connect(path, timeout=60)) as store:
            while not done.is_set():
                with store:
                    store.execute("UPDATE pair SET a = a + 1")
                    store.execute("UPDATE pair SET b = b + 1")
                rounds += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            commands.run("backup", backup, "--force")
    finally:
        done.set()
        writer.join()
    assert rounds > 0
    commands.run("restore", backup, "--yes")
    with closing(sqlite3.connect(path)) as store:
        found = store.execute("SELECT count(*), min(a), max(a), min(b), max(b) FROM pair")
        count, *numbers = found.fetchone()
    assert count == 500
    assert len(set(numbers)) == 1


def test_a_damaged_database_or_index_is_no_backup(commands: Commands, backup: Path) -> None:
    damaged = commands.data / "generations" / "0001" / "reporting" / "dense.faiss"
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + b"?")
    assert "dense.faiss" in commands.run("backup", "new.zip", expect=1).err
    damaged.write_bytes(content)
    library = commands.data / "library.sqlite3"
    page = 4_096
    whole = library.read_bytes()
    library.write_bytes(whole[: 3 * page] + b"\xff" * page + whole[4 * page :])
    assert "library.sqlite3" in commands.run("backup", "new.zip", expect=1).err
    assert [path.name for path in commands.folder.glob("*new.zip*")] == []


# ---------------------------------------------------------------- what is not restored


def repacked(backup: Path, change: Callable[[dict[str, bytes]], None], *, sealed: bool) -> Path:
    """The backup with other members; `sealed` gives the manifest a right checksum again."""
    from bot.backup.manifest import _checksum

    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    if sealed:
        fields = json.loads(members["manifest.json"])
        fields.pop("checksum")
        members["manifest.json"] = json.dumps(fields | {"checksum": _checksum(fields)}).encode()
    other = backup.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return other


def fields_changed(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        fields = json.loads(members["manifest.json"])
        members["manifest.json"] = json.dumps(fields | changes).encode()

    return change


def added(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        fields = json.loads(members["manifest.json"])
        fields["files"][name] = {
            "size": 1,
            "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        }
        members["manifest.json"] = json.dumps(fields).encode()
        members[name] = b"x"

    return change


def swollen(members: dict[str, bytes]) -> None:
    members["bot.sqlite3"] += b"\0" * (64 << 20)


def one_bit(members: dict[str, bytes]) -> None:
    content = bytearray(members["library.sqlite3"])
    content[len(content) // 2] ^= 1
    members["library.sqlite3"] = bytes(content)


@pytest.mark.parametrize(
    ("change", "sealed", "said"),
    [
        (one_bit, False, "library.sqlite3 in"),
        (swollen, False, "bot.sqlite3 in"),
        (lambda members: members.pop("bot.sqlite3"), False, "holds other files than it says"),
        (lambda members: members.pop("manifest.json"), False, "no backup"),
        (lambda members: members.update({"manifest.json": b"["}), False, "manifest"),
        (fields_changed(program="x"), False, "was changed"),
        (fields_changed(format=2), True, "install the newer factcontext"),
        (added("../escaped.txt"), True, "no file of a data folder"),
        (added("/escaped.txt"), True, "no file of a data folder"),
        (added("generations/0001/../../../escaped.txt"), True, "no file of a data folder"),
        (added("vectors/.."), True, "no file of a data folder"),
        (added("models/anything.py"), True, "no file of a data folder"),
        (fields_changed(files={}), True, "holds no library"),
    ],
)
def test_a_backup_that_is_not_as_it_was_made_changes_nothing(
    commands: Commands,
    backup: Path,
    change: Callable[[dict[str, bytes]], None],
    sealed: bool,
    said: str,
) -> None:
    other = repacked(backup, change, sealed=sealed)
    marked(commands.data, "old")
    before = contents(commands.data)
    for option in ("--dry-run", "--yes"):
        assert said in commands.run("restore", other, option, expect=1).err
    assert contents(commands.data) == before
    assert list(commands.folder.parent.rglob("escaped.txt")) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_backup_that_was_cut_short_is_refused(
    commands: Commands, backup: Path, share: float
) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])
    before = contents(commands.data)
    assert "error:" in commands.run("restore", backup, "--yes", expect=1).err
    assert contents(commands.data) == before


def test_a_link_in_a_backup_is_refused(commands: Commands, backup: Path) -> None:
    other = backup.with_name("other.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "bot.sqlite3":
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            new.writestr(entry, content)
    assert "links" in commands.run("restore", other, "--yes", expect=1).err


def test_a_library_of_a_newer_program_is_refused_before_anything_is_replaced(
    commands: Commands, backup: Path
) -> None:
    with closing(sqlite3.connect(commands.data / "library.sqlite3")) as library, library:
        library.execute("UPDATE alembic_version SET version_num = '9999'")
    commands.run("backup", "newer.zip")
    commands.run("restore", backup, "--yes")
    before = contents(commands.data)
    said = commands.run("restore", "newer.zip", "--yes", expect=1)
    assert "newer version of factcontext" in said.err
    assert contents(commands.data) == before


def test_a_disk_without_room_changes_nothing(
    commands: Commands, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(commands.data)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1_000_000))
        assert "MiB free" in commands.run("restore", backup, "--yes", expect=1).err

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("bot.backup.restoring.sync_file", no_room)
        assert "No space left" in commands.run("restore", backup, "--yes", expect=1).err
    assert contents(commands.data) == before
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_room)
        assert "No space left" in commands.run("backup", "new.zip", expect=1).err
    assert [path.name for path in commands.folder.glob("*new.zip*")] == []


def test_a_folder_that_is_in_use_is_left_alone(commands: Commands, backup: Path) -> None:
    before = contents(commands.data)
    descriptor = os.open(commands.data, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        assert "is in use" in commands.run("restore", backup, "--yes", expect=1).err
        commands.run("status")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert "is being restored" in commands.run("status", expect=1).err
    finally:
        os.close(descriptor)
    assert contents(commands.data) == before


def kills(commands: Commands, backup: Path, every: int) -> list[str]:
    changed(commands)
    room = commands.folder / "room"
    room.mkdir()
    run = subprocess.run(
        [sys.executable, "-m", "support.restore_kills", backup, commands.data, room, str(every)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1_000,
    )
    shutil.rmtree(room)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.split()


def test_a_restore_that_is_killed_at_any_step_is_whole_or_did_not_happen(
    commands: Commands, backup: Path
) -> None:
    found = kills(commands, backup, every=13)
    assert found == sorted(found, reverse=True)
    assert found.count("old") > 1
    assert found.count("new") > 1


@pytest.mark.soak
def test_a_restore_that_is_killed_at_every_step_is_whole_or_did_not_happen(
    commands: Commands, backup: Path
) -> None:
    found = kills(commands, backup, every=1)
    assert found == sorted(found, reverse=True)
