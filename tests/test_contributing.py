"""The worked examples of CONTRIBUTING.md do what it says of them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contracts import test_encoder_contract as contract

from bot.i18n import Translators
from index.errors import MalformedError
from index.readers import READERS, SourceFile
from index.readers.selection import most_certain

TEXT = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text()


def example(kind: str) -> str:
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return found


def defined(kind: str) -> Any:  # noqa: ANN401 - whatever the example is of
    """An object of the class that an example, with nothing but its own imports, defines."""
    space: dict[str, Any] = {"__name__": "example"}
    exec(example(f"python {kind}"), space)  # noqa: S102 - the project's own document
    (made,) = (value for value in space.values() if getattr(value, "__module__", "") == "example")
    return made()


def promises() -> list[Callable[..., None]]:
    """Every test of the encoder contract that is asked of an implementation."""
    tests = [test for name, test in vars(contract).items() if name.startswith("test_")]
    asked = [test for test in tests if list(inspect.signature(test).parameters) == ["subject"]]
    assert asked, "Of an empty list pytest would make a skipped test."
    return asked


def test_the_example_of_a_reader_knows_its_files_and_reads_them(tmp_path: Path) -> None:
    reader, path = defined("reader"), tmp_path / "page"
    path.write_text(example("letters"))
    file = SourceFile.on_disk(path)
    assert most_certain((*READERS, reader), file) is reader
    (document,) = reader.read(file)
    assert document.title == "Should the ferry run on Sundays?"
    assert document.text.startswith("The council has asked residents")
    assert [(c.author, c.text[:8]) for c in document.comments] == [
        ("Ida Marsh", "My mothe"),
        ("Tom Reed", "Leave us"),
    ]


def test_the_example_of_a_reader_names_a_file_that_breaks_the_rules(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("LETTERS PAGE: Nothing below")
    with pytest.raises(MalformedError, match=f"{path} has no text below its title"):
        list(defined("reader").read(SourceFile.on_disk(path)))


def test_the_example_of_a_language_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "sv.po").write_text(example("po"), encoding="utf-8")
    t = Translators.load(tmp_path).of("sv")
    assert (t.code, t.name, t.rtl) == ("sv", "Svenska", False)
    said = t.gettext("What readers said ({count})").format(count=3)
    assert said == "Vad läsarna sade (3)"


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.__name__)
def test_the_example_of_an_engine_keeps_what_engines_promise(
    promise: Callable[..., None],
) -> None:
    promise(defined("engine"))


def test_files_that_are_named_exist() -> None:
    root = Path(__file__).resolve().parent.parent
    named = {path for path in re.findall(r"`((?:\w+/)+[\w.]+\w)`", TEXT) if "CODE" not in path}
    assert named
    assert [path for path in sorted(named) if not (root / path).exists()] == []
