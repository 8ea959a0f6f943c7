"""Which settings hold and where from, without their secrets."""

from __future__ import annotations

import pytest
from support.commands import Commands

from bot.config import Settings, variable

SECRETS = {
    "TELEGRAM_BOT_TOKEN": "7000000001:AAE-a-token-that-nobody-may-ever-see",
    "FACTCONTEXT_TELEGRAM_PROXY_URL": "http://user:hush@proxy:3128",
    "FACTCONTEXT_METRICS_TOKEN": "hush-hush",
    "FACTCONTEXT_STORAGE_KEY": "aHVzaCBodXNo",
}


def test_every_setting_with_its_value_and_where_it_comes_from(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    (commands.folder / "factcontext.toml").write_text("articles_shown = 3\nwebhook = true\n")
    monkeypatch.setenv("FACTCONTEXT_WEBHOOK", "false")
    shown = commands.json("config", "show")
    assert list(shown) == list(Settings.model_fields)
    assert shown["articles_shown"] == {
        "variable": "FACTCONTEXT_ARTICLES_SHOWN",
        "value": 3,
        "origin": "factcontext.toml",
    }
    assert (shown["webhook"]["value"], shown["webhook"]["origin"]) == (False, "environment")
    assert (shown["data_dir"]["value"], shown["data_dir"]["origin"]) == (
        str(commands.data),
        "environment",
    )
    assert (shown["engine"]["value"], shown["engine"]["origin"]) == ("auto", "default")
    rows = [line.split() for line in commands.run("config", "show").out.splitlines()]
    assert ["FACTCONTEXT_ARTICLES_SHOWN", "3", "factcontext.toml"] in rows
    assert ["FACTCONTEXT_WEBHOOK", "false", "environment"] in rows
    assert [row[0] for row in rows[1:]] == [variable(name) for name in Settings.model_fields]


def test_secrets_are_hidden_and_it_is_told_whether_there_are_any(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = commands.json("config", "show")
    assert without["metrics_token"]["value"] is None
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    for said in (commands.run("config", "show"), commands.run("config", "show", "--json")):
        assert all(value not in said.out + said.err for value in SECRETS.values())
        assert said.out.count("(hidden)") == len(SECRETS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_complete_commands(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setenv("_FACTCONTEXT_COMPLETE", f"source_{shell}")
    assert "_FACTCONTEXT_COMPLETE=complete" in commands.run().out
