from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from support.commands import Commands

from index.generation import open_generation

GLACIER = "What happened to the glacier is told only0 here"
REMARK = "I saw remark0 myself"
ANSWER = "The valley floods because they cut the forest above the dam for the new road."


@pytest.fixture
def answering(commands: Commands) -> Commands:
    commands.run("add", "--quiet", commands.articles())
    commands.run("rebuild", "--quiet")
    return commands


def titles(commands: Commands, claim: str = GLACIER) -> list[str]:
    return [article["title"] for article in commands.json("ask", claim)["reporting"]]


def in_index(commands: Commands, word: str) -> int:
    """How many passages of the index in use hold a word."""
    fingerprint = commands.encoder.info.fingerprint
    with closing(open_generation(commands.data / "generations", fingerprint=fingerprint)) as used:
        return sum(len(lane.lexical.search(word, 9).ids) for lane in used.lanes.values())


@pytest.mark.parametrize("what", ["1", "https://outlet0.example/0"])
def test_a_hidden_document_is_gone_from_answers_at_once(answering: Commands, what: str) -> None:
    assert titles(answering)[0] == "Report 0 on the glacier"
    said = answering.run("hide", what, "--reason", "court order")
    assert said.out == "1 document hidden.\n"
    assert "factcontext rebuild" in said.err
    assert "Report 0 on the glacier" not in titles(answering)


def test_a_hidden_comment_is_gone_at_once_also_where_it_is_answered(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.write("a.jsonl", {
        "title": "The dam",
        "text": "The dam on the upper river will be raised by four metres before winter comes.",
        "comments": [
            {"id": "1", "author": "Ann", "text": "They raise the dam because the valley floods."},
            {"id": "2", "parent": "1", "author": "Bo", "text": ANSWER},
        ],
    }))  # fmt: skip
    commands.run("rebuild", "--quiet")

    def comments() -> list[dict[str, Any]]:
        discussion = commands.json("ask", ANSWER)["discussion"]
        return [comment for thread in discussion for comment in thread["comments"]]

    (answer,) = (comment for comment in comments() if comment["text"] == ANSWER)
    assert answer["answers"]["author"] == "Ann"
    commands.run("hide", "comment:1", "--reason", "libel")
    assert comments() == [answer | {"answers": None}]
    commands.run("hide", f"comment:{answer['id']}", "--reason", "libel")
    assert comments() == []


def test_the_next_index_holds_no_word_of_what_is_hidden(answering: Commands) -> None:
    answering.run("hide", "1", "comment:3", "--reason", "x")
    encoded = len(answering.encoder.encoded)
    assert answering.json("rebuild") == {"generation": "0002", "previous": "0001", "passages": 11}
    assert not any("remark1" in text for text in answering.encoder.encoded[encoded:])
    (newest,) = (g for g in answering.json("generations")["generations"] if g["current"])
    assert newest["passages"] == {"reporting": 6, "discussion": 5}
    counts = {word: in_index(answering, word) for word in ("only0", "only1", "remark1", "reply1")}
    assert counts == {"only0": 0, "only1": 1, "remark1": 0, "reply1": 1}
    assert answering.json("verify") == {"generation": "0002", "problems": [], "stale": False}


def test_it_holds_when_the_file_is_loaded_again_and_rebuilt(answering: Commands) -> None:
    answering.run("hide", "articles0.jsonl", "--reason", "x")
    path = answering.articles()
    answering.run("add", path)
    path.write_text(path.read_text().replace("It rained after", "It rained long after"))
    answering.run("add", path)
    answering.run("rebuild")
    assert titles(answering) == []
    assert answering.json("ask", GLACIER)["abstained"] is True


def test_it_holds_when_removed_and_added_again_until_unhidden(answering: Commands) -> None:
    answering.run("hide", "1", "--reason", "x")
    answering.run("remove", "--yes", "1")
    (waiting,) = answering.json("hidden")["hidden"]
    assert (waiting["what"], waiting["url"]) == ("takedown:1", "https://outlet0.example/0")
    answering.run("add", answering.articles())
    answering.run("rebuild")
    assert "Report 0 on the glacier" not in titles(answering)
    assert answering.run("unhide", "https://outlet0.example/0").out == "1 document shown again.\n"
    answering.run("rebuild")
    assert titles(answering)[0] == "Report 0 on the glacier"


