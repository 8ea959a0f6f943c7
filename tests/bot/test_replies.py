"""The page of replies to one comment."""

from __future__ import annotations

from support import answers as samples
from support.telegram.html import marked_in, parse_html

from bot.i18n import Translators
from bot.markup import MAX_ENTITIES, plain, quote
from bot.replies import render_replies

TRANSLATORS = Translators.load()
ENGLISH = TRANSLATORS.of("en")
ABOVE = quote(plain("The dam lost half of its water"))


def test_the_comment_stands_above_its_replies_and_one_button_leads_back() -> None:
    page = render_replies(samples.conversation("So what?", "It is dry now."), ENGLISH, 0, ABOVE)
    text = parse_html(page.html)[0]
    assert marked_in(page.html, "blockquote") == [
        "The dam lost half of its water",
        "I live below it, nothing happened.",
        "So what?",
        "It is dry now.",
    ]
    assert "↳ Reader 1" in text
    assert [[b.label for b in row] for row in page.buttons] == [["💬 What readers said"]]


def test_many_replies_are_paged_and_what_is_not_shown_is_said_on_the_last_page() -> None:
    talk = samples.conversation(*(f"{n} " + "word " * 60 for n in range(12)), more=4)
    first = render_replies(talk, ENGLISH, 0, ABOVE)
    pages = int(first.buttons[0][0].label.split("/")[1])
    assert pages > 1
    assert {button.comment for button in first.buttons[0]} == {3}
    last = render_replies(talk, ENGLISH, 99, ABOVE)
    assert last.buttons[0][-1].label == f"{pages}/{pages}"
    going_on = "The conversation goes on beyond what is shown."
    assert (going_on in first.html, going_on in last.html) == (False, True)


def test_hostile_and_tiny_replies_stay_within_the_limits_of_a_message() -> None:
    talk = samples.conversation(*["<b>&{text}"] * 150)
    for number in range(40):
        page = render_replies(talk, TRANSLATORS.of("ar"), number, ABOVE)
        assert len(parse_html(page.html)[1]) <= MAX_ENTITIES
