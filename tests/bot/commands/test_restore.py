"""A restore is whole or does not happen, whatever the backup or the machine is like."""

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
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.backups import changed, contents, marked
from support.commands import Commands
from support.product import ROOT


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
        said = commands.run("restore", backup, "--yes", expect=1).err
    assert "needs 65 MiB" in said
    assert "has 0 MiB free; nothing was changed" in said

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
