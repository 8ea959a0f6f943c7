"""Three small buttons under an answer: helpful, not helpful, off topic."""

from __future__ import annotations

from collections import OrderedDict

from telegram import Update
from telegram.ext import ContextTypes

from bot import wording
from bot.callbacks import Ballot, decode_ballot
from bot.handlers.tools import Tools
from bot.pages import View, Vote
from index.reference import AnswerReference, PassageReference, references_from_json

_REMEMBERED = 10_000

_Voter = tuple[str, View, int, int]
"""Answer, lane, claim and person."""


class Feedback:
    """Counts each person's vote on an answer once; the last one holds.

    Who voted is known in memory only: after a restart the same person could vote once more.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._votes: OrderedDict[_Voter, Vote] = OrderedDict()

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Count a vote for the passage that the answer begins with, and say so."""
        query = update.callback_query
        if query is None:
            return
        t = await self._tools.translator(update)
        ballot = decode_ballot(query.data)
        lead = (
            await self._lead(ballot, query.message.chat.id) if ballot and query.message else None
        )
        if ballot is None or lead is None:
            gone = wording.not_kept(t)
            await self._tools.delivery.answer_callback(query.id, gone)
            if query.message:
                chat_id, message_id = query.message.chat.id, query.message.message_id
                await self._tools.delivery.remove_buttons(chat_id, message_id)
            return
        passage_id, generation = lead
        earlier = self._replace(ballot, query.from_user.id)
        if earlier is not ballot.vote:
            await self._tools.feedback.count(
                passage_id, generation=generation, vote=ballot.vote, instead_of=earlier
            )
        thanks = t.gettext("Thank you. Your vote is counted, without your name.")
        await self._tools.delivery.answer_callback(query.id, thanks, alert=False)

    def forget(self, user_id: int) -> None:
        """Drop the memory of who voted; the counts stay."""
        for voter in [voter for voter in self._votes if voter[-1] == user_id]:
            del self._votes[voter]

    def _replace(self, ballot: Ballot, user_id: int) -> Vote | None:
        """Remember a vote, and return the one that it takes the place of."""
        voter = (ballot.answer_id, ballot.view, ballot.claim, user_id)
        earlier = self._votes.pop(voter, None)
        self._votes[voter] = ballot.vote
        while len(self._votes) > _REMEMBERED:
            self._votes.popitem(last=False)
        return earlier

    async def _lead(self, ballot: Ballot, chat_id: int) -> tuple[int, str] | None:
        """The first passage of the lane that is voted on, and the generation it came from."""
        kept = await self._tools.store.get(ballot.answer_id, chat_id=chat_id)
        references = references_from_json(kept.reference) if kept else ()
        if ballot.claim >= len(references):
            return None
        reference = references[ballot.claim]
        shown = _passages(reference, ballot.view)
        return (shown[0].passage_id, reference.generation) if shown else None


def _passages(reference: AnswerReference, view: View) -> list[PassageReference]:
    if view is View.REPORTING:
        return [passage for _, passages in reference.articles for passage in passages]
    return [passage for passages in reference.threads for passage in passages]
