"""What the commands share in talking to a person or a program."""

from __future__ import annotations

import io
import json
import sys

import pytest
from rich.console import Console

from bot import console


def encoded_as(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, write_through=True))
    return raw


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard error as a terminal."""
    shown = io.StringIO()
    there = Console(file=shown, force_terminal=True, width=100, highlight=False)
    monkeypatch.setattr(console, "err", there)
    return shown


def test_json_is_printed_in_its_own_script(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"title": "Тихий берег"})
    assert capsys.readouterr().out == '{\n "title": "Тихий берег"\n}\n'


@pytest.mark.parametrize(("value", "encoding"), [("Über 🦇", "ascii"), ("na\udcefve", "utf-8")])
def test_json_that_cannot_be_shown_is_escaped_and_means_the_same(
    monkeypatch: pytest.MonkeyPatch, value: str, encoding: str
) -> None:
    raw = encoded_as(monkeypatch, encoding)
    console.print_json([value])
    assert json.loads(raw.getvalue().decode("ascii")) == [value]


def test_json_of_many_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"a": [1, 2]}, one_line=True)
    console.print_json({"a": []}, one_line=True)
    assert capsys.readouterr().out == '{"a": [1, 2]}\n{"a": []}\n'


LONG = "words-32-fp32-7471afa2b734 " * 9


def test_a_table_in_a_pipe_has_a_line_a_row_however_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.print_table(("name", "size"), [(LONG, "1"), ("[red]", "22")], numbers=("size",))
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    width = len(LONG.rstrip()) + 7
    assert printed == ["name".ljust(width - 4) + "size",
                       LONG.ljust(width - 1) + "1",
                       "[red]".ljust(width - 2) + "22"]  # fmt: skip


def test_a_table_on_a_terminal_folds_and_leaves_nothing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = io.StringIO()
    there = Console(file=shown, force_terminal=True, width=30, highlight=False)
    monkeypatch.setattr(console, "out", there)
    console.print_table(("name",), [(LONG,)])
    lines = shown.getvalue().splitlines()
    assert shown.getvalue().count("words-32-fp32-7471afa2b734") == 9
    assert max(map(len, lines[1:])) <= 30


@pytest.mark.parametrize("width", [24, 40, 56, 60, 80, 120])
def test_a_terminal_of_any_width_tears_no_word_of_a_table(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    shown = io.StringIO()
    there = Console(file=shown, force_terminal=True, color_system=None, width=width)
    monkeypatch.setattr(console, "out", there)
    columns = ("name", "built", "reporting", "discussion", "golden", "")
    row = ("0003", "16 minutes ago", "1,234,567", "25", "quality 1.000, false 0.0%", "in use")
    console.print_table(columns, [row, row], numbers=("reporting", "discussion"))
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    words = [word for text in (*columns, *row) for word in text.split()]
    assert [word for word in words if not any(word in line.split() for line in lines)] == []


def test_a_complaint_is_one_line_on_the_side(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain("The [/] file [red]x[/red] " + "is long " * 40)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: The [/] file [red]x[/red] is long")
    assert printed.err.count("\n") == 1


def test_a_complaint_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain("red \x1b[31m bell \x07")
    assert set(capsys.readouterr().err) & set("\x1b\x07") == set()


@pytest.mark.parametrize("fault", ["it is empty", "in/a.txt is empty"])
def test_a_fault_names_its_file_once(capsys: pytest.CaptureFixture[str], fault: str) -> None:
    console.complain_of("in/a.txt", fault)
    assert capsys.readouterr().err.count("in/a.txt") == 1


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1_234, "1,234 files")]
)
def test_numbers_agree_with_their_noun(number: int, words: str) -> None:
    assert console.count(number, "file") == words


def test_a_noun_of_another_plural_agrees_too() -> None:
    assert console.count(2, "query", "queries") == "2 queries"
    assert console.count(1, "query", "queries") == "1 query"


def test_prose_in_a_pipe_is_not_folded(capsys: pytest.CaptureFixture[str]) -> None:
    console.out.print("word " * 60)
    console.err.print("word " * 60)
    printed = capsys.readouterr()
    assert (printed.out.count("\n"), printed.err.count("\n")) == (1, 1)


def test_progress_is_hidden_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with console.waiting("Loading"), console.progress_bar("Encoding", "passages") as advance:
        advance(1, 2)
        advance(2, 2)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_progress_on_a_terminal_shows_how_much_and_leaves_nothing(terminal: io.StringIO) -> None:
    with console.progress_bar("Encoding", "passages") as advance:
        advance(1_500, 3_000)
    assert "1,500/3,000 passages" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")


def test_progress_on_a_narrow_terminal_is_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    there = Console(file=shown, force_terminal=True, color_system=None, width=40)
    monkeypatch.setattr(console, "err", there)
    with console.progress_bar("Encoding", "passages") as advance:
        advance(1_500, 3_000)
    assert "50%" in shown.getvalue()
    assert "…" not in shown.getvalue()


def test_progress_in_bytes_is_told_in_units_for_people(terminal: io.StringIO) -> None:
    with console.progress_bar("Restoring", "bytes") as advance:
        advance(347_275_000, 1_347_275_000)
    assert "347.3 MB of 1.3 GB" in terminal.getvalue()


def test_progress_says_nothing_about_numbers_before_it_knows_any(terminal: io.StringIO) -> None:
    with console.progress_bar("Encoding", "passages"):
        pass
    assert "Encoding" in terminal.getvalue()
    assert "passages" not in terminal.getvalue()


def test_waiting_is_told_on_a_terminal(terminal: io.StringIO) -> None:
    with console.waiting("Loading the model"):
        pass
    assert "Loading the model" in terminal.getvalue()


def test_progress_as_lines_is_few_a_second_and_never_misses_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr(console.Reporting, "as_lines", True)
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])
    with console.progress_bar("Encoding", "passages") as advance:
        for done in range(1, 11):
            now[0] += 0.0625
            advance(done, 10)
        advance(7, None)
    with console.waiting("Verifying"):
        pass
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["doing"], line["done"], line["total"]) for line in lines] == [
        ("Encoding", None, None),
        *(("Encoding", done, 10) for done in (4, 8, 10)),
        ("Verifying", None, None),
    ]


def test_a_bar_without_a_known_end_counts(terminal: io.StringIO) -> None:
    with console.progress_bar("Loading", "documents") as advance:
        advance(1_234, None)
    assert "1,234 documents" in terminal.getvalue()
