"""What holds for every command."""

from __future__ import annotations

import errno
import re

import pytest
from support.commands import Commands
from typer.main import get_command

from bot.__main__ import main
from bot.cli import app
from bot.exits import ExitCode

COMMANDS = get_command(app).commands  # type: ignore[attr-defined] # it is a group


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_has_a_sentence_and_every_option(commands: Commands, name: str) -> None:
    shown = commands.run(name, "--help").out
    assert f"Usage: factcontext {name}" in shown
    assert (COMMANDS[name].help or "").splitlines()[0].split(".")[0][:40] in shown
    for parameter in COMMANDS[name].params:
        is_argument = parameter.param_type_name == "argument"
        stated = parameter.metavar or parameter.name.upper()
        for word in [stated] if is_argument else parameter.opts:
            assert word in shown
        assert getattr(parameter, "help", None), parameter.name


@pytest.mark.parametrize("name", [[], *([name] for name in sorted(COMMANDS)), ["feed", "poll"]])
def test_help_shows_no_value_behind_a_switch(commands: Commands, name: list[str]) -> None:
    shown = commands.run(*name, "--help").out
    assert "--help " in shown
    assert "<bool>" not in shown
    assert "...}..." not in shown


def test_help_names_every_command_and_exit_code(commands: Commands) -> None:
    shown = commands.run("--help").out
    assert set(COMMANDS) <= set(re.findall(r"\w+", shown))
    assert {str(int(code)) for code in ExitCode} <= set(re.findall(r"\d+", shown))


def test_no_command_at_all_shows_the_help(commands: Commands) -> None:
    said = commands.run(expect=2)
    assert "Usage: factcontext" in said.out + said.err


def test_version(commands: Commands) -> None:
    assert commands.run("--version").out.startswith("factcontext")


@pytest.mark.parametrize("arguments", [["fly"], ["status", "--fly"], ["add"], ["evaluate", "one"]])
def test_wrong_usage_points_at_the_help(commands: Commands, arguments: list[str]) -> None:
    assert "--help" in commands.run(*arguments, expect=2).err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FACTCONTEXT_SEARCH_THREADS", "0"),
        ("FACTCONTEXT_QUERY_TIMEOUT_S", "soon"),
        ("FACTCONTEXT_ENGINE", "steam"),
        ("FACTCONTEXT_NO_SUCH_SETTING", "1"),
    ],
)
@pytest.mark.parametrize("command", ["status", "serve"])
def test_a_bad_setting_is_refused_by_its_name(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, command: str, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert variable in commands.run(command, expect=2).err


def test_a_settings_file_that_is_not_there_is_refused(commands: Commands) -> None:
    assert "no.toml" in commands.run("--config", "no.toml", "status", expect=2).err


def test_settings_come_from_the_file_in_the_folder(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FACTCONTEXT_DATA_DIR")
    (commands.folder / "factcontext.toml").write_text('data_dir = "elsewhere"\n')
    commands.run("add", "--quiet", commands.articles())
    assert commands.json("status")["documents"] == 4
    assert (commands.folder / "elsewhere" / "library.sqlite3").exists()


def test_a_bug_is_not_dressed_up_as_a_known_fault(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.wiring.open_library", broken)
    with pytest.raises(ZeroDivisionError):
        commands.run("status")


@pytest.mark.parametrize(
    "fault",
    [
        MemoryError(),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_too_little_memory_is_one_line(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("bot.wiring.open_library", greedy)
    said = commands.run("verify", expect=1)
    assert said.err.startswith("error: There is not enough memory for this; free some,")
    assert said.out == ""


@pytest.mark.parametrize(
    "fault",
    [MemoryError(), ImportError("_rust.abi3.so: failed to map segment from shared object")],
)
def test_too_little_memory_to_begin_with_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def greedy() -> None:
        raise fault

    monkeypatch.setattr("bot.cli.main", greedy)
    with pytest.raises(SystemExit, match=r"^error: There is not enough memory to start; [^\n]+$"):
        main()


@pytest.mark.parametrize("arguments", [["status"], ["verify"], ["rebuild"], ["ask", "x"],
                                       ["remove", "1"]])  # fmt: skip
def test_a_damaged_library_is_one_line_and_no_traceback(
    commands: Commands, arguments: list[str]
) -> None:
    commands.data.mkdir()
    (commands.data / "library.sqlite3").write_bytes(b"this is no database" * 100)
    said = commands.run(*arguments, expect=1)
    assert "library.sqlite3" in said.err
    assert said.out == ""


def test_a_shell_completes_the_names_of_models() -> None:
    use = COMMANDS["model"].commands["use"]
    context = use.make_context("use", [], resilient_parsing=True)
    found = use.params[0].shell_complete(context, "multilingual-e5-s")
    assert [one.value for one in found] == ["multilingual-e5-small"]
