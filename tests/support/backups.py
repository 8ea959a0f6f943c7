"""Data folders that are told apart before and after a restore."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from support.commands import Commands

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


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
