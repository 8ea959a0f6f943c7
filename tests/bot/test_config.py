"""Settings are read once, and refused with their name, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings, load_settings, shown_values, variable
from bot.errors import SettingsError
from embeddings.loader import Engine


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*(variable(n) for n in Settings.model_fields), "FACTCONTEXT_CONFIG"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default_but_what_only_the_operator_has() -> None:
    unset = {name for name, value in load_settings() if value is None}
    assert unset == {
        "telegram_bot_token",
        "telegram_proxy_url",
        "golden_file",
        "http_port",
        "public_url",
        "metrics_token",
        "reranker",
        "operate_token",
        "storage_key",
    }


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("factcontext.toml").write_text('engine = "torch"\narticles_shown = 3\n')
    monkeypatch.setenv("FACTCONTEXT_ARTICLES_SHOWN", "7")
    settings = load_settings()
    assert (settings.engine, settings.articles_shown) == (Engine.TORCH, 7)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    # As compose.yaml hands on a variable that is not set.
    Path("factcontext.toml").write_text("articles_shown = 3\n")
    for name in ("telegram_bot_token", "http_port", "articles_shown"):
        monkeypatch.setenv(variable(name), "")
    monkeypatch.setenv("FACTCONTEXT_CONFIG", "")
    settings = load_settings()
    shown = {one.name: one.origin for one in shown_values(settings)}
    assert (settings.telegram_bot_token, settings.http_port) == (None, None)
    assert (settings.articles_shown, shown["articles_shown"]) == (3, "factcontext.toml")
    assert shown["telegram_bot_token"] == "default"


def test_an_empty_token_in_the_file_is_refused() -> None:
    Path("factcontext.toml").write_text('telegram_bot_token = ""\n')
    with pytest.raises(SettingsError, match=r"telegram_bot_token .* is \(hidden\)"):
        load_settings()


def test_a_named_file_replaces_the_one_in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("factcontext.toml").write_text("articles_shown = 3\n")
    Path("other.toml").write_text("articles_shown = 4\n")
    monkeypatch.setenv("FACTCONTEXT_CONFIG", "other.toml")
    assert load_settings().articles_shown == 4


def test_a_file_that_is_named_and_missing_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no settings file absent\.toml"):
        load_settings(Path("absent.toml"))


def test_every_bad_value_is_named_with_its_variable_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FACTCONTEXT_ENGINE", "cuda")
    monkeypatch.setenv("FACTCONTEXT_QUERY_TIMEOUT_S", "-3")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).splitlines() == [
        "engine (FACTCONTEXT_ENGINE) is 'cuda': Input should be 'auto', 'openvino' or 'torch'.",
        "query_timeout_s (FACTCONTEXT_QUERY_TIMEOUT_S) is '-3': Input should be greater than 0.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("articels_shown = 3\n", "articels_shown in factcontext.toml is no setting"),
        ("articles_shown 3\n", "factcontext.toml is no valid TOML"),
    ],
)
def test_a_faulty_file_is_refused(content: str, message: str) -> None:
    Path("factcontext.toml").write_text(content)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCONTEXT_MODLE", "x")
    with pytest.raises(SettingsError, match="No setting is called FACTCONTEXT_MODLE"):
        load_settings()


def test_the_token_shows_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "123456789:" + "A" * 35
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    settings = load_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == token
    assert token not in repr(settings)
    assert token not in settings.model_dump_json()


def test_a_token_in_the_file_shows_in_no_message() -> None:
    Path("factcontext.toml").write_text('telegram_bot_token = ["secret"]\n')
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.__cause__)


def test_no_fault_repeats_a_secret() -> None:
    secrets = {
        name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)
    }
    assert secrets == {
        "telegram_bot_token",
        "telegram_proxy_url",
        "metrics_token",
        "operate_token",
        "storage_key",
    }
    Path("factcontext.toml").write_text("".join(f"{name} = 918273645\n" for name in secrets))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "918273645" not in str(caught.value)
    assert all(name in str(caught.value) for name in secrets)
