from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from support.commands import Commands
from support.product import ROOT

HEAVY = ["torch", "sentence_transformers", "transformers", "openvino", "telegram", "faiss",
         "tantivy"]  # fmt: skip
LOADED = f"""
import sys
from bot.cli import main
try:
    main()
finally:
    heavy = [name for name in {HEAVY} if name in sys.modules]
    print("heavy:", *heavy, file=sys.stderr)
"""


def test_what_is_stored_and_what_answers(commands: Commands) -> None:
    commands.built()
    said = commands.run("status")
    assert "4 with 8 comments" in said.out
    assert "8 reporting, 8 discussion" in said.out
    assert "en 4" in said.out
    assert "0001, built " in said.out
    assert "rebuild" not in said.out
    rows = [line.split() for line in said.out.splitlines() if "outlet" in line]
    assert rows == [
        ["Outlet", "0", "outlet0.example", "2"],
        ["Outlet", "1", "outlet1.example", "2"],
    ]


def test_languages_are_counted_by_article_and_by_comment(commands: Commands) -> None:
    text = "Die Brücke ist seit Montag wegen Bauarbeiten gesperrt."
    record = {"title": "Bridge", "text": text, "comments": [{"text": "Schade!"}]}
    commands.run("add", commands.write("a.jsonl", record))
    assert commands.json("status")["languages"] == [
        {"language": "de", "documents": 1, "comments": 0},
        {"language": None, "documents": 0, "comments": 1},
    ]


def test_languages_that_the_model_does_not_know_are_told(commands: Commands) -> None:
    text = "Die Brücke ist seit Montag wegen Bauarbeiten gesperrt."
    commands.run("add", commands.write("a.jsonl", {"title": "Bridge", "text": text}))
    told = "does not know the language of 1 document"
    commands.monkeypatch.setenv("FACTCONTEXT_MODEL", "all-MiniLM-L6-v2")
    assert told in " ".join(commands.run("status").out.split())
    commands.monkeypatch.setenv("FACTCONTEXT_MODEL", "multilingual-e5-small")
    assert told not in " ".join(commands.run("status").out.split())


def test_a_library_that_changed_since_the_build_is_told(commands: Commands) -> None:
    commands.built()
    commands.run("add", commands.articles(4, 5))
    assert "the library has changed since: run factcontext rebuild" in commands.run("status").out
    assert commands.json("status")["stale"] is True
    commands.run("rebuild")
    assert commands.json("status")["stale"] is False


def test_without_a_generation_it_says_how_to_build_one(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    said = commands.run("status")
    assert "none yet" in said.out
    assert "run factcontext rebuild to build one" in said.out
    assert "has changed since" not in said.out


def test_without_a_library_it_says_how_to_start_one(commands: Commands) -> None:
    said = commands.run("status", expect=1)
    assert "factcontext add" in said.err
    assert not commands.data.exists()


def test_json_holds_the_same_facts(commands: Commands) -> None:
    commands.built()
    printed = commands.json("status")
    assert list(printed) == ["data_dir", "documents", "comments", "passages", "revision",
                             "generation", "stale", "languages", "sources"]  # fmt: skip
    assert printed["passages"] == {"reporting": 8, "discussion": 8}
    assert printed["generation"]["name"] == "0001"
    assert printed["generation"]["problem"] is None
    assert printed["sources"][0] == {
        "name": "Outlet 0",
        "domain": "outlet0.example",
        "note": None,
        "documents": 2,
    }


def test_a_damaged_index_is_told_and_the_rest_is_shown(commands: Commands) -> None:
    commands.built()
    damaged = commands.data / "generations" / "0001" / "reporting" / "dense.faiss"
    damaged.unlink()
    said = commands.run("status")
    assert "0001, not usable" in said.out
    assert "dense.faiss is missing" in " ".join(said.out.split())
    assert "4 with 8 comments" in said.out


@pytest.mark.parametrize("harm", ["gone", "garbled"])
def test_a_promotion_that_leads_nowhere_is_not_called_none_yet(
    commands: Commands, harm: str
) -> None:
    commands.built()
    if harm == "gone":
        shutil.rmtree(commands.data / "generations" / "0001")
    else:
        (commands.data / "generations" / "CURRENT").write_text("?")
    said = commands.run("status")
    assert "none yet" not in said.out
    assert "not usable" in said.out


def test_names_of_sources_are_text_and_no_markup(commands: Commands) -> None:
    record = {"title": "T", "text": "Words.", "source": "[/] Post [red]x[/red]\x1b[31m"}
    commands.run("add", "--quiet", commands.write("a.jsonl", record))
    said = commands.run("status")
    assert "[/] Post [red]x[/red]" in said.out
    assert "\x1b" not in said.out


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["status", "--json"], ["--version"],
                                       ["ask", "--help"], ["rebuild", "--help"]])  # fmt: skip
def test_it_loads_neither_a_model_nor_an_index_engine_nor_telegram(
    commands: Commands, arguments: list[str]
) -> None:
    commands.built()
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=commands.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == "heavy:\n"
    assert done.stdout != ""
