from __future__ import annotations

from dataclasses import replace

import pytest
from support import answers as samples
from support.group_chats import other_sample
from support.private_bot import TRANSLATORS
from support.telegram.html import parse_html

from bot.brief import nearest, render_brief
from bot.i18n import Translator
from bot.markup import utf16_units
from index.model import Answer, Claim, Source, Span, Strength

EN = TRANSLATORS.of("en")
MOST_UNITS = 1_600


def text(*answers: Answer, t: Translator = EN) -> str:
    return parse_html(render_brief(answers, t).html)[0]


@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_brief_answers_look_as_they_did(name: str) -> None:
    t = TRANSLATORS.of("ar" if name == "arabic" else "en")
    shown = render_brief([samples.SAMPLES[name]()], t)
    samples.check_golden(f"{name}.brief.html", shown.html + "\n")


@pytest.mark.parametrize("t", TRANSLATORS.all, ids=lambda t: t.code)
def test_a_brief_answer_is_short_in_every_language(t: Translator) -> None:
    for make in samples.SAMPLES.values():
        shown = render_brief([make()], t)
        words, entities = parse_html(shown.html)
        assert utf16_units(words) <= MOST_UNITS
        assert (shown.units, shown.entities) == (utf16_units(words), len(entities))


def test_a_link_to_a_page_that_is_not_held_is_told_as_in_private() -> None:
    asked = Claim(text="", links=("https://nowhere.example/a",))
    nothing = Answer(claim=asked, strength=Strength.NONE, generation="0001")
    assert text(nothing).startswith("The collection does not hold the page behind this link.")


def test_it_shows_the_best_passage_with_its_provenance_and_one_comment() -> None:
    lines = text(samples.strong())
    for part in (
        "Close match",
        "Sel dam holds, engineers say",
        "The Harbour Post · Ida Holm · 4 November 2018",
        "About the source: Owned by the port authority.",
        "No more than a tenth of the water was lost.",
        "opinions of readers, not checked",
        "I live below it, nothing happened.",
    ):
        assert part in lines
    assert "You sleep deeply." not in lines


def test_a_comment_under_another_article_has_that_one_s_source_and_date() -> None:
    elsewhere = samples.thread(document_id=8, title="Elsewhere", source=Source(name="The Herald"))
    answer = samples.answer(reporting=(samples.article(),), discussion=(elsewhere,))
    assert "Under the article Elsewhere\nThe Herald · 4 November 2018\nMara" in text(answer)


def test_a_long_passage_is_shown_by_its_nearest_sentence_and_cuts_are_said() -> None:
    body = "Water stood at the mark. " * 40
    sentence = "No more than a tenth was lost."
    shown = samples.excerpt(f"{body}{sentence} {body}", bold=sentence)
    lines = text(samples.answer(reporting=(samples.article(shown),)))
    assert f"[…]\n{sentence}\n[…]" in lines
    assert "Water stood" not in lines


def test_an_endless_sentence_is_cut_at_a_word() -> None:
    words = "drop " * 400
    lines = text(samples.answer(reporting=(samples.article(samples.excerpt(words)),)))
    assert "drop\n[…]" in lines
    assert utf16_units(lines) < 700


def test_a_cut_keeps_within_the_bound_where_characters_count_twice() -> None:
    shown = samples.excerpt("😀" * 600)
    answer = samples.answer(reporting=(samples.article(shown),))
    assert utf16_units(text(answer)) < 700


def test_every_character_of_a_quotation_stands_in_the_stored_text() -> None:
    stored = "First line here. " * 60
    shown = samples.excerpt(stored)
    html = render_brief([samples.answer(reporting=(samples.article(shown),))], EN).html
    words, entities = parse_html(html)
    (quoted,) = (e for e in entities if e["type"] == "blockquote")
    assert words[quoted["offset"] : quoted["offset"] + quoted["length"]] in stored


def test_a_claim_that_was_read_from_a_picture_is_repeated_with_a_line_that_says_so() -> None:
    for answer, label in ((samples.strong(), "Close match"), (samples.abstained(), "Nothing in")):
        words = parse_html(render_brief([answer], EN, note="From a picture.").html)[0]
        assert words.startswith(f"{answer.claim.text}\nFrom a picture.\n{label}")


def test_of_several_claims_the_nearest_is_shown_and_named() -> None:
    related = samples.related()
    strong = other_sample()
    assert nearest([samples.abstained(), related, strong]) is strong
    assert nearest([samples.abstained(), related]) is related
    assert nearest([replace(strong, reporting=()), related]) is related
    named = Answer(
        claim=Claim(text="Bats are blind"),
        strength=Strength.STRONG,
        generation="0001",
        reporting=strong.reporting,
    )
    assert text(related, named).startswith("Bats are blind\nClose match")


def test_nothing_near_is_said_in_two_lines_without_a_verdict() -> None:
    assert text(samples.abstained()) == (
        "Nothing in the collection is close to this.\nThat says nothing about whether it is true."
    )


def test_the_highlight_of_a_cut_passage_stays_bold() -> None:
    stored = f"{'a ' * 400}Here it is. {'b ' * 400}"
    start = stored.index("Here")
    shown = samples.excerpt(stored, bold="Here it is.")
    assert shown.highlight == Span(start=start, end=start + 11)
    html = render_brief([samples.answer(reporting=(samples.article(shown),))], EN).html
    assert "<blockquote><b>Here it is.</b></blockquote>" in html
