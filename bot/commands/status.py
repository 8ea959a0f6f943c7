"""`factcontext status`: what the collection holds and which index answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.text import Text

from bot.config import Settings
from bot.console import AS_JSON, count, out, print_facts, print_json, print_table
from index.errors import CorruptGenerationError
from index.generation import GenerationSummary
from index.library import LanguageCount, LibraryState, SourceSummary

_MIB = 1024**2
_MANY = 0.1


def status(context: typer.Context, as_json: AS_JSON = False) -> None:
    """Show what is stored, by source, and which built index answers.

    Loads no model and needs no token.
    """
    from bot.wiring import generations_folder, open_library

    settings: Settings = context.obj
    with open_library(settings, create=False) as library:
        state, sources, languages = library.state(), library.sources(), library.languages()
    used = _in_use(generations_folder(settings))
    stale = used is None or used.revision != state.revision
    if as_json:
        print_json(_as_json(settings, state, sources, languages, used, stale=stale))
    else:
        _print(settings, state, sources, languages, used, stale=stale)


def _in_use(folder: Path) -> GenerationSummary | None:
    """The promoted generation, also when it is damaged or gone."""
    from index.generation import current, generations

    try:
        name = current(folder)
    except CorruptGenerationError as error:
        return GenerationSummary(name="unknown", current=True, problem=str(error))
    if name is None:
        return None
    gone = GenerationSummary(
        name=name, current=True, problem='It is not there any more; run "factcontext rebuild".'
    )
    return next((summary for summary in generations(folder) if summary.name == name), gone)


def _print(
    settings: Settings,
    state: LibraryState,
    sources: Sequence[SourceSummary],
    languages: Sequence[LanguageCount],
    used: GenerationSummary | None,
    *,
    stale: bool,
) -> None:
    facts: list[tuple[str, str | Text]] = [
        ("data folder", str(settings.data_dir.absolute())),
        ("documents", f"{state.documents:,} with {count(state.comments, 'comment')}"),
        ("passages", ", ".join(f"{n:,} {lane}" for lane, n in state.passages.items())),
        ("languages", ", ".join(f"{n.language or 'unknown'} {n.documents:,}" for n in languages)),
        ("index in use", _describe(used)),
    ]
    if used is None:
        facts.append(("", Text("run factcontext rebuild to build one", "yellow")))
    elif stale and used.problem is None:
        changed = "the library has changed since: run factcontext rebuild"
        facts.append(("", Text(changed, "yellow")))
    if advice := _about_languages(settings, languages, used):
        facts.append(("", Text(advice, "yellow")))
    print_facts(facts)
    if not sources:
        return
    out.print()
    print_table(
        ("source", "domain", "documents", "note"),
        (
            (s.name or "(not stated)", s.domain or "", f"{s.documents:,}", s.note or "")
            for s in sources
        ),
        numbers=("documents",),
    )


def _about_languages(
    settings: Settings, languages: Sequence[LanguageCount], used: GenerationSummary | None
) -> str | None:
    """What to do where much of the collection is in languages that the model was not made for."""
    from index.strength import calibration_for

    known = calibration_for(settings.model).languages
    if known is None or (used is not None and "calibrated" in used.learned):
        return None
    told = [number for number in languages if number.language is not None]
    others = sum(number.documents for number in told if number.language not in known)
    if others < _MANY * sum(number.documents for number in told):
        return None
    return (
        f"{settings.model} does not know the language of {count(others, 'document')}: they are "
        "found by shared words only; factcontext model list shows other models"
    )


def _describe(used: GenerationSummary | None) -> str:
    if used is None:
        return "none yet"
    if used.problem is not None:
        return f"{used.name}, not usable. {used.problem}"
    built = f"{used.built_at:%Y-%m-%d %H:%M} UTC" if used.built_at else "?"
    size = (used.size_bytes or 0) / _MIB
    return ", ".join(
        [used.name, f"built {built}", f"{size:.1f} MiB", used.fingerprint or "?", *used.learned]
    )


def _as_json(
    settings: Settings,
    state: LibraryState,
    sources: Sequence[SourceSummary],
    languages: Sequence[LanguageCount],
    used: GenerationSummary | None,
    *,
    stale: bool,
) -> dict[str, object]:
    return {
        "data_dir": str(settings.data_dir),
        "documents": state.documents,
        "comments": state.comments,
        "passages": {lane.value: number for lane, number in state.passages.items()},
        "revision": state.revision,
        "generation": None
        if used is None
        else {
            "name": used.name,
            "problem": used.problem,
            "built_at": used.built_at and used.built_at.isoformat(),
            "encoder": used.fingerprint,
            "size_bytes": used.size_bytes,
            "learned": list(used.learned),
        },
        "stale": stale,
        "languages": [asdict(number) for number in languages],
        "sources": [
            {"name": s.name, "domain": s.domain, "note": s.note, "documents": s.documents}
            for s in sources
        ],
    }
