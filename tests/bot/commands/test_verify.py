from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.commands import Commands


def files(commands: Commands) -> list[Path]:
    return sorted(p for p in (commands.data / "generations" / "0001").rglob("*") if p.is_file())


def test_an_index_as_it_was_built_is_right(commands: Commands) -> None:
    commands.built()
    assert commands.run("verify").out == (
        "Generation 0001 is as it was built, and agrees with the library.\n"
    )
    assert commands.json("verify") == {"generation": "0001", "problems": [], "stale": False}


def test_a_library_that_changed_since_is_told_and_no_problem(commands: Commands) -> None:
    commands.built()
    commands.run("add", commands.articles(4, 5))
    said = commands.run("verify")
    assert "agrees with the library" not in said.out
    assert "factcontext rebuild" in said.out
    assert commands.json("verify") == {"generation": "0001", "problems": [], "stale": True}


def test_a_flipped_byte_in_any_file_is_found(commands: Commands) -> None:
    commands.built()
    for path in files(commands):
        whole = path.read_bytes()
        at = len(whole) // 2
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        said = commands.run("verify", expect=4)
        assert said.err.startswith("error: "), path
        assert "factcontext rebuild" in said.err, path
        assert said.out == ""
        path.write_bytes(whole)
    commands.run("verify")


def test_a_damaged_page_of_the_library_is_found_where_the_index_is_right(
    commands: Commands,
) -> None:
    commands.built()
    library = commands.data / "library.sqlite3"
    with closing(sqlite3.connect(library)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'versions'"
        (page,) = connection.execute(query).fetchone()
    content = bytearray(library.read_bytes())
    content[(page - 1) * size : page * size] = b"A" * size
    library.write_bytes(content)
    said = commands.run("verify", expect=4)
    assert "library.sqlite3 is damaged" in said.err
    assert commands.json("verify", expect=4)["problems"] != []


def test_problems_as_json_name_the_file(commands: Commands) -> None:
    commands.built()
    damaged = next(path for path in files(commands) if path.name == "dense.faiss")
    damaged.write_bytes(b"")
    printed = commands.json("verify", expect=4)
    assert printed["generation"] == "0001"
    assert "dense.faiss" in printed["problems"][0]


@pytest.mark.parametrize("content", ["", "../../etc\n", "seven\n"])
def test_a_promotion_that_names_nothing_is_a_problem(commands: Commands, content: str) -> None:
    commands.built()
    (commands.data / "generations" / "CURRENT").write_text(content)
    assert "factcontext rebuild" in commands.run("verify", expect=4).err
    commands.run("rebuild")
    commands.run("verify")


def test_a_promoted_generation_that_is_gone_is_a_problem(commands: Commands) -> None:
    commands.built()
    shutil.rmtree(commands.data / "generations" / "0001")
    assert "0001" in commands.run("verify", expect=4).err
    commands.run("rebuild")
    commands.run("verify")


def test_before_anything_is_built_it_says_what_to_do(commands: Commands) -> None:
    assert "factcontext add" in commands.run("verify", expect=1).err
    commands.run("add", commands.articles())
    said = commands.run("verify", "--json", expect=1)
    assert said.out == ""
    assert "Nothing has been built yet" in said.err


def test_another_kind_of_index_needs_no_encoding_and_tells_its_recall(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ({"id": str(n), "title": f"T{n}", "text": f"Number {n} only."} for n in range(50))
    commands.run("add", "--quiet", commands.write("many.jsonl", *texts))
    commands.run("rebuild", "--quiet")
    assert commands.json("verify", "--recall")["recall"] == {"reporting": 1.0, "discussion": 1.0}
    encoded = len(commands.encoder.encoded)
    monkeypatch.setenv("FACTCONTEXT_EXACT_UP_TO_PASSAGES", "10")
    assert commands.json("rebuild")["generation"] == "0002"
    assert len(commands.encoder.encoded) == encoded
    assert (commands.data / "generations" / "0002" / "reporting" / "lists.faiss").is_file()
    assert commands.json("verify", "--recall")["recall"]["reporting"] > 0.9
    assert "of the ten nearest" in commands.run("verify", "--recall").out
    commands.run("ask", "Number 7 only")
    assert commands.json("rebuild")["generation"] == "0002"
    monkeypatch.delenv("FACTCONTEXT_EXACT_UP_TO_PASSAGES")
    assert commands.json("rebuild")["generation"] == "0003"
