from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import Commands


@pytest.fixture
def judged(commands: Commands) -> tuple[Path, Path]:
    """A tiny set: three queries, the last about a document that is not there."""
    commands.built()
    queries = commands.write(
        "queries.jsonl",
        {"_id": "q0", "text": "What happened to the glacier is told only0 here"},
        {"_id": "q1", "text": "What happened to the [bridge] is told only1 here"},
        {"_id": "q2", "text": "What happened to the moon"},
    )
    qrels = commands.folder / "qrels.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td1\t1\nq2\td99\t1\n")
    return queries, qrels


def test_json_has_every_figure_and_the_worst_queries(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    printed = commands.json("evaluate", *judged, "--worst", 1)
    assert list(printed) == ["generation", "queries", "missing", "quality", "abstention", "worst"]
    assert (printed["generation"], printed["queries"]) == ("0001", 3)
    assert printed["missing"] == ["d99"]
    assert set(printed["quality"]) == {"fused", "dense", "bm25"}
    assert printed["quality"]["fused"]["ndcg_at_10"] == pytest.approx(2 / 3)
    assert 0 <= printed["abstention"]["auroc"] <= 1
    assert [result["query"] for result in printed["worst"]] == ["q2"]


def test_a_person_gets_a_table_and_the_worst_queries_as_they_are(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    said = commands.run("evaluate", *judged)
    assert "Generation 0001, 3 judged queries" in said.out
    assert "nDCG@10" in said.out
    assert "q1: What happened to the [bridge] is told only1 here" in said.out
    assert "1 relevant document" in said.err


def test_worst_none_shows_none(commands: Commands, judged: tuple[Path, Path]) -> None:
    assert "wanted" not in commands.run("evaluate", *judged, "--worst", 0).out


def test_judgements_of_another_collection_say_what_to_load(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    queries, qrels = judged
    qrels.write_text("q0\tx0\t1\n")
    assert "factcontext add" in commands.run("evaluate", queries, qrels, expect=1).err


def test_a_broken_line_is_named(commands: Commands, judged: tuple[Path, Path]) -> None:
    queries, qrels = judged
    queries.write_text('{"_id": "q0"}\n')
    assert "line 1" in commands.run("evaluate", queries, qrels, expect=1).err


def test_a_file_that_is_not_there_is_a_wrong_argument(commands: Commands) -> None:
    assert "nowhere" in commands.run("evaluate", "nowhere.jsonl", "nowhere.tsv", expect=2).err


def test_before_anything_is_built_it_says_what_to_do(commands: Commands) -> None:
    queries = commands.write("queries.jsonl", {"_id": "q0", "text": "A claim"})
    qrels = commands.folder / "qrels.tsv"
    qrels.write_text("q0\td0\t1\n")
    commands.run("add", "--quiet", commands.articles())
    assert "factcontext rebuild" in commands.run("evaluate", queries, qrels, expect=1).err
