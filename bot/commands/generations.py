"""`factcontext generations`: the built indexes, and which of them answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import typer

from bot.commands.golden import as_dict, in_words
from bot.config import Settings
from bot.console import AS_JSON, complain, count, err, print_json, print_table
from index.errors import CorruptGenerationError
from index.generation import GenerationSummary, GoldenRecord
from index.golden import Figures

_MIB = 1024**2
_NUMBERS = ("reporting", "discussion", "MiB")


def generations(context: typer.Context, as_json: AS_JSON = False) -> None:
    """List the built indexes, oldest first, and show which one answers.

    Reads only their manifests; `factcontext verify` checks the files of the one in use.
    """
    from bot.wiring import generations_folder
    from index.generation import current
    from index.generation import generations as all_generations

    settings: Settings = context.obj
    folder = generations_folder(settings)
    found = all_generations(folder)
    try:
        used, fault = current(folder), None
    except CorruptGenerationError as error:
        used, fault = None, str(error)
    if used is not None and all(summary.name != used for summary in found):
        fault = f'Generation {used} is promoted and not there any more; run "factcontext rebuild".'
    if as_json:
        listed = [_as_json(summary) for summary in found]
        print_json({"generations": listed, "current": used, "problem": fault})
        return
    if fault:
        complain(fault)
    if found:
        _print(found, now=datetime.now(UTC))
    elif not fault:
        err.print("None yet; [bold]factcontext rebuild[/bold] builds one.")


def age(built_at: datetime, now: datetime) -> str:
    """How long ago, in the largest unit of which there is one; a clock may have gone back."""
    passed = max(now - built_at, timedelta())
    for unit, length in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        if passed >= length:
            return f"{count(passed // length, unit)} ago"
    return "just now"


def _print(found: Sequence[GenerationSummary], *, now: datetime) -> None:
    print_table(
        ("name", "built", *_NUMBERS, "encoder", "golden", ""),
        (_cells(summary, now) for summary in found),
        numbers=_NUMBERS,
    )


def _cells(summary: GenerationSummary, now: datetime) -> tuple[str, ...]:
    remark = "in use" if summary.current else ""
    if summary.problem is not None:
        return (summary.name, "", "", "", "", "", "", f"{remark} {summary.problem}".strip())
    return (
        summary.name,
        age(summary.built_at, now) if summary.built_at else "",
        *(f"{number:,}" for number in (summary.passages or {}).values()),
        f"{(summary.size_bytes or 0) / _MIB:.1f}",
        summary.fingerprint or "",
        _golden(summary.golden),
        ", ".join([*summary.learned, *([remark] if remark else [])]),
    )


def _golden(record: GoldenRecord | None) -> str:
    if record is None:
        return ""
    figures = Figures(quality=record.quality, false_answers=record.false_answers)
    return f"{in_words(figures)}; {record.verdict}"


def _as_json(summary: GenerationSummary) -> dict[str, object]:
    passages = summary.passages
    return {
        "name": summary.name,
        "current": summary.current,
        "problem": summary.problem,
        "built_at": summary.built_at and summary.built_at.isoformat(),
        "passages": passages and {lane.value: number for lane, number in passages.items()},
        "size_bytes": summary.size_bytes,
        "encoder": summary.fingerprint,
        "revision": summary.revision,
        "golden": summary.golden and _golden_as_json(summary.golden),
        "learned": list(summary.learned),
    }


def _golden_as_json(record: GoldenRecord) -> dict[str, object]:
    figures = Figures(quality=record.quality, false_answers=record.false_answers)
    return {
        "verdict": record.verdict.value,
        **as_dict(figures),
        "queries": len(record.scores),
        "against": record.against,
    }
