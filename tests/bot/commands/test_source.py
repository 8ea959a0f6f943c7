from __future__ import annotations

import pytest
from support.commands import Commands

CLAIM = "What happened to the bridge is told only1 here"


def article(commands: Commands, *options: str) -> dict[str, object]:
    found = commands.json("ask", CLAIM, *options)["reporting"][0]
    assert isinstance(found, dict)
    return found


def test_a_note_is_shown_with_every_passage_at_once_without_a_rebuild(commands: Commands) -> None:
    commands.built()
    assert article(commands)["note"] is None
    commands.run("source", "set", "outlet1.example", "--note", "State-funded.")
    assert article(commands)["note"] == "State-funded."
    assert "State-funded." in commands.run("ask", CLAIM).out
    assert commands.json("status")["stale"] is False
    assert commands.run("rebuild").out == "Generation 0001 is up to date: 16 passages.\n"
    commands.run("source", "set", "Outlet 1", "--no-note")
    assert article(commands)["note"] is None


def test_a_source_is_chosen_by_its_new_and_its_former_name(commands: Commands) -> None:
    commands.built()
    commands.run("source", "set", "outlet1.example", "--name", "The Outlet")
    for name in ("the outlet", "Outlet 1", "outlet1.example"):
        assert article(commands, "--source", name)["title"] == "Report 1 on the bridge"
    assert commands.json("verify") == {"generation": "0001", "problems": [], "stale": False}


def test_records_with_and_without_a_name_are_one_source_for_list_and_filter(
    commands: Commands,
) -> None:
    web = {"url": "https://www.outlet1.example/web", "text": "Bridge news\n\nIt stands only9."}
    commands.run("add", "--quiet", commands.write("web.jsonl", web), commands.articles())
    commands.run("rebuild", "--quiet")
    listed = {s["name"]: s["documents"] for s in commands.json("source", "list")["sources"]}
    assert listed == {"Outlet 0": 2, "Outlet 1": 3}
    assert listed == {s["name"]: s["documents"] for s in commands.json("status")["sources"]}
    found = commands.json("ask", "It stands only9", "--source", "Outlet 1")["reporting"][0]
    assert (found["source"], found["url"]) == ("Outlet 1", web["url"])


def test_the_list_shows_names_domain_documents_and_note(commands: Commands) -> None:
    commands.built()
    commands.run("source", "set", "Outlet 1", "--name", "The Outlet", "--note", "[Satire]")
    rows = [line.split("  ") for line in commands.run("source", "list").out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells[-1] == ["The Outlet", "outlet1.example", "2", "Outlet 1", "[Satire]"]
    assert commands.json("source", "list")["sources"][-1] == {
        "name": "The Outlet",
        "domain": "outlet1.example",
        "also": ["Outlet 1"],
        "note": "[Satire]",
        "documents": 2,
    }


def test_a_domain_can_be_registered_before_anything_is_loaded(commands: Commands) -> None:
    said = commands.run("source", "set", "outlet0.example", "--note", "Satire.")
    assert "No document is from it yet." in said.err
    commands.run("add", "--quiet", commands.articles())
    notes = {s["name"]: s["note"] for s in commands.json("source", "list")["sources"]}
    assert notes == {"Outlet 0": "Satire.", "Outlet 1": None}


def test_setting_prints_what_it_made(commands: Commands) -> None:
    commands.built()
    assert "Satire." in commands.run("source", "set", "Outlet 0", "--note", " Satire.\n").out
    (changed,) = commands.json("source", "set", "Outlet 0", "--name", "Zero")["sources"]
    assert (changed["name"], changed["note"]) == ("Zero", "Satire.")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 2),
        (["--note", "x", "--no-note"], 2),
        (["--note", " "], 1),
        (["--name", ""], 1),
        (["--note", "x" * 1_001], 1),
        (["--name", "x" * 201], 1),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    commands: Commands, options: list[str], code: int
) -> None:
    commands.built()
    before = commands.json("source", "list")
    commands.run("source", "set", "Outlet 0", *options, expect=code)
    assert commands.json("source", "list") == before


def test_an_unknown_name_is_refused_with_the_way_to_the_list(commands: Commands) -> None:
    commands.built()
    said = commands.run("source", "set", "Outlt 0", "--note", "x", expect=1)
    assert "factcontext source list" in said.err


def test_alone_it_shows_its_commands(commands: Commands) -> None:
    said = commands.run("source", expect=2)
    assert "list" in said.out + said.err
    assert "set" in said.out + said.err


def test_without_a_library_the_list_says_how_to_start_one(commands: Commands) -> None:
    assert "factcontext add" in commands.run("source", "list", expect=1).err
