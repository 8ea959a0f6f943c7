"""`calibrate` and `tune` on a small collection in which claims use other words than articles."""

from __future__ import annotations

import json
from pathlib import Path

from support.commands import Commands


def test_tuning_is_used_at_once_shown_carried_on_and_turned_off(
    commands: Commands, golden: Path
) -> None:
    tried = commands.json("tune", golden, "--dry-run")
    assert (tried["generation"], tried["helps"]) == (None, True)
    said = commands.run("tune", golden).out
    assert "about other articles" in said
    assert "Generation 0002 answers now, tuned." in said

    listed = commands.json("generations")["generations"]
    assert [g["learned"] for g in listed] == [[], ["tuned"]]
    assert "tuned" in commands.run("status").out
    assert commands.json("ask", "jab town3")["generation"] == "0002"

    commands.run("add", "--quiet", commands.write("more.jsonl", {"title": "A", "text": "More."}))
    assert commands.json("rebuild")["generation"] == "0003"
    assert commands.json("status")["generation"]["learned"] == ["tuned"]

    assert "Generation 0004 answers now, not tuned." in commands.run("tune", "--off").out
    assert commands.json("status")["generation"]["learned"] == []
    assert "nothing was changed" in commands.run("tune", "--off").out


def test_a_calibration_is_used_at_once_and_turned_off(commands: Commands, golden: Path) -> None:
    tried = commands.json("calibrate", golden, "--dry-run")
    assert (tried["generation"], tried["answerable"], tried["silent"]) == (None, 64, 24)
    assert tried["after"]["loss"] < tried["before"]["loss"]
    said = commands.run("calibrate", golden).out
    assert "false answers where 90 % are answered" in said
    assert "Generation 0002 answers now, calibrated." in said
    manifest = json.loads((commands.data / "generations/0002/manifest.json").read_text())
    assert 'Fitted by "factcontext calibrate" on' in manifest["calibration"]["provenance"]
    assert commands.json("status")["generation"]["learned"] == ["calibrated"]

    off = commands.json("calibrate", "--off")
    assert off["generation"] == "0003"
    assert commands.json("status")["generation"]["learned"] == []


def test_judged_sets_teach_too(commands: Commands, golden: Path) -> None:
    queries = commands.write(
        "queries.jsonl",
        *({"_id": f"q{n}", "text": f"jab town{n % 16} {n}"} for n in range(50)),
    )
    qrels = commands.folder / "qrels.tsv"
    qrels.write_text("".join(f"q{n}\tmissing\t1\n" for n in range(50)))
    said = commands.run("tune", queries, qrels, expect=1).err
    assert "Left out: 50 claims" in said
    assert "needs at least 40 claims" in said


def test_too_few_claims_change_nothing(commands: Commands, golden: Path) -> None:
    few = commands.write("few.jsonl", {"claim": "jab town1", "document": "vaccine town1"})
    for command in ("tune", "calibrate"):
        assert "there are 1" in commands.run(command, few, expect=1).err
    assert [g["name"] for g in commands.json("generations")["generations"]] == ["0001"]


def test_without_golden_queries_it_says_what_to_do(commands: Commands, golden: Path) -> None:
    assert "golden.jsonl" in commands.run("tune", expect=1).err
    assert "goes alone" in commands.run("tune", golden, "--off", expect=1).err
    assert "goes alone" in commands.run("calibrate", "--off", "--dry-run", expect=1).err
