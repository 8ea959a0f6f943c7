from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.commands import Commands

from bot.commands.generations import age

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(days=2, hours=23), "2 days ago"),
    ],
)
def test_age_is_told_in_its_largest_unit(passed: timedelta, words: str) -> None:
    assert age(NOW - passed, NOW) == words


def test_all_built_indexes_are_listed_with_the_one_in_use(commands: Commands) -> None:
    commands.built()
    commands.run("add", "--quiet", commands.articles(4, 5))
    commands.run("rebuild", "--quiet")
    rows = [line.split() for line in commands.run("generations").out.splitlines()]
    fingerprint = commands.encoder.info.fingerprint
    assert [row[0] for row in rows[1:]] == ["0001", "0002"]
    assert (rows[1][-4:-2], rows[1][-1]) == (["8", "8"], fingerprint)
    assert (rows[2][-6:-4], rows[2][-3:]) == (["10", "10"], [fingerprint, "in", "use"])


def test_json_holds_the_same_facts(commands: Commands) -> None:
    commands.built()
    printed = commands.json("generations")
    (only,) = printed["generations"]
    assert (printed["current"], printed["problem"]) == ("0001", None)
    assert datetime.fromisoformat(only.pop("built_at")).tzinfo is not None
    assert only.pop("size_bytes") > 0
    assert only == {
        "name": "0001",
        "current": True,
        "problem": None,
        "passages": {"reporting": 8, "discussion": 8},
        "encoder": commands.encoder.info.fingerprint,
        "revision": 1,
        "golden": None,
        "learned": [],
    }


def test_a_damaged_one_is_listed_with_its_problem(commands: Commands) -> None:
    commands.built()
    (commands.data / "generations" / "0001" / "manifest.json").write_text("{}")
    assert "manifest.json is missing or damaged" in " ".join(
        commands.run("generations").out.split()
    )
    (only,) = commands.json("generations")["generations"]
    assert "manifest.json" in only["problem"]


@pytest.mark.parametrize("content", ["garbled", "0009\n"])
def test_a_promotion_that_leads_nowhere_is_told(commands: Commands, content: str) -> None:
    commands.built()
    (commands.data / "generations" / "CURRENT").write_text(content)
    said = commands.run("generations")
    assert said.err.startswith("error: ")
    assert "factcontext rebuild" in said.err
    assert said.out.splitlines()[1].startswith("0001")
    assert commands.json("generations")["problem"] is not None


def test_before_anything_is_built_it_says_what_builds_one(commands: Commands) -> None:
    said = commands.run("generations")
    assert (said.out, said.err) == ("", "None yet; factcontext rebuild builds one.\n")
    assert commands.json("generations") == {"generations": [], "current": None, "problem": None}
