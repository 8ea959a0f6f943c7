"""A rendered page as a message: with buttons to its other pages, to votes, to where it stands."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import callbacks
from bot.brief import nearest, render_brief
from bot.callbacks import Ballot, LaterWish, Turn
from bot.chats.manners import rank
from bot.delivery import Outgoing
from bot.i18n import Translator
from bot.pagelinks import PageLinks
from bot.pages import Button, Page, View, Vote
from bot.shared import whole_button
from index.model import Answer
from index.reference import AnswerReference


def outgoing(
    page: Page,
    answer_id: str,
    t: Translator,
    *,
    pages: PageLinks | None,
    later: bool = False,
    waits: bool = False,
) -> Outgoing:
    """A rendered page with its buttons, for a private chat.

    Args:
        page: the answer's.
        answer_id: under which it is kept; its buttons lead to its other pages, to votes, and
            to where it stands.
        t: language of the buttons.
        pages: where answers are shown as pages; None where there are none.
        later: whether an answer without context offers to look again.
        waits: whether that was taken up, so that it offers to stop.
    """
    rows = [[_turning(button, answer_id) for button in row] for row in page.buttons]
    if page.view is not None:
        if pages is not None:
            rows.append([pages.in_private(answer_id, t)])
        rows.append(_votes(answer_id, page.view, page.claim, t))
    elif later:
        rows.append([later_button(answer_id, t, wanted=not waits)])
    return Outgoing(html=page.html, keyboard=InlineKeyboardMarkup(rows) if rows else None)


def in_short(
    answers: tuple[Answer, ...],
    answer_id: str,
    t: Translator,
    *,
    bot_name: str,
    pages: PageLinks | None,
    note: str = "",
) -> Outgoing:
    """The short form for groups, and below it a way to the whole answer and to object.

    Args:
        answers: to all claims of a message, in order, at least one.
        answer_id: under which it is kept.
        t: language of everything around the texts.
        bot_name: without @.
        pages: where answers are shown as pages; None where there are none.
        note: a line on where the claims come from, where these are to be repeated.
    """
    html = render_brief(answers, t, note=note).html
    if not rank(answers):
        return Outgoing(html=html)
    more = whole_button(AnswerReference.of(nearest(answers)), t, bot_name)
    against = InlineKeyboardButton(
        t.gettext("Not useful"), callback_data=callbacks.encode_objection(answer_id)
    )
    rows = [[more, against]]
    if pages is not None:
        rows.append([pages.in_group(answer_id, t)])
    return Outgoing(html=html, keyboard=InlineKeyboardMarkup(rows))


def _turning(button: Button, answer_id: str) -> InlineKeyboardButton:
    turn = Turn(
        answer_id=answer_id,
        view=button.view,
        page=button.page,
        claim=button.claim,
        comment=button.comment,
    )
    return InlineKeyboardButton(button.label, callback_data=callbacks.encode(turn))


def later_button(answer_id: str, t: Translator, *, wanted: bool) -> InlineKeyboardButton:
    """A button that asks to look again, or to stop that."""
    return InlineKeyboardButton(
        t.gettext("Tell me when there is context") if wanted else t.gettext("Stop waiting"),
        callback_data=callbacks.encode_wish(LaterWish(answer_id=answer_id, wanted=wanted)),
    )


def _votes(answer_id: str, view: View, claim: int, t: Translator) -> list[InlineKeyboardButton]:
    labels = {
        Vote.HELPFUL: "👍",
        Vote.UNHELPFUL: "👎",
        Vote.OFF_TOPIC: t.gettext("Off topic"),
    }
    return [
        InlineKeyboardButton(
            label,
            callback_data=callbacks.encode_ballot(
                Ballot(answer_id=answer_id, view=view, vote=vote, claim=claim)
            ),
        )
        for vote, label in labels.items()
    ]
