"""The pages of the operator's area, each with what its forms do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import CommandError
from bot.handlers.excuses import PASSING
from bot.store.answers import AnswerStore
from bot.store.feedback import FeedbackStore
from bot.store.latency import LatencyStore
from bot.store.unanswered import UnansweredStore
from bot.takedowns import counted, hide_named, said_of
from bot.web.operate.area import Desk, Done, desk_page
from bot.web.operate.curves import curves
from bot.web.operate.plots import bars
from bot.web.operate.sessions import Session
from bot.web.pages.html import Html
from bot.written import MAX_NOTE_CHARS, one_line
from index.errors import LibraryError
from index.generation import GenerationSummary
from index.library import Library
from index.observing import Step
from index.service import AnswerService

_LISTED = 50
_CANDIDATES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Everything that the pages read and change."""

    html: Html
    library: Library
    service: AnswerService
    answers: AnswerStore
    feedback: FeedbackStore
    latency: LatencyStore
    unanswered: UnansweredStore
    generations: Callable[[], Sequence[GenerationSummary]]
    """All that are built, oldest first; blocks."""
    max_claim_chars: int

    def all(self) -> list[Desk]:
        """The first is what stands behind the door."""
        return [
            Desk(path="", show=self._overview),
            Desk(path="bench", show=self._bench, act=self._explain),
            Desk(path="sources", show=self._sources, act=self._write_note),
            Desk(path="takedowns", show=self._takedowns, act=self._take_down),
            Desk(path="feedback", show=self._feedback),
            Desk(path="unanswered", show=self._unanswered, act=self._delete_unanswered),
            Desk(path="answers.svg", show=self._answers_plot),
            Desk(path="latency.svg", show=self._latency_plot),
            Desk(path="months.svg", show=self._months_plot),
        ]

    # ------------------------------------------------------------ how it stands

    async def _overview(self, request: Request, session: Session, done: Done) -> Response:
        state = await asyncio.to_thread(self.library.state)
        built = await asyncio.to_thread(self.generations)
        used = next((one for one in built if one.name == self.service.generation), None)
        return self._page(
            request, "overview", session, done,
            state=state,
            languages=await self.service.languages(),
            built=built[::-1],
            answering=self.service.generation,
            stale=used is None or used.revision != state.revision,
            waiting=self.service.waiting,
            days=await self.answers.by_day(),
            latency=await self.latency.by_day(),
            months=await asyncio.to_thread(self.library.by_month),
        )  # fmt: skip

    async def _answers_plot(self, _request: Request, _session: Session, _done: Done) -> Response:
        counts = await self.answers.by_day()
        named = [(day, "abstained" if s == "none" else s, n) for day, s, n in counts]
        return self.html.picture("bars.svg", plot=bars("Answers by day", named))

    async def _latency_plot(self, _request: Request, _session: Session, _done: Done) -> Response:
        days = await self.latency.by_day()
        rows = [(one.day, (one.p50_s, one.p95_s)) for one in days if one.step == Step.WHOLE]
        plot = curves("Time to an answer by day", ("half within", "95 % within"), rows, unit="s")
        return self.html.picture("curves.svg", plot=plot)

    async def _months_plot(self, _request: Request, _session: Session, _done: Done) -> Response:
        counts = await asyncio.to_thread(self.library.by_month)
        rows = [(month, name, n) for name, month, n in counts]
        return self.html.picture("bars.svg", plot=bars("Articles by month and source", rows))

    # ------------------------------------------------------------ why this, why not that

    async def _bench(self, request: Request, session: Session, done: Done) -> Response:
        return self._page(request, "bench", session, done, max_chars=self.max_claim_chars)

    async def _explain(self, form: Mapping[str, str]) -> Done:
        claim = form.get("claim", "").strip()[: self.max_claim_chars]
        if not claim:
            return {"said": "The claim is empty."}
        try:
            found = await self.service.explain(claim, most=_CANDIDATES)
        except PASSING as error:
            return {"said": str(error), "claim": claim}
        return {"claim": claim, "found": found}

    # ------------------------------------------------------------ sources

    async def _sources(self, request: Request, session: Session, done: Done) -> Response:
        return self._page(
            request, "sources", session, done, sources=await self.service.sources()
        )  # fmt: skip

    async def _write_note(self, form: Mapping[str, str]) -> Done:
        what, note = form.get("what", ""), form.get("note", "").strip()
        try:
            if note:
                note = one_line("note", note, MAX_NOTE_CHARS)
            changed = await asyncio.to_thread(
                self.library.set_source, what, note=note or None, no_note=not note
            )
        except (CommandError, LibraryError) as error:
            return {"said": str(error)}
        names = ", ".join(source.name or source.domain or "" for source in changed)
        return {"said": f"{'Noted' if note else 'The note was deleted'}: {names}."}

    # ------------------------------------------------------------ takedowns

    async def _takedowns(self, request: Request, session: Session, done: Done) -> Response:
        found = await asyncio.to_thread(self.library.takedowns)
        return self._page(
            request, "takedowns", session, done, takedowns=found[: -_LISTED - 1 : -1],
            more=max(0, len(found) - _LISTED),
        )  # fmt: skip

    async def _take_down(self, form: Mapping[str, str]) -> Done:
        try:
            if "takedown" in form:
                return await asyncio.to_thread(self._unhide, form["takedown"])
            return await asyncio.to_thread(
                self._hide, form.get("what", ""), form.get("reason", "")
            )
        except (CommandError, LibraryError) as error:
            typed = {name: form.get(name, "") for name in ("what", "reason")}
            return {"said": str(error), **typed}

    def _hide(self, what: str, reason: str) -> Done:
        made, already = hide_named(self.library, [what.strip()], reason)
        then = " The next rebuild takes the words out too." if made else ""
        return {"said": said_of(made, already) + then}

    def _unhide(self, takedown: str) -> Done:
        found = self.library.find_takedowns(f"takedown:{takedown}")
        self.library.unhide([one.takedown_id for one in found])
        return {"said": f"{counted(found)} shown again."}

    # ------------------------------------------------------------ feedback

    async def _feedback(self, request: Request, session: Session, done: Done) -> Response:
        counted = (await self.feedback.counts())[:_LISTED]
        ids = [one.passage_id for one in counted]
        texts = await asyncio.to_thread(self.library.hydrate, ids)
        return self._page(request, "feedback", session, done, counted=counted, texts=texts)

    # ------------------------------------------------------------ what nothing was found for

    async def _unanswered(self, request: Request, session: Session, done: Done) -> Response:
        return self._page(
            request, "unanswered", session, done,
            asked=await self.unanswered.all(),
            kept_days=self.unanswered.keep_days,
        )  # fmt: skip

    async def _delete_unanswered(self, form: Mapping[str, str]) -> Done:
        named = form.get("number", "")
        if not (named == "all" or named.isdecimal()):
            return {"said": "Nothing deleted: no number was sent."}
        deleted = await self.unanswered.delete(None if named == "all" else int(named[:18]))
        return {"said": f"{deleted} deleted."}

    def _page(
        self, request: Request, name: str, session: Session, done: Done, **values: object
    ) -> Response:
        return desk_page(self.html, request, name, session, done, **values)
