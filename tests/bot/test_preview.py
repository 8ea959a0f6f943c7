"""How a file would be read, as a tree."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from support.documents import article, remark

from bot.preview import print_preview
from index.dates import PartialDate
from index.model import Comment, Document, Paragraph


def lines(document: Document, width: int = 80) -> list[str]:
    out = io.StringIO()
    print_preview(document, Console(file=out, width=width, highlight=False))
    return out.getvalue().splitlines()


def tree(document: Document) -> list[tuple[int, str]]:
    """Depth and words of each line below the comments' own."""
    found = [
        (len(line) - len(line.lstrip("│├└─ ")), line.lstrip("│├└─ ")) for line in lines(document)
    ]
    start = next(
        n for n, (_, text) in enumerate(found) if text.endswith((" comment", " comments"))
    )
    top = found[start][0]
    below = []
    for indent, text in found[start + 1 :]:
        if indent <= top:
            break
        below.append(((indent - top) // 4, text))
    return below


def test_facts_that_are_known_are_listed_and_others_are_not() -> None:
    document = replace(article("A bridge", url="https://a.example/1"), author="Ida",
                       published=PartialDate(month=11, day=4))  # fmt: skip
    shown = lines(document)
    assert shown[0] == "A bridge"
    assert "├── author: Ida" in shown
    assert "├── url: https://a.example/1" in shown
    assert "├── published: --11-04" in shown
    assert not any("source" in line or "None" in line for line in shown)


def test_one_is_singular() -> None:
    shown = lines(article("A bridge", "Closed.", comments=(remark("1", "Why?"),)))
    assert "├── 1 paragraph" in shown
    assert "├── 1 comment" in shown


def test_replies_hang_under_what_they_answer_wherever_they_stand() -> None:
    comments = (
        remark("c", "third", parent="b"),
        remark("a", "first", author="Ann"),
        remark("b", "second", parent="a"),
        remark("d", "fourth"),
    )
    assert tree(article(comments=comments)) == [
        (1, "Ann: first"),
        (2, "(no author): second"),
        (3, "(no author): third"),
        (1, "(no author): fourth"),
    ]


def test_a_reply_to_nobody_stands_alone() -> None:
    assert tree(article(comments=(remark("a", "words", parent="gone"),))) == [
        (1, "(no author): words")
    ]


def test_five_thousand_levels_of_replies_are_drawn() -> None:
    comments = [remark("0", "word 0")]
    comments += [remark(str(n), f"word {n}", parent=str(n - 1)) for n in range(1, 5_000)]
    shown = lines(article(comments=tuple(comments)), width=400)
    assert sum("word" in line for line in shown) == 5_000


def test_quotes_and_guesses_are_marked_and_quoted_words_left_out() -> None:
    comment = Comment(
        key="1",
        author="Bo",
        paragraphs=(
            Paragraph(text="You said so.", quote=True),
            Paragraph(text="I did not.", uncertain=True),
        ),
    )
    assert tree(article(comments=(comment,))) == [
        (1, "Bo [quotes] [boundary uncertain]: I did not.")
    ]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_long_text_takes_one_line_of_the_width(width: int) -> None:
    text = "many words\nand a line break " * 40
    document = article("A bridge", text, comments=(remark("1", text),))
    shown = lines(document, width)
    assert max(map(len, shown)) <= width
    assert sum("many words" in line for line in shown) == 2


def test_texts_are_no_markup_and_cannot_steer_the_terminal() -> None:
    evil = "[/] [red]x[/red] \x1b[31m \x9b2J"
    document = replace(
        article(evil, evil, comments=(remark("1", evil, author=evil),), source=evil),
        warnings=(evil,),
    )
    shown = "\n".join(lines(document, width=200))
    assert shown.count("[/] [red]x[/red]") == 6
    assert set(shown) & set("\x1b\x9b") == set()


def test_confidence_and_warnings_are_shown() -> None:
    document = replace(article(), parse_confidence=0.4567, warnings=("guessed at line 3",))
    assert lines(document)[-2:] == ["├── warning: guessed at line 3", "└── confidence 0.46"]
