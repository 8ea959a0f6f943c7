from __future__ import annotations

import pytest
from support.commands import Commands


@pytest.fixture
def loaded(commands: Commands) -> Commands:
    commands.run("add", "--quiet", commands.articles(0, 2), commands.articles(2, 4))
    return commands


def left(commands: Commands) -> int:
    documents = commands.json("status")["documents"]
    assert isinstance(documents, int)
    return documents


def test_documents_are_removed_by_number(loaded: Commands) -> None:
    said = loaded.run("remove", "--yes", 1, 3)
    assert said.out == "2 documents removed.\n"
    assert "factcontext rebuild" in said.err
    assert left(loaded) == 2


@pytest.mark.parametrize(
    ("what", "remaining"),
    [
        ("https://outlet1.example/1", 3),
        ("articles0.jsonl", 2),
        ("./articles0.jsonl", 2),
        (".", 0),
        ("../here", 0),
        ("../here/", 0),
    ],
)
def test_documents_are_removed_by_link_file_and_folder_as_a_person_names_them(
    loaded: Commands, what: str, remaining: int
) -> None:
    loaded.run("remove", "--yes", what)
    assert left(loaded) == remaining


def test_a_whole_path_removes_what_came_from_it_though_the_file_is_gone(loaded: Commands) -> None:
    path = loaded.folder / "articles2.jsonl"
    path.unlink()
    loaded.run("remove", "--yes", path)
    assert left(loaded) == 2


def test_one_document_named_twice_is_removed_once(loaded: Commands) -> None:
    assert loaded.run("remove", "--yes", 1, 1).out == "1 document removed.\n"


def test_a_dry_run_lists_and_removes_nothing(loaded: Commands) -> None:
    said = loaded.run("remove", "--dry-run", "articles0.jsonl")
    assert said.out == "2 documents would be removed.\n"
    assert "Report 0 on the glacier" in said.err
    assert left(loaded) == 4


def test_where_nobody_can_be_asked_nothing_is_removed_without_yes(loaded: Commands) -> None:
    assert "--yes" in loaded.run("remove", 1, expect=1).err
    assert left(loaded) == 4


@pytest.mark.parametrize(("typed", "remaining"), [("y\n", 3), ("n\n", 4), ("\n", 4)])
def test_a_person_is_asked(loaded: Commands, typed: str, remaining: int) -> None:
    said = loaded.run("remove", 1, stdin=typed, typed=True)
    assert "Remove 1 document with all comments?" in said.err
    assert left(loaded) == remaining


def test_a_person_who_goes_away_removes_nothing(loaded: Commands) -> None:
    loaded.run("remove", 1, stdin="", typed=True, expect=1)
    assert left(loaded) == 4


@pytest.mark.parametrize("unknown", ["99", "no/such/file.txt", "https://nowhere.example/", ""])
def test_an_unknown_one_among_known_ones_removes_nothing(loaded: Commands, unknown: str) -> None:
    said = loaded.run("remove", "--yes", 1, unknown, expect=1)
    assert "nothing removed" in said.err
    assert left(loaded) == 4


def test_json_lists_what_was_removed(loaded: Commands) -> None:
    printed = loaded.json("remove", "--yes", 2)
    assert printed["removed"] == 1
    (document,) = printed["documents"]
    assert document == {
        "id": 2,
        "title": "Report 1 on the bridge",
        "path": str(loaded.folder / "articles0.jsonl"),
        "url": "https://outlet1.example/1",
    }


def test_what_was_removed_is_gone_from_answers_at_once_and_from_the_index_after_a_rebuild(
    loaded: Commands,
) -> None:
    claim = "What happened to the glacier is told only0 here"
    loaded.run("rebuild")
    assert loaded.json("ask", claim)["reporting"][0]["title"] == "Report 0 on the glacier"
    loaded.run("remove", "--yes", 1)
    titles = [article["title"] for article in loaded.json("ask", claim)["reporting"]]
    assert "Report 0 on the glacier" not in titles
    loaded.run("rebuild")
    assert loaded.json("rebuild")["passages"] == 12


def test_a_file_that_held_copies_alone_is_forgotten(commands: Commands) -> None:
    first = commands.articles(0, 2)
    line = first.read_text("utf-8").splitlines()[0]
    copies = first.with_name("copies.jsonl")
    copies.write_text(line.replace("example/0", "example/another"), "utf-8")
    commands.run("add", "--quiet", first, copies)
    assert left(commands) == 2
    assert commands.run("remove", "--yes", copies).out == "0 documents removed.\n"
    assert "came from" in commands.run("remove", "--yes", copies, expect=1).err
    assert left(commands) == 2
