"""`factcontext model`: which model turns text into vectors, and the way to another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.calibrate import print_fit
from bot.commands.rebuild import as_dict, tell
from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table, waiting
from bot.exits import ExitCode
from embeddings.models import PRESETS, at_hand
from index.errors import TooFewLessonsError

if TYPE_CHECKING:
    from bot.rebuilding import Rebuilt
    from bot.switching import Plan
    from index.calibrating import Calibrated

model = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Show the models that are known by name, and switch to another one.",
)


@model.command("list")
def list_models(context: typer.Context, as_json: AS_JSON = False) -> None:
    """List the models that are known by name, and which one is in use.

    A folder with a sentence-transformers model, an installable package that carries one, and any
    name of a model hub can be used as well.
    """
    settings: Settings = context.obj
    rows = list(_known(settings.model))
    if as_json:
        print_json({"model": settings.model, "models": rows})
        return
    print_table(
        ("model", "languages", "words read", "where", ""),
        (
            (row["model"], row["languages"], f"~{row['max_tokens'] * 3 // 4}", _where(row),
             "in use" if row["in_use"] else "")
            for row in rows
        ),
        numbers=("words read",),
    )  # fmt: skip
    if settings.model not in PRESETS:
        out.print(f"In use: {settings.model}", markup=False)


def _known(used: str) -> Iterator[dict[str, Any]]:
    for name, preset in PRESETS.items():
        yield {
            "model": name,
            "languages": preset.languages,
            "max_tokens": preset.max_tokens,
            "download_mb": preset.download_mb,
            "on_this_machine": at_hand(preset) is not None,
            "in_use": name == used,
        }


def _where(row: dict[str, Any]) -> str:
    return "this machine" if row["on_this_machine"] else f"hub, {row['download_mb']:,} MB"


def _names(incomplete: str) -> list[str]:
    return [name for name in PRESETS if name.startswith(incomplete)]


@model.command("use")
def use_model(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="A name of `model list`, a folder, or a hub name.", autocompletion=_names
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Fetch the model and say what the switch costs.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Switch even if golden queries get worse.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Switch to another model: fetch it, encode everything with it, calibrate, and keep it.

    A model understands the languages that it was trained on; a multilingual one finds passages in
    another language than the claim. Every model has numbers of its own, so all passages are
    encoded again, while the index in use goes on answering. Then the settings file names the
    model, and how near is near is learned again from golden queries, if there are at least 40. A
    running `serve` answers from the index that it has until it is started again. The vectors of
    the model before are kept: going back is a matter of seconds.

    Exit code 5 when golden queries got worse by more than the settings allow: everything stays as
    it was.
    """
    from bot.config_file import put_setting
    from bot.golden import Examination, golden_file
    from bot.priority import low_priority
    from bot.rebuilding import build, passages_of
    from bot.switching import plan_switch, refuse_variable, remember_golden
    from bot.wiring import workshop

    settings: Settings = context.obj
    if name not in PRESETS and Path(name).is_dir():
        name = str(Path(name).resolve())  # Wherever the bot will be started.
    refuse_variable(name)
    changed = settings.model_copy(update={"model": name})
    golden = golden_file(settings, None)
    with ExitStack() as stack:
        stack.enter_context(low_priority())
        with waiting("Fetching and loading the model"):
            tools = stack.enter_context(workshop(changed))
        plan = plan_switch(tools, settings, name)
        if not as_json:
            _explain(plan)
        if dry_run:
            _end(plan, None, None, as_json=as_json)
            return
        remember_golden(settings, tools, golden)
        rebuilt = build(
            tools,
            Examination.of(tools, changed, golden),
            changed,
            force=force,
            promoted=lambda: put_setting(plan.file, "model", name),
        )
        passages = passages_of(tools, rebuilt.name)
    if not as_json:
        tell(rebuilt, passages, quiet=False, command=f"factcontext model use {name}")
    fitted = None
    if rebuilt.promoted:
        fitted = _calibrated(changed) if golden is not None else None
    _end(plan, (rebuilt, passages), fitted, as_json=as_json)
    if not rebuilt.promoted:
        raise typer.Exit(ExitCode.WORSE)


def _calibrated(settings: Settings) -> tuple[Calibrated, str | None] | None:
    from bot.learning import fit_strength, school

    try:
        with school(settings, None, None) as at:
            return fit_strength(at)
    except TooFewLessonsError as error:
        err.print(str(error), style="yellow", markup=False)
        return None


def _explain(plan: Plan) -> None:
    info = plan.encoder
    instead = "again" if plan.name == plan.before else f"instead of {plan.before}"
    out.print(
        f"{plan.name} {instead}: {info.dimension} numbers a passage, reads about "
        f"{info.max_tokens * 3 // 4:,} words, {info.precision}.",
        markup=False,
    )
    if plan.missing:
        about = f", about {_time(plan.seconds)}" if plan.passages_per_s else ""
        out.print(f"{plan.missing:,} of {count(plan.passages, 'passage')} to encode{about}.")
    else:
        out.print(f"The vectors of all {count(plan.passages, 'passage')} are kept already.")
    if not plan.calibrated:
        out.print(
            "No calibration is shipped for it: until golden queries make one, the bot is "
            "cautious and says more often that nothing is close."
        )


def _time(seconds: float) -> str:
    if seconds < 90:
        return count(max(1, round(seconds)), "second")
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"


def _end(
    plan: Plan,
    done: tuple[Rebuilt, int] | None,
    fitted: tuple[Calibrated, str | None] | None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json(_as_json(plan, done, fitted))
        return
    if done is None:
        out.print("Nothing was changed; without --dry-run the switch is made.")
        return
    if not done[0].promoted:
        out.print(f"{plan.before} stays in use.", markup=False)
        return
    if fitted is not None:
        print_fit(*fitted)
    elif not plan.calibrated:
        out.print(
            'Write golden queries and run "factcontext calibrate" to teach it how near is near.'
        )
    out.print(f'{plan.file} says model = "{plan.name}" now. Start serve again.', markup=False)


def _as_json(
    plan: Plan,
    done: tuple[Rebuilt, int] | None,
    fitted: tuple[Calibrated, str | None] | None,
) -> dict[str, object]:
    return {
        "model": plan.name,
        "before": plan.before,
        "encoder": plan.encoder.fingerprint,
        "dimension": plan.encoder.dimension,
        "passages": plan.passages,
        "missing": plan.missing,
        "passages_per_s": plan.passages_per_s and round(plan.passages_per_s, 1),
        "calibration_shipped": plan.calibrated,
        "rebuild": done and as_dict(*done),
        "calibrated": fitted and fitted[1],
        "switched": done is not None and done[0].promoted,
    }
