"""Backups are made while others write, and bring back what was."""

from __future__ import annotations

import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from support.backups import changed, contents, mark, marked
from support.commands import Commands


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


def test_a_folder_that_is_missing_does_not_become_a_file(commands: Commands, backup: Path) -> None:
    assert "There is no folder copies; make it" in commands.run("backup", "copies/", expect=1).err
    assert not Path("copies").exists()


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
