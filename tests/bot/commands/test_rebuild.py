from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from support.commands import Commands
from support.product import ROOT

SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from support.word_encoder import WordEncoder
import bot.wiring
from bot.cli import main
encoder = WordEncoder()
def before():
    if encoder.encoded:
        print("second part", flush=True)
        time.sleep(60)
encoder.before = before
bot.wiring.load_encoder = lambda settings: encoder
sys.argv = ["factcontext", "rebuild"]
main()
"""


def test_a_rebuild_says_what_answers_now(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    said = commands.run("rebuild")
    assert (said.out, said.err) == ("Generation 0001 answers now: 16 passages.\n", "")


def test_a_rebuild_of_nothing_new_does_nothing(commands: Commands) -> None:
    commands.built()
    encoded = len(commands.encoder.encoded)
    assert commands.run("rebuild").out == "Generation 0001 is up to date: 16 passages.\n"
    assert len(commands.encoder.encoded) == encoded


def test_it_gives_way_to_others_while_it_runs(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    before = os.getpriority(os.PRIO_PROCESS, 0)
    seen: list[int] = []
    commands.encoder.before = lambda: seen.append(os.getpriority(os.PRIO_PROCESS, 0))
    commands.run("rebuild")
    assert seen[0] >= max(before, 5)


def test_only_new_texts_are_encoded(commands: Commands) -> None:
    commands.built()
    commands.encoder.encoded.clear()
    commands.run("add", commands.articles(4, 5))
    commands.run("rebuild")
    assert len(commands.encoder.encoded) == 4


def test_json_names_the_generation_and_the_one_before(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    assert commands.json("rebuild") == {"generation": "0001", "previous": None, "passages": 16}
    assert commands.json("rebuild") == {"generation": "0001", "previous": "0001", "passages": 16}


def test_quiet_says_nothing(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    said = commands.run("rebuild", "--quiet")
    assert (said.out, said.err) == ("", "")


def test_without_a_library_it_says_how_to_start_one(commands: Commands) -> None:
    assert "factcontext add" in commands.run("rebuild", expect=1).err


def test_an_empty_library_says_how_to_fill_it(commands: Commands) -> None:
    commands.run("add", commands.folder)
    said = commands.run("rebuild", expect=1)
    assert said.err == (
        'error: The library is empty; load documents with "factcontext add PATH".\n'
    )


def test_problems_found_before_promotion_keep_the_old_one(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()
    commands.run("add", commands.articles(4, 6))
    monkeypatch.setattr("index.generation.verify", lambda *_: ["Generation 0002: it leaks."])
    said = commands.run("rebuild", expect=1)
    assert "it leaks" in said.err
    assert "Generation 0001 goes on answering" in said.err
    assert commands.json("status")["generation"]["name"] == "0001"


def test_problems_found_in_the_first_generation_promote_nothing(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.run("add", "--quiet", commands.articles())
    monkeypatch.setattr("index.generation.verify", lambda *_: ["Generation 0001: it leaks."])
    said = commands.run("rebuild", expect=1)
    assert "None answers yet" in said.err
    assert commands.json("status")["generation"] is None


def test_old_generations_are_pruned_as_the_setting_says(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCONTEXT_KEEP_GENERATIONS", "1")
    commands.built()
    commands.run("add", commands.articles(4, 5))
    commands.run("rebuild")
    kept = [path.name for path in (commands.data / "generations").iterdir() if path.is_dir()]
    assert kept == ["0002"]


def test_vectors_that_cannot_be_kept_are_a_fault_with_a_name(commands: Commands) -> None:
    commands.run("add", "--quiet", commands.articles())
    (commands.data / "vectors").write_text("a file stands in the way")
    assert "vectors" in commands.run("rebuild", expect=1).err


def test_a_model_that_is_not_there_is_a_fault_with_its_name(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embeddings.errors import ModelNotFoundError

    def missing(_settings: object) -> None:
        raise ModelNotFoundError("There is no model called no-such-model.")

    commands.run("add", "--quiet", commands.articles())
    monkeypatch.setattr("bot.wiring.load_encoder", missing)
    assert "no-such-model" in commands.run("rebuild", expect=1).err


def test_ctrl_c_ends_with_one_line_and_the_next_rebuild_goes_on(commands: Commands) -> None:
    texts = ({"id": str(n), "title": f"T{n}", "text": f"Number {n} only."} for n in range(300))
    commands.run("add", "--quiet", commands.write("many.jsonl", *texts))
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    with subprocess.Popen(
        [sys.executable, "-c", SLOW],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "second part\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert err == "Stopped. What was finished until then is kept.\n"
    assert process.returncode == 130
    assert commands.json("status")["generation"] is None
    commands.run("rebuild")
    assert 0 < len(commands.encoder.encoded) < 300
    assert commands.json("verify")["problems"] == []
