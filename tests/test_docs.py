"""What the documents name exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import app
from bot.config import Settings, variable

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
DOCUMENTS = [README, *(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))]
COMMANDS = {
    command.name or command.callback.__name__
    for command in app.registered_commands
    if command.callback
} | {group.name for group in app.registered_groups if group.name}


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_readme_with_its_default(name: str) -> None:
    start = f"| `{variable(name)}`"
    row = next((line for line in README.splitlines() if line.startswith(start)), "")
    default = Settings.model_fields[name].default
    shown = "" if default is None else str(default)
    assert shown in row
    description = Settings.model_fields[name].description
    assert description
    assert description in row


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
