from __future__ import annotations

import re
import sys
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
    assert list(printed) == [
        "generation",
        "queries",
        "missing",
        "quality",
        "abstention",
        "reliability",
        "against",
        "worst",
        "each",
    ]
    assert sum(one["queries"] for one in printed["reliability"]) == 3
    assert printed["against"] == {}
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


def test_what_a_worst_query_wanted_and_found_is_named_by_title(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    said = commands.run("evaluate", *judged).out
    assert "q2: What happened to the moon\n  wanted d99: not in the index\n" in said
    assert "  found  d0: Report 0 on the glacier\n" in said


def test_a_query_with_many_relevant_records_names_a_few(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    queries, qrels = judged
    qrels.write_text("q2\td0\t1\n" + "".join(f"q2\tx{n}\t1\n" for n in range(500)))
    said = commands.run("evaluate", queries, qrels).out
    assert "wanted x0: not in the index\n" in said
    assert "and 498 more\n" in said
    assert "x300" not in said


def test_one_leg_alone_is_compared_with_both(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    tests = commands.json("evaluate", *judged, "--against", "bm25")["against"]
    assert set(tests) == {"ndcg_at_10", "mrr_at_10", "recall_at_10", "recall_at_100", "map_at_5"}
    ours = tests["ndcg_at_10"]
    assert ours["difference"] == pytest.approx(ours["first"] - ours["second"])
    assert 0 < ours["p"] <= 1


def test_two_generations_stand_side_by_side(commands: Commands, judged: tuple[Path, Path]) -> None:
    commands.run("rebuild", "--quiet", "--force")
    said = commands.run("evaluate", *judged, "--against", "0001")
    assert "Against 0001 (paired randomisation, 10,000 rounds)" in said.out
    assert re.search(r"^MAP@5 .* 1\.0000$", said.out, re.MULTILINE)
    assert commands.json("evaluate", *judged, "--against", "0001")["against"]["map_at_5"]["p"] == 1


def test_figures_that_were_kept_are_compared_with_after_settings_have_changed(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    kept = commands.folder / "before.json"
    kept.write_text(commands.run("evaluate", *judged, "--json").out)
    tests = commands.json("evaluate", *judged, "--against", kept)["against"]
    assert [one["difference"] for one in tests.values()] == [0] * 5

    judged[1].write_text("q0\td0\t1\n")
    said = commands.run("evaluate", *judged, "--against", kept, expect=1).err
    assert "1 queries were asked now and 3 then, 1 of them the same" in " ".join(said.split())
    kept.write_text("{}")
    said = commands.run("evaluate", *judged, "--against", kept, expect=1).err
    assert 'is not what "factcontext evaluate --json" prints' in " ".join(said.split())


@pytest.mark.parametrize("figure", ["NaN", "1e999", "1" + "0" * 400, '"much"', "null"])
def test_a_file_of_other_figures_is_refused_and_not_compared_with(
    commands: Commands, judged: tuple[Path, Path], figure: str
) -> None:
    kept = commands.folder / "before.json"
    names = ("ndcg_at_10", "mrr_at_10", "recall_at_10", "recall_at_100", "map_at_5")
    each = ", ".join(f'"{name}": {figure}' for name in names)
    kept.write_text(f'{{"each": {{"q0": {{{each}}}}}}}')
    said = commands.run("evaluate", *judged, "--against", kept, expect=1).err
    assert 'is not what "factcontext evaluate --json" prints' in " ".join(said.split())


def test_a_generation_that_is_not_there_is_named(
    commands: Commands, judged: tuple[Path, Path]
) -> None:
    assert "0099" in commands.run("evaluate", *judged, "--against", "0099", expect=1).err


@pytest.mark.parametrize("name", ["figures.png", "figures.svg"])
def test_figures_are_drawn(commands: Commands, judged: tuple[Path, Path], name: str) -> None:
    picture = commands.folder / name
    commands.run("evaluate", *judged, "--against", "dense", "--plot", picture)
    opening = picture.read_bytes()[:200]
    assert opening.startswith(b"\x89PNG") or b"<?xml" in opening


@pytest.mark.parametrize(
    ("name", "complaint"), [("figures.gif", ".png or .svg"), ("nowhere/figures.png", "folder")]
)
def test_what_cannot_be_drawn_is_said_before_the_work(
    commands: Commands, judged: tuple[Path, Path], name: str, complaint: str
) -> None:
    picture = commands.folder / name
    assert complaint in commands.run("evaluate", *judged, "--plot", picture, expect=1).err


def test_without_matplotlib_it_says_what_to_install(
    commands: Commands, judged: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    picture = commands.folder / "figures.png"
    said = commands.run("evaluate", *judged, "--plot", picture, expect=1)
    assert "factcontext[plot]" in said.err


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
