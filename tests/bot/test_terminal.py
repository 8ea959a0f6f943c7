from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from support.answers import (
    SAMPLES,
    answer,
    article,
    check_golden,
    excerpt,
    hostile,
    strong,
)

from bot.i18n import Translators
from bot.terminal import print_answer
from index.model import Answer, Claim, Strength


def printed(of: Answer, *, width: int = 80, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=terminal,
        color_system="truecolor" if terminal else None,
        highlight=False,
    )
    print_answer(of, console)
    return out.getvalue()


@pytest.mark.parametrize("name", ["strong", "related", "abstained", "hostile", "only-discussion"])
def test_samples_look_as_agreed_in_a_pipe(name: str) -> None:
    check_golden(f"{name}.txt", printed(SAMPLES[name]()))


def test_a_link_to_a_page_that_is_not_held_is_told_as_the_bot_tells_it() -> None:
    asked = Claim(text="", links=("https://nowhere.example/a",))
    out = printed(Answer(claim=asked, strength=Strength.NONE, generation="0001"))
    assert out.startswith("The collection does not hold the page behind this link.")
    assert "close" not in out


def test_a_pipe_gets_no_escape_codes() -> None:
    assert "\x1b" not in printed(strong())


def test_a_terminal_shows_the_nearest_sentence_in_bold() -> None:
    out = printed(strong(), width=120, terminal=True)
    assert "\x1b[1mNo more than a tenth of the water was lost.\x1b[0m" in out
    assert "  The reservoir fell" in out


def test_lines_keep_to_the_width() -> None:
    escapes = re.compile(r"\x1b\[[0-9;]*m")
    lines = escapes.sub("", printed(strong(), width=40, terminal=True)).splitlines()
    assert max(len(line) for line in lines if "https://" not in line) <= 40


def test_a_terminal_keeps_the_empty_lines_between_paragraphs_that_a_pipe_gets() -> None:
    def empty_lines(of: str) -> int:
        return sum(not line.strip() for line in of.splitlines())

    assert empty_lines(printed(strong(), terminal=True)) == empty_lines(printed(strong())) > 4


def test_every_answer_ends_with_an_empty_line_that_keeps_the_next_one_apart() -> None:
    for name in ("strong", "abstained", "only-discussion"):
        assert printed(SAMPLES[name]()).endswith("\n\n")


def test_a_pipe_gets_a_passage_unbroken() -> None:
    assert "  " + strong().reporting[0].passages[0].text + "\n" in printed(strong(), width=20)


def test_an_address_is_never_broken() -> None:
    out = printed(strong(), width=20, terminal=True)
    assert "https://harbourpost.example/sel?page=1&all=yes" in out


def test_square_brackets_are_text() -> None:
    of = answer(reporting=(article(excerpt("It [b]was[/b] so [link=x]."), title="[red]T[/red]"),))
    assert "It [b]was[/b] so [link=x]." in printed(of)
    assert "[red]T[/red]" in printed(of)


def test_a_stored_text_cannot_steer_the_terminal() -> None:
    evil = "red \x1b[31m bell \x07 one-byte csi \x9b31m back\rward"
    out = printed(answer(reporting=(article(excerpt(evil), title=evil, author=evil),)))
    assert set(out) & set("\x1b\x07\x9b\r") == set()


def test_an_unsafe_address_is_not_printed() -> None:
    assert "javascript" not in printed(hostile())


def test_other_languages_are_spoken_too() -> None:
    out = io.StringIO()
    print_answer(strong(), Console(file=out, width=80), Translators.load().of("de"))
    assert "WAS LESER DAZU SAGTEN" in out.getvalue()
