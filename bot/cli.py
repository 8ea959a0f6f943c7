"""The command line: one word a task, `--json` beside every table, `--help` that teaches."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from bot.backup.entering import entered
from bot.commands import (
    add,
    ask,
    backup,
    calibrate,
    config,
    doctor,
    evaluate,
    feed,
    feedback,
    generations,
    golden,
    hide,
    model,
    purge,
    rebuild,
    remove,
    restore,
    rollback,
    serve,
    source,
    status,
    tune,
    verify,
    versions,
)
from bot.config import load_settings
from bot.console import Reporting, complain, err
from bot.errors import BotError, SettingsError
from bot.exits import ExitCode
from bot.help_pages import show_plainly
from bot.log import configure_logging
from bot.settings.logs import LogLevel
from bot.version import installed_version
from embeddings.errors import EmbeddingError
from index.errors import IndexingError

EPILOG = (
    "Exit codes: 0 done; 1 failed, nothing changed; 2 wrong option or setting; "
    "3 some files could not be loaded, the others were; 4 verify or doctor found problems; "
    "5 golden queries got worse, the old index goes on answering; 130 stopped by Ctrl-C."
)

# What native code and Python say where the system gives no more memory.
_NO_MEMORY = ("failed to map segment", "cannot allocate memory", "can't start new thread")

app = typer.Typer(
    name="factcontext",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    epilog=EPILOG,
)


def _version(wanted: bool) -> None:
    if wanted:
        number = installed_version()
        typer.echo(f"factcontext {number}" if number else "factcontext, not installed")
        raise typer.Exit


@app.callback()
def factcontext(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="Settings file; default: factcontext.toml in this folder, if any."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Write log lines too, as `serve` does.")
    ] = False,
    progress_lines: Annotated[
        bool,
        typer.Option(
            "--progress-lines",
            help="Tell progress as JSON lines on standard error, for programs.",
        ),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Answer claims on Telegram with the nearest passages of your own collection.

    A first round: **factcontext add FOLDER**, then **factcontext rebuild**, then
    **factcontext ask "a claim"**; with TELEGRAM_BOT_TOKEN set, **factcontext serve**.
    Settings come from FACTCONTEXT_* variables and factcontext.toml; docs/settings.md
    lists them.
    """
    settings = load_settings(config)
    Reporting.as_lines = progress_lines
    # A command that ends tells its person what happened; a server tells its log.
    chatty = verbose or context.invoked_subcommand == serve.serve.__name__
    configure_logging(settings.log_level if chatty else LogLevel.WARNING, settings.log_format)
    context.obj = settings
    if context.invoked_subcommand != restore.restore.__name__:
        context.with_resource(entered(settings.data_dir))


for command in (add.add, rebuild.rebuild, ask.ask, serve.serve, status.status, verify.verify,
                remove.remove, hide.hide, hide.unhide, hide.hidden,
                generations.generations, rollback.rollback, versions.versions, evaluate.evaluate,
                golden.golden, calibrate.calibrate, tune.tune, purge.purge,
                backup.backup, restore.restore, doctor.doctor):  # fmt: skip
    app.command()(command)
app.add_typer(config.config, name="config")
app.add_typer(source.source, name="source")
app.add_typer(model.model, name="model")
app.add_typer(feed.feed, name="feed")
app.add_typer(feedback.feedback, name="feedback")


def main() -> None:
    """Run the command line; a known fault becomes one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a letter gets its number instead of a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        command = get_command(app)
        show_plainly(command)
        command(prog_name="factcontext")
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:
            err.print("Stopped. What was finished until then is kept.")
        raise
    except (MemoryError, ImportError, RuntimeError, OSError) as error:
        if not _out_of_memory(error):
            raise
        complain(
            "There is not enough memory for this; free some, give the process more, or take less "
            "at once. What was finished until then is kept."
        )
        sys.exit(ExitCode.FAILED)
    except SettingsError as error:
        complain(str(error))
        sys.exit(ExitCode.USAGE)
    except (BotError, IndexingError, EmbeddingError) as error:
        complain(str(error))
        sys.exit(ExitCode.FAILED)


def _out_of_memory(error: Exception) -> bool:
    """Whether there was no room for objects, for a library of native code, or for a thread."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in said for sign in _NO_MEMORY)
