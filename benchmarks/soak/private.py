"""What people do in private chats and from any chat by inline mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from support.telegram import asking, content, origins

from benchmarks.soak.doing import NOTHING_CLOSE, Doing, comes

_OPINION = "opinions of readers, not checked"
_READERS = "What readers said"
_BUSY = "Too busy; try again in a moment"


class InPrivate:
    """Asks, edits, turns pages, and sends what holds no claim."""

    def __init__(self, doing: Doing) -> None:
        self._doing = doing

    @property
    def deeds(self) -> list[tuple[int, Callable[[], None]]]:
        """What is done, with how often."""
        return [
            (24, self._ask),
            (5, self._ask_three),
            (8, self._forward),
            (4, self._send_album),
            (5, self._edit),
            (6, self._turn),
            (4, self._send_what_says_nothing),
            (3, self._help),
            (3, self._choose_language),
            (8, self._inline),
        ]

    def _ask(self) -> None:
        person, known = self._doing.person(), self._doing.claim()
        self._doing.note("claim", known, person.send(known.text))

    def _ask_three(self) -> None:
        person = self._doing.person()
        for _ in range(3):
            known = self._doing.claim()
            self._doing.note("claim", known, person.send(known.text))

    def _forward(self) -> None:
        person, known = self._doing.person(), self._doing.claim()
        origin = origins.from_user(self._doing.person())
        self._doing.note("forward", known, person.forward(known.text, origin))

    def _send_album(self) -> None:
        person, known = self._doing.person(), self._doing.claim()
        parts = [content.photo(caption=known.text), content.photo(), content.photo()]
        self._doing.note("album", known, *person.send_album(parts))

    def _edit(self) -> None:
        person, before, after = self._doing.person(), self._doing.claim(), self._doing.claim()
        deed = self._doing.note("edit", before, person.send(before.text))

        async def change() -> None:
            await asyncio.sleep(self._doing.chance.choice((0.0, 1.0, 10.0)))
            person.edit(deed.messages[0], after.text)
            deed.shows = after.title or NOTHING_CLOSE

        self._doing.later(change())

    def _turn(self) -> None:
        person, known = self._doing.person(), self._doing.claim(close=True)
        deed = self._doing.note("claim, then a button", known, person.send(known.text))

        async def press() -> None:
            answer = await self._doing.answer(deed)
            if answer is not None and any(_READERS in b.text for b in answer.buttons):
                self._doing.press("button", person, answer, _READERS)
                deed.shows = _OPINION

        self._doing.later(press())

    def _send_what_says_nothing(self) -> None:
        said = self._doing.chance.choice((content.sticker(), content.location(), content.voice()))
        message = self._doing.person().send(said)
        words = (
            "I found no claim in this."
            if "sticker" in message.content
            else "I do nothing with places"
            if "location" in message.content
            else "I cannot listen to recordings"
        )
        self._doing.note_as("nothing to search", words, message)

    def _help(self) -> None:
        person = self._doing.person()
        person.send("/help")
        self._doing.ledger.said[person.id, "How to use this bot"] += 1

    def _choose_language(self) -> None:
        person = self._doing.person()
        person.send("/language")
        self._doing.ledger.said[person.id, "Which language should I use?"] += 1

    def _inline(self) -> None:
        # Somebody else each time: of two queries of one person the newer is answered.
        person = self._doing.newcomer()
        known = self._doing.claim()
        asked = asking.ask_inline(person, known.text)
        prompt = self._doing.prompt("inline query")

        async def look() -> None:
            if await comes(lambda: asked.answer) is None:
                return
            titles = "\n".join(result["title"] for result in asked.offered)
            right = known.title in titles if known.title else not asked.offered
            busy = asked.button == _BUSY
            prompt.reply = "excused" if busy else "answered" if right else "wrong"

        self._doing.later(look())