def test_it_holds_when_an_older_index_answers_again(answering: Commands) -> None:
    answering.run("add", "--quiet", answering.articles(4, 5))
    answering.run("rebuild")
    answering.run("hide", "1", "--reason", "x")
    answering.run("rollback", "--yes")
    assert "Report 0 on the glacier" not in titles(answering)


def test_unhiding_before_a_rebuild_shows_it_at_once(answering: Commands) -> None:
    answering.run("hide", "1", "--reason", "x")
    answering.run("unhide", "1")
    assert titles(answering)[0] == "Report 0 on the glacier"


def test_what_is_hidden_is_listed_with_reason_and_date(answering: Commands) -> None:
    answering.run("hide", "1", "comment:3", "--reason", "  court \n order [7/26]  ")
    listed = answering.run("hidden").out
    assert "[7/26]" in listed
    assert "comment by Ann under" in listed
    document, comment = answering.json("hidden")["hidden"]
    assert document.pop("hidden_at").endswith("+00:00")
    assert document == {
        "what": "1",
        "kind": "document",
        "document": 1,
        "comment": None,
        "title": "Report 0 on the glacier",
        "author": None,
        "url": "https://outlet0.example/0",
        "path": str(answering.folder / "articles0.jsonl"),
        "reason": "court order [7/26]",
        "lifted_at": None,
    }
    assert (comment["what"], comment["kind"], comment["author"]) == ("comment:3", "comment", "Ann")


def test_the_record_stays_when_it_is_shown_again(answering: Commands) -> None:
    answering.run("hide", "1", "--reason", "court order")
    answering.run("unhide", "1")
    assert answering.run("hidden").err == "Nothing is hidden.\n"
    (kept,) = answering.json("hidden", "--all")["hidden"]
    assert kept["reason"] == "court order"
    assert kept["lifted_at"] is not None
    assert " to 2" in answering.run("hidden", "--all").out


def test_hiding_twice_says_so_and_keeps_the_first_reason(answering: Commands) -> None:
    answering.run("hide", "1", "--reason", "first")
    said = answering.run("hide", "1", "2", "1", "--reason", "second")
    assert said.out == "1 document hidden; 1 hidden already.\n"
    assert [t["reason"] for t in answering.json("hidden")["hidden"]] == ["first", "second"]


def test_json_tells_what_was_done(answering: Commands) -> None:
    (done,) = answering.json("hide", "comment:1", "--reason", "x")["hidden"]
    assert (done["what"], done["comment"]) == ("comment:1", 1)
    (undone,) = answering.json("unhide", "comment:1")["unhidden"]
    assert undone["what"] == "comment:1"


@pytest.mark.parametrize(
    "unknown", ["99", "comment:99", "comment:", "comment:x", "comment:-1", "", "no/such/file"]
)
def test_an_unknown_one_among_known_ones_hides_nothing(answering: Commands, unknown: str) -> None:
    said = answering.run("hide", "1", "comment:1", unknown, "--reason", "x", expect=1)
    assert "nothing hidden" in said.err
    assert answering.json("hidden")["hidden"] == []


@pytest.mark.parametrize("unknown", ["2", "comment:1", "takedown:9", "", "no/such/file"])
def test_an_unknown_one_among_hidden_ones_shows_nothing_again(
    answering: Commands, unknown: str
) -> None:
    answering.run("hide", "1", "--reason", "x")
    assert "nothing changed" in answering.run("unhide", "1", unknown, expect=1).err
    assert len(answering.json("hidden")["hidden"]) == 1


@pytest.mark.parametrize("reason", ["", " \n", "x" * 1_001])
def test_a_reason_is_needed_and_bounded(answering: Commands, reason: str) -> None:
    assert "nothing hidden" in answering.run("hide", "1", "--reason", reason, expect=1).err
    assert "--reason" in answering.run("hide", "1", expect=2).err
    assert answering.json("hidden")["hidden"] == []


def test_without_a_library_it_says_how_to_start_one(commands: Commands) -> None:
    for arguments in (["hide", "1", "--reason", "x"], ["unhide", "1"], ["hidden"]):
        assert "factcontext add" in commands.run(*arguments, expect=1).err
