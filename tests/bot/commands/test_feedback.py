from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from support.commands import Commands

from bot.pages import Vote
from bot.store import TABLES
from bot.store.database import Database
from bot.store.feedback import FeedbackStore
from index.library import Library
from index.model import Lane


def passages(commands: Commands, lane: Lane) -> dict[str, int]:
    """Passage numbers by text."""
    with Library.open(commands.data / "library.sqlite3") as library:
        stored = library.hydrate(range(1, 100))
    return {p.text: p.passage_id for p in stored.values() if p.lane is lane}


def vote(commands: Commands, *votes: tuple[int, Vote], generation: str = "0001") -> None:
    async def cast() -> None:
        database = Database.open(commands.data / "bot.sqlite3", TABLES)
        store = FeedbackStore(database)
        for passage_id, cast_vote in votes:
            await store.count(passage_id, generation=generation, vote=cast_vote)
        await database.aclose()

    asyncio.run(cast())


@pytest.fixture
def voted(commands: Commands) -> Commands:
    """Two votes against a passage on the bridge, one against a comment, one for another."""
    commands.built()
    bridge = first(commands, "bridge")
    remark = next(
        n for text, n in passages(commands, Lane.DISCUSSION).items() if "remark2" in text
    )
    vote(
        commands,
        (bridge, Vote.UNHELPFUL),
        (bridge, Vote.OFF_TOPIC),
        (remark, Vote.OFF_TOPIC),
        (first(commands, "glacier"), Vote.HELPFUL),
    )
    return commands


def first(commands: Commands, topic: str) -> int:
    return next(n for text, n in passages(commands, Lane.REPORTING).items() if topic in text)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_worst_passages_are_listed_first_with_their_titles(voted: Commands) -> None:
    found = voted.json("feedback")["feedback"]
    assert [(row["title"], row["not_helpful"], row["off_topic"]) for row in found] == [
        ("Report 1 on the bridge", 1, 1),
        ("Report 2 on the ballot", 0, 1),
        ("Report 0 on the glacier", 0, 0),
    ]
    assert (found[0]["lane"], found[1]["lane"]) == ("reporting", "discussion")
    table = voted.run("feedback").out
    assert "Report 1 on the bridge" in table.splitlines()[1]
    assert len(voted.json("feedback", "--limit", 1)["feedback"]) == 1
    assert voted.json("feedback", "--generation", "0002")["feedback"] == []


def test_without_votes_it_says_where_they_come_from(commands: Commands) -> None:
    commands.built()
    assert "buttons under an answer" in commands.run("feedback").err
    assert commands.json("feedback") == {"feedback": []}
    assert not (commands.data / "bot.sqlite3").exists()


def test_a_hidden_passage_keeps_its_counts_and_loses_its_words(voted: Commands) -> None:
    voted.run("hide", "https://outlet1.example/1", "--reason", "x")
    row = voted.json("feedback")["feedback"][0]
    assert (row["title"], row["text"], row["off_topic"]) == (None, None, 1)
    assert "(hidden or removed)" in voted.run("feedback").out


def test_a_review_asks_for_each_failing_passage_and_adds_golden_queries(voted: Commands) -> None:
    golden = voted.folder / "golden.jsonl"
    golden.write_text('{"id": "r007"}')
    typed = "The  bridge fell\nnothing\nI saw it\nhttps://outlet0.example/9\n0\nhttps://outlet0.example/0\n"
    said = voted.run("feedback", "export", golden, stdin=typed, typed=True)
    assert "2 cases added" in said.out
    assert "No stored document is https://outlet0.example/9" in said.err
    assert lines(golden)[1:] == [
        {
            "id": "r008",
            "claim": "The bridge fell",
            "kind": "reviewed",
            "document": None,
            "passage": None,
            "comments": [],
            "not_comments": [],
            "nothing": True,
        },
        {
            "id": "r009",
            "claim": "I saw it",
            "kind": "reviewed",
            "document": "https://outlet0.example/0",
            "passage": None,
            "comments": [],
            "not_comments": ["I saw remark2 myself."],
            "nothing": False,
        },
    ]


def test_a_golden_file_written_by_hand_without_ids_can_be_added_to(voted: Commands) -> None:
    golden = voted.write("golden.jsonl", {"claim": "Horses can vote", "nothing": True})
    bridge = first(voted, "bridge")
    voted.run("feedback", "export", golden, "--passage", bridge, "--claim", "It fell")
    assert [case["claim"] for case in lines(golden)] == ["Horses can vote", "It fell"]


def test_what_was_typed_before_the_input_ended_is_kept(voted: Commands) -> None:
    golden = voted.folder / "golden.jsonl"
    said = voted.run("feedback", "export", golden, stdin="It fell\nthis\n", typed=True)
    assert "1 case added" in said.out
    (case,) = lines(golden)
    assert (case["document"], case["passage"]) == (
        "https://outlet1.example/1",
        "What happened to the bridge is told only1 here.",
    )


def test_a_script_gives_one_case_by_options(voted: Commands) -> None:
    golden = voted.folder / "golden.jsonl"
    bridge = first(voted, "bridge")
    voted.run("feedback", "export", golden, "--passage", bridge, "--claim", "It fell")
    voted.run(
        "feedback", "export", golden, "--passage", bridge, "--claim", "So", "--expect", "this"
    )
    assert [(c["id"], c["nothing"]) for c in lines(golden)] == [("r001", True), ("r002", False)]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--claim", "It fell"], 2, "--passage"),
        ([], 1, "where nobody can be asked"),
        (["--passage", "4711", "--claim", "x"], 1, "no votes on a passage 4711"),
        (["--passage", "1", "--claim", " "], 1, "characters"),
    ],
)
def test_what_cannot_be_meant_writes_nothing(
    voted: Commands, options: list[str], code: int, said: str
) -> None:
    golden = voted.folder / "golden.jsonl"
    vote(voted, (1, Vote.UNHELPFUL))
    assert said in voted.run("feedback", "export", golden, *options, expect=code).err
    assert not golden.exists()


def test_a_file_of_something_else_is_left_as_it_is(voted: Commands) -> None:
    other = voted.write("other.jsonl", {"title": "x"})
    before = other.read_text()
    said = voted.run("feedback", "export", other, "--passage", 1, "--claim", "It fell", expect=1)
    assert "no file of golden queries" in said.err
    assert other.read_text() == before
