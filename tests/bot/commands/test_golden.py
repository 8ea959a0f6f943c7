from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.commands import Commands
from support.word_encoder import WordEncoder

BRIDGE = {
    "id": "bridge",
    "claim": "What happened to the bridge is told only1 here",
    "document": "https://outlet1.example/1",
}
ZEBRA = {"id": "zebra", "claim": "Quantum zebras juggle marmalade", "nothing": True}
SPOILER = {
    "id": "s",
    "title": "Zebras",
    "text": "Quantum zebras juggle marmalade. Quantum zebras juggle marmalade.",
    "url": "https://outlet0.example/zebras",
}


@pytest.fixture
def golden(commands: Commands) -> Commands:
    """A built index with golden queries in its data folder, and an article that spoils one."""
    commands.built()
    lines = "".join(f"{json.dumps(line)}\n" for line in (BRIDGE, ZEBRA))
    (commands.data / "golden.jsonl").write_text(lines)
    commands.run("add", "--quiet", commands.write("spoiler.jsonl", SPOILER))
    return commands


def in_use(commands: Commands) -> object:
    return commands.json("generations")["current"]


def test_an_index_that_answers_falsely_is_kept_back_with_the_queries_named(
    golden: Commands,
) -> None:
    said = golden.run("rebuild", expect=5)
    assert said.out == ""
    assert "zebra" in said.err
    assert "bridge" not in said.err
    assert "0001 goes on answering" in said.err
    assert "--force" in said.err
    assert in_use(golden) == "0001"
    golden.run("rebuild", expect=5)
    assert [g["name"] for g in golden.json("generations")["generations"]] == ["0001", "0002"]


def test_the_result_is_listed_with_the_generation(golden: Commands) -> None:
    golden.run("rebuild", expect=5)
    old, new = golden.json("generations")["generations"]
    assert old["golden"] is None
    assert new["golden"] == {
        "verdict": "kept back",
        "quality": 1.0,
        "false_answers": 1.0,
        "queries": 2,
        "against": "0001",
    }
    assert "kept back" in golden.run("generations").out


def test_force_puts_it_to_use_and_that_is_on_record(
    golden: Commands,
) -> None:
    said = golden.run("rebuild", "--force")
    assert said.out.startswith("Generation 0002 answers now")
    assert "promoted by force" in said.err
    assert in_use(golden) == "0002"
    assert golden.json("generations")["generations"][1]["golden"]["verdict"] == "forced"


def test_one_that_was_kept_back_is_never_gone_back_to(golden: Commands) -> None:
    golden.run("rebuild", expect=5)
    golden.run("remove", "--yes", SPOILER["url"])
    assert golden.json("rebuild")["generation"] == "0003"
    assert golden.json("rollback", "--yes")["generation"] == "0001"


def test_a_limit_that_allows_it_lets_it_pass_and_still_tells(
    golden: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCONTEXT_GOLDEN_MAX_RISE", "1")
    said = golden.run("rebuild")
    assert "Generation 0002 answers now" in said.out
    assert "zebra" in said.err


def test_json_tells_the_comparison(golden: Commands) -> None:
    assert golden.json("rebuild", expect=5)["golden"] == {
        "verdict": "kept back",
        "comparison": {
            "queries": 2,
            "before": {"quality": 1.0, "false_answers": 0.0},
            "after": {"quality": 1.0, "false_answers": 1.0},
            "worse": [{"query": "zebra", "before": 1.0, "after": 0.0}],
        },
    }


def test_a_removed_article_is_no_fall_because_both_indexes_miss_it(golden: Commands) -> None:
    golden.run("remove", "--yes", SPOILER["url"], BRIDGE["document"])
    assert golden.run("rebuild").out.startswith("Generation 0002 answers now")


def test_another_encoder_is_compared_by_what_was_kept(golden: Commands) -> None:
    golden.run("remove", "--yes", SPOILER["url"])
    golden.run("rebuild", "--quiet")
    golden.run("add", "--quiet", golden.write("spoiler.jsonl", SPOILER))
    golden.encoder = WordEncoder(model="other words")
    assert golden.json("rebuild", expect=5)["golden"]["comparison"]["queries"] == 2


def test_without_anything_to_compare_with_it_says_so(golden: Commands) -> None:
    golden.encoder = WordEncoder(model="other words")
    said = golden.run("rebuild")
    assert "could not be compared with those of 0001" in said.err
    assert in_use(golden) == "0002"


def test_a_file_is_named_by_option_or_setting_and_a_missing_one_stops_before_building(
    golden: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(BRIDGE))
    assert golden.json("golden", other)["queries"] == 1
    monkeypatch.setenv("FACTCONTEXT_GOLDEN_FILE", str(other))
    assert golden.json("golden")["queries"] == 1
    assert "missing.jsonl" in golden.run("rebuild", "--golden", "missing.jsonl", expect=1).err
    assert len(golden.json("generations")["generations"]) == 1


def test_a_broken_file_stops_before_building(golden: Commands) -> None:
    (golden.data / "golden.jsonl").write_text("{}\n")
    assert "golden.jsonl, line 1" in golden.run("rebuild", expect=1).err
    assert len(golden.json("generations")["generations"]) == 1


def test_the_index_in_use_can_be_asked_alone(golden: Commands) -> None:
    said = golden.run("golden")
    assert said.out == "Generation 0001, 2 golden queries: quality 1.000, false answers 0.0%.\n"
    golden.run("rebuild", "--force", "--quiet")
    said = golden.run("golden")
    assert "false answers 100.0%" in said.out
    assert "Quantum zebras" in said.out


def test_without_a_file_it_says_where_one_goes(commands: Commands) -> None:
    commands.built()
    assert "golden.jsonl" in commands.run("golden", expect=1).err
