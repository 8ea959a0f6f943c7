"""A rendered page as a message: with buttons to its other pages, to votes, to where it stands."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import callbacks
from bot.callbacks import Ballot, LaterWish, Turn
from bot.delivery import Outgoing
from bot.i18n import Translator
from bot.pagelinks import PageLinks
from bot.pages import Button, Page, View, Vote


def outgoing(
    page: Page, answer_id: str, t: Translator, *, pages: PageLinks | None, later: bool = False
) -> Outgoing:
    """A rendered page with its buttons, for a private chat.

    Args:
        page: the answer's.
        answer_id: under which it is kept; its buttons lead to its other pages, to votes, and
            to where it stands.
        t: language of the buttons.
        pages: where answers are shown as pages; None where there are none.
        later: whether an answer without context offers to look again.
    """
    rows = [[_turning(button, answer_id) for button in row] for row in page.buttons]
    if page.view is not None:
        if pages is not None:
            rows.append([pages.in_private(answer_id, t)])
        rows.append(_votes(answer_id, page.view, page.claim, t))
    elif later:
        rows.append([later_button(answer_id, t, wanted=True)])
    return Outgoing(html=page.html, keyboard=InlineKeyboardMarkup(rows) if rows else None)


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
