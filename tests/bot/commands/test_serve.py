from __future__ import annotations

import pytest
from support.commands import Commands


def test_without_a_token_it_says_where_to_get_one(commands: Commands) -> None:
    said = commands.run("serve", expect=1)
    assert "TELEGRAM_BOT_TOKEN" in said.err
    assert "@BotFather" in said.err
    assert said.err.count("\n") == 1


def test_with_a_token_and_no_index_it_says_what_to_build(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:A")
    commands.run("add", "--quiet", commands.articles())
    assert "factcontext rebuild" in commands.run("serve", expect=1).err


def test_with_a_token_and_nothing_loaded_it_says_how_to_begin_and_leaves_nothing_behind(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:A")
    said = commands.run("serve", expect=1)
    assert 'Run "factcontext add PATH" to start one.' in said.err
    assert not list(commands.data.glob("*"))
