"""`model list` and `model use`: from one encoder to another and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.commands import Commands
from support.encoders import tiny_model
from support.word_encoder import WordEncoder

from bot.config import Settings
from bot.wiring import load_encoder
from embeddings.models import DEFAULT_MODEL, PRESETS
from index.generation import Generation
from index.golden import GoldenQuery

OTHER = "multilingual-e5-small"
CLAIM = "What happened to the glacier"


class Scores:
    """Gives every golden query one score the first time, another one then."""

    def __init__(self, *, first: float, then: float) -> None:
        self.models: list[str] = []
        self._scores = [first, then]

    def __call__(
        self,
        queries: Sequence[GoldenQuery],
        generation: Generation,
        *_: object,
        **__: object,
    ) -> dict[str, float]:
        self.models.append(generation.manifest.encoder.model)
        score = self._scores[min(len(self.models), 2) - 1]
        return {query.key: score for query in queries}


@pytest.fixture
def models(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> dict[str, WordEncoder]:
    """An encoder of its own for each name that the settings may hold."""
    made = {
        DEFAULT_MODEL: commands.encoder,
        OTHER: WordEncoder(model=OTHER, dimension=48),
    }

    def load(settings: Settings) -> WordEncoder:
        return made[settings.model]

    monkeypatch.setattr("bot.wiring.load_encoder", load)
    return made


def test_a_dry_run_says_what_the_switch_costs_and_makes_none(
    commands: Commands, models: dict[str, WordEncoder]
) -> None:
    commands.built()
    said = commands.run("model", "use", OTHER, "--dry-run").out
    assert f"{OTHER} instead of {DEFAULT_MODEL}: 48 numbers a passage" in said
    assert "16 of 16 passages to encode, about 1 second." in said
    assert "No calibration is shipped for it" in said
    assert "Nothing was changed" in said
    assert not (commands.folder / "factcontext.toml").exists()
    assert [g["name"] for g in commands.json("generations")["generations"]] == ["0001"]


def test_a_switch_answers_is_written_down_and_goes_back_without_encoding(
    commands: Commands, models: dict[str, WordEncoder]
) -> None:
    commands.built()
    switched = commands.json("model", "use", OTHER)
    assert (switched["model"], switched["before"]) == (OTHER, DEFAULT_MODEL)
    assert (switched["passages"], switched["switched"]) == (16, True)
    assert switched["rebuild"]["generation"] == "0002"
    file = commands.folder / "factcontext.toml"
    assert file.read_text() == f'model = "{OTHER}"\n'

    assert commands.json("ask", CLAIM)["generation"] == "0002"
    assert models[OTHER].encoded[-1] == CLAIM
    used = [m["model"] for m in commands.json("model", "list")["models"] if m["in_use"]]
    assert used == [OTHER]

    models[DEFAULT_MODEL].encoded.clear()
    said = commands.run("model", "use", DEFAULT_MODEL).out
    assert "The vectors of all 16 passages are kept already." in said
    assert "Start serve again." in said
    assert models[DEFAULT_MODEL].encoded == []
    assert file.read_text() == f'model = "{DEFAULT_MODEL}"\n'


def test_the_environment_that_would_win_is_named_before_any_work(
    commands: Commands, models: dict[str, WordEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()
    monkeypatch.setenv("FACTCONTEXT_MODEL", DEFAULT_MODEL)
    assert "FACTCONTEXT_MODEL is set to" in commands.run("model", "use", OTHER, expect=1).err
    assert models[OTHER].encoded == []


def test_golden_queries_that_get_worse_keep_the_old_model(
    commands: Commands, models: dict[str, WordEncoder]
) -> None:
    commands.built()
    golden = {"claim": CLAIM, "document": "Report 0 on the glacier"}
    (commands.data / "golden.jsonl").write_text(json.dumps(golden) + "\n")
    commands.run("add", "--quiet", commands.articles(4, 5))
    commands.run("rebuild", "--quiet")
    commands.run("hide", "https://outlet0.example/0", "--reason", "wrong")

    said = commands.run("model", "use", OTHER, expect=5)
    assert f"{DEFAULT_MODEL} stays in use" in said.out
    assert not (commands.folder / "factcontext.toml").exists()
    assert commands.json("model", "use", OTHER, "--force")["switched"] is True


def test_an_index_that_never_met_the_golden_queries_is_asked_them_before_it_is_left(
    commands: Commands, models: dict[str, WordEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()
    golden = {"claim": CLAIM, "document": "Report 0 on the glacier"}
    (commands.data / "golden.jsonl").write_text(json.dumps(golden) + "\n")
    monkeypatch.setattr("bot.golden.ask", asked := Scores(first=1.0, then=0.0))

    said = commands.run("model", "use", OTHER, expect=5)
    assert asked.models == [commands.encoder.info.model, OTHER]
    assert f"factcontext model use {OTHER} --force" in " ".join(said.err.split())
    assert not (commands.folder / "factcontext.toml").exists()


def test_a_kill_right_after_the_switch_leaves_a_bot_that_answers(
    commands: Commands, models: dict[str, WordEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()

    def killed(*_: object, **__: object) -> None:
        raise SystemExit(137)

    monkeypatch.setattr("index.generation.prune", killed)
    commands.run("model", "use", OTHER, expect=137)
    assert commands.json("ask", CLAIM)["generation"] == "0002"


def test_it_is_calibrated_from_golden_queries(
    commands: Commands, models: dict[str, WordEncoder], golden: Path
) -> None:
    golden.rename(commands.data / "golden.jsonl")
    switched = commands.json("model", "use", OTHER)
    assert (switched["calibration_shipped"], switched["calibrated"]) == (False, "0003")
    manifest = json.loads((commands.data / "generations/0003/manifest.json").read_text())
    assert manifest["calibration"]["encoder"] == OTHER


def test_a_folder_is_named_by_its_whole_path_and_really_loaded(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()
    monkeypatch.setattr("bot.wiring.load_encoder", load_encoder)
    monkeypatch.setenv("FACTCONTEXT_ENGINE", "torch")
    (commands.folder / "mine").symlink_to(tiny_model())
    switched = commands.json("model", "use", "mine")
    assert (switched["dimension"], switched["switched"]) == (32, True)
    assert switched["model"] == str(tiny_model().resolve())
    assert commands.json("ask", CLAIM)["generation"] == "0002"
    said = commands.run("model", "list").out
    assert f"In use: {tiny_model().resolve()}" in said


def test_a_name_that_leads_nowhere_changes_nothing(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.built()
    monkeypatch.setattr("bot.wiring.load_encoder", load_encoder)
    assert "no model folder" in commands.run("model", "use", "./nowhere/", expect=1).err
    assert not (commands.folder / "factcontext.toml").exists()


def test_every_known_model_is_listed_with_what_it_is_for(commands: Commands) -> None:
    said = commands.run("model", "list").out
    assert all(name in said for name in PRESETS)
    assert "in use" in next(line for line in said.splitlines() if DEFAULT_MODEL in line)
    assert "hub, 470 MB" in next(line for line in said.splitlines() if OTHER in line)
