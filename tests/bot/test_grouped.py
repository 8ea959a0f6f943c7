from __future__ import annotations

from dataclasses import replace

import pytest
from support import answers as samples
from support.answers import SAMPLES, check_golden
from support.telegram.entities import utf16_length
from support.telegram.html import parse_html

from bot.grouped import render_all, with_claims
from bot.i18n import Translators
from bot.markup import MAX_ENTITIES, MAX_UNITS
from bot.pages import Page, View
from bot.render import render
from index.model import Answer, Claim

TRANSLATORS = Translators.load()
ENGLISH = TRANSLATORS.of("en")
LONG = Claim(text="The council of Sel " + "deliberated for hours " * 20)


def named(answer: Answer, text: str) -> Answer:
    return replace(answer, claim=Claim(text=text))


def three() -> tuple[Answer, ...]:
    return (
        named(samples.abstained(), "Bats are blind"),
        named(samples.strong(), "The dam at Sel lost water"),
        named(samples.related(), "The valley was dry"),
    )


def shown(page: Page) -> str:
    return parse_html(page.html)[0]


def quoted(page: Page) -> str:
    text, entities = parse_html(page.html)
    first = next(e for e in entities if e["type"] == "blockquote" and e["offset"] == 0)
    return text.encode("utf-16-le")[: 2 * first["length"]].decode("utf-16-le")


def labels(page: Page) -> list[list[str]]:
    return [[button.label for button in row] for row in page.buttons]


def test_several_claims_look_as_agreed() -> None:
    pages = [render_all(three(), ENGLISH, claim) for claim in (1, 2)]
    written = [f"{page.html}\n\n{labels(page)}" for page in pages]
    check_golden("several.en.html", "\n\n==========\n\n".join(written) + "\n")


def test_one_claim_is_shown_as_ever() -> None:
    for answer in (samples.strong(), samples.abstained(), samples.long()):
        assert render_all([answer], ENGLISH) == render(answer, ENGLISH)


def test_the_first_claim_with_context_is_answered_first() -> None:
    page = render_all(three(), ENGLISH)
    assert "No more than a tenth" in shown(page)
    assert labels(page)[-1] == ["· 2 ·", "3"]
    assert page == render_all(three(), ENGLISH, 0) == render_all(three(), ENGLISH, 9)


def test_every_claim_without_context_says_so_in_one_line() -> None:
    lines = shown(render_all(three(), ENGLISH, 2)).splitlines()
    assert lines.count("1. Nothing in the collection is close to this.") == 1
    assert "2. Nothing in the collection is close to this." not in lines


def test_where_nothing_is_close_to_any_it_says_so_once() -> None:
    page = render_all([samples.abstained()] * 3, ENGLISH)
    assert shown(page).count("Nothing in the collection is close to this.") == 1
    assert page.buttons == ()


def test_buttons_stay_with_their_claim() -> None:
    answers = (samples.long(), samples.long())
    for claim in (0, 1):
        *own, choice = render_all(answers, ENGLISH, claim).buttons
        assert {button.claim for row in own for button in row} == {claim}
        assert [button.claim for button in choice] == [0, 1]
    page = render_all(answers, ENGLISH, 1, View.DISCUSSION)
    assert "not checked" in shown(page)


def test_one_claim_with_context_among_others_needs_no_choice() -> None:
    page = render_all((samples.abstained(), samples.strong()), ENGLISH)
    assert labels(page) == [["💬 What readers said (2)"]]


def test_claims_are_read_back_from_a_page() -> None:
    page = render_all(three(), ENGLISH)
    bare = [named(answer, "") for answer in three()]
    assert with_claims(bare, quoted(page)) == three()
    single = render_all([samples.strong()], ENGLISH)
    (answer,) = with_claims([named(samples.strong(), "")], quoted(single))
    assert answer.claim == samples.CLAIM


@pytest.mark.parametrize("echoed", ["", "1. a\n2. b", "one line"])
def test_a_page_that_tells_no_claims_leaves_them_empty(echoed: str) -> None:
    bare = tuple(named(answer, "") for answer in three())
    assert with_claims(bare, echoed) == bare


def test_claims_that_are_not_known_leave_no_numbers_without_words() -> None:
    words = shown(render_all([named(answer, "") for answer in three()], ENGLISH))
    assert words.startswith("1. Nothing in the collection is close to this.\n\nClose match")
    assert "2." not in words


def test_a_claim_whose_answer_was_withdrawn_is_not_said_to_have_none() -> None:
    gone = replace(samples.strong(), reporting=(), discussion=())
    words = shown(render_all([gone, samples.strong()], ENGLISH))
    assert "1. What this answer showed was withdrawn. Send the claim again." in words
    assert "Nothing in the collection" not in words


@pytest.mark.parametrize("code", TRANSLATORS.codes)
@pytest.mark.parametrize("name", SAMPLES)
def test_five_long_claims_keep_within_the_limits(name: str, code: str) -> None:
    t = TRANSLATORS.of(code)
    nothing = replace(samples.abstained(), claim=LONG)
    answers = [replace(SAMPLES[name](), claim=LONG), *[nothing] * 4]
    for view in View:
        for page in range(12):
            dropped: list[str] = []
            text, entities = parse_html(render_all(answers, t, 0, view, page).html, dropped)
            assert dropped == []
            assert utf16_length(text) <= MAX_UNITS
            assert len(entities) <= MAX_ENTITIES
