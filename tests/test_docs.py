"""What the documents name exists, and what exists is documented."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

from bot.cli import app
from bot.config import Settings, variable
from bot.reloading import RELOADABLE
from bot.store import TABLES
from bot.store.database import Tables

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
DOCUMENTS = [README, *(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))]
COMMANDS = {
    command.name or command.callback.__name__
    for command in app.registered_commands
    if command.callback
} | {group.name for group in app.registered_groups if group.name}


@pytest.fixture
def settings_page(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return importlib.import_module("settings_page")


def test_the_page_and_the_table_of_settings_are_those_of_the_settings(
    settings_page: ModuleType,
) -> None:
    marked = "<!-- settings -->\n{}\n<!-- /settings -->"
    renew = "out of date: run python scripts/settings_page.py"
    assert marked.format(settings_page.page()) in (ROOT / "docs" / "settings.md").read_text(), (
        renew
    )
    assert marked.format(settings_page.table()) in README, renew


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_has_one_row_with_its_default_and_what_it_does(
    settings_page: ModuleType, name: str
) -> None:
    lines = settings_page.page().splitlines()
    row = [line for line in lines if line.startswith(f"| `{variable(name)}` |")]
    default = Settings.model_fields[name].default
    shown = "" if default is None else str(default).lower()
    description = Settings.model_fields[name].description
    assert len(row) == 1
    assert shown in row[0].lower()
    assert description
    assert description in row[0]
    assert ("| at once |" in row[0]) == (name in RELOADABLE)


def test_a_row_tells_type_unit_and_bounds(settings_page: ModuleType) -> None:
    page = settings_page.page()
    assert "| `FACTCONTEXT_QUERY_TIMEOUT_S` | number, in seconds, above 0, at most 120 |" in page
    assert "| `FACTCONTEXT_LOG_FORMAT` | `console`, `json` | `console` | at once |" in page
    assert "| `FACTCONTEXT_WEBHOOK` | `true` or `false` | `false` | at start |" in page
    assert "| `FACTCONTEXT_MAX_FILE_MIB` | whole number, in MiB, 1 or more | `2048` |" in page
    assert "| `FACTCONTEXT_OPERATE_TOKEN` | secret text, 16 characters or more |  |" in page


@pytest.mark.parametrize("text", DOCUMENTS)
def test_no_document_names_a_setting_that_does_not_exist(text: str) -> None:
    known = {variable(name) for name in Settings.model_fields} | {"FACTCONTEXT_CONFIG"}
    assert set(re.findall(r"FACTCONTEXT_[A-Z_]+[A-Z]", text)) - known == set()


@pytest.mark.parametrize("text", DOCUMENTS)
def test_no_document_names_a_command_that_does_not_exist(text: str) -> None:
    named = set(re.findall(r"`factcontext ([a-z]+)", text))
    named |= set(re.findall(r"^\$? ?factcontext ([a-z]+)", text, re.MULTILINE))
    assert named - COMMANDS == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"`factcontext {name}" in README


@pytest.mark.parametrize("text", DOCUMENTS)
def test_every_make_target_in_the_documents_exists(text: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", text)) - targets == set()


PRIVACY = (ROOT / "docs" / "privacy.md").read_text()


@pytest.mark.parametrize("part", TABLES, ids=lambda part: part.name)
def test_every_table_of_the_bot_stands_in_the_privacy_text(part: Tables) -> None:
    made = re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", " ".join(part.steps))
    rows = " ".join(line.split("|")[1] for line in PRIVACY.splitlines() if line.startswith("| `"))
    assert made
    assert [table for table in made if f"`{table}`" not in rows] == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("answers_kept_days", "for {} days: the numbers"),
        ("chat_grace_days", "or {} days after you stop"),
        ("later_kept_days", "or {} days have passed"),
    ],
)
def test_the_policy_to_publish_has_the_numbers_of_the_settings(setting: str, said: str) -> None:
    default = Settings.model_fields[setting].default
    assert said.format(default) in " ".join(PRIVACY.replace("\n> ", " ").split())


SECURITY = (ROOT / "docs" / "security.md").read_text()
ROWS = [line for line in SECURITY.splitlines() if line.startswith("| ") and "---" not in line
        and not line.startswith(("| threat |", "| fault |"))]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_every_threat_and_fault_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(), f"{file}::{name}"
