from __future__ import annotations

import shutil

import pytest
from support.commands import Commands
from support.word_encoder import WordEncoder

NEW_ONE = "What happened to the reactor is told only4 here"


@pytest.fixture
def twice(commands: Commands) -> Commands:
    """Generation 0001 of four articles, 0002 of five."""
    commands.built()
    commands.run("add", "--quiet", commands.articles(4, 5))
    commands.run("rebuild", "--quiet")
    return commands


def found(commands: Commands) -> list[str]:
    return [article["title"] for article in commands.json("ask", NEW_ONE)["reporting"]]


def in_use(commands: Commands) -> object:
    return commands.json("generations")["current"]


def test_the_one_before_answers_at_once(twice: Commands) -> None:
    assert found(twice)[0] == "Report 4 on the reactor"
    said = twice.run("rollback", "--yes")
    assert said.out == "Generation 0001 answers now, instead of 0002.\n"
    assert "factcontext rebuild" in said.err
    assert "Report 4 on the reactor" not in found(twice)
    assert twice.json("verify")["problems"] == []


def test_rebuild_goes_forward_to_the_newest_again_without_building(twice: Commands) -> None:
    twice.run("rollback", "--yes")
    twice.encoder.encoded.clear()
    assert twice.json("rebuild") == {"generation": "0002", "previous": "0001", "passages": 20}
    assert twice.encoder.encoded == []
    assert found(twice)[0] == "Report 4 on the reactor"


def test_rebuild_after_a_change_builds_a_newer_one(twice: Commands) -> None:
    twice.run("rollback", "--yes")
    twice.run("remove", "--yes", 5)
    assert twice.json("rebuild")["generation"] == "0003"
    assert "Report 4 on the reactor" not in found(twice)


def test_json_names_both(twice: Commands) -> None:
    printed = twice.json("rollback", "--yes")
    assert printed == {"generation": "0001", "previous": "0002"}


def test_twice_goes_back_twice(twice: Commands) -> None:
    twice.run("add", "--quiet", twice.articles(5, 6))
    twice.run("rebuild", "--quiet")
    assert [twice.json("rollback", "--yes")["generation"] for _ in range(2)] == ["0002", "0001"]


def test_without_an_older_one_nothing_changes(commands: Commands) -> None:
    commands.built()
    said = commands.run("rollback", "--yes", expect=1)
    assert "No generation older than 0001 is kept" in said.err
    assert in_use(commands) == "0001"


def test_before_anything_is_built_it_says_what_to_do(commands: Commands) -> None:
    assert "factcontext rebuild" in commands.run("rollback", "--yes", expect=1).err


def test_a_damaged_older_one_is_not_put_to_use(twice: Commands) -> None:
    (twice.data / "generations" / "0001" / "reporting" / "dense.faiss").unlink()
    assert "dense.faiss" in twice.run("rollback", "--yes", expect=1).err
    assert in_use(twice) == "0002"


def test_it_leads_out_of_a_promotion_whose_folder_is_gone(twice: Commands) -> None:
    shutil.rmtree(twice.data / "generations" / "0002")
    twice.run("rollback", "--yes")
    assert in_use(twice) == "0001"
    assert twice.json("verify")["problems"] == []


@pytest.mark.parametrize(("typed", "code", "used"), [("y\n", 0, "0001"), ("n\n", 1, "0002")])
def test_a_person_is_asked(twice: Commands, typed: str, code: int, used: str) -> None:
    said = twice.run("rollback", stdin=typed, typed=True, expect=code)
    assert "Let generation 0001 answer instead of 0002?" in said.err
    assert in_use(twice) == used
    assert "error:" not in said.err


def test_where_nobody_can_be_asked_it_wants_to_be_told(twice: Commands) -> None:
    assert "--yes" in twice.run("rollback", expect=1).err
    assert in_use(twice) == "0002"


def test_one_of_another_encoder_is_put_to_use_with_a_warning(commands: Commands) -> None:
    commands.built()
    commands.encoder = WordEncoder(model="other words")
    commands.run("rebuild", "--quiet")
    said = commands.run("rollback", "--yes")
    assert "another encoder" in said.err
    assert "FACTCONTEXT_MODEL" in said.err
