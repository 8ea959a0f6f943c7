"""The asynchronous face of the search: deadlines, a bounded line, and live replacement."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from embeddings.api import AsyncEncoder, Role, Vectors
from index.answering import Asked, find, follow, outdated, read, recall
from index.assemble import Shown
from index.errors import NoGenerationError, SearchBusyError, SearchTimeoutError
from index.explaining import Explanation, explain
from index.filters import RowFilter
from index.generation import Generation
from index.languages import number_of
from index.library import Conversation, LanguageCount, Library, SourceSummary
from index.live import LiveGeneration
from index.model import EVERYTHING, Answer, Claim, Scope
from index.observing import Observer, Observers, Step, refusals, timed
from index.reference import AnswerReference
from index.reranking import Reranking
from index.search import Matches, match
from index.sharing import in_turn, sharing
from index.waiting import WaitingLine

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_PATIENT_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimits:
    """What one service may take on."""

    query_timeout_s: float = 5.0
    max_wait_s: float = 1.0
    """Where a claim would wait longer for those before it, it is refused."""
    max_waiting_claims: int = 256
    search_threads: int = 2
    shown: Shown = field(default_factory=Shown)


class AnswerService:
    """Answers claims from the newest generation; nothing here blocks the event loop."""

    def __init__(
        self,
        *,
        library: Library,
        encoder: AsyncEncoder,
        newest: Callable[[], str | None],
        open_generation: Callable[[str], Generation],
        limits: ServiceLimits | None = None,
        observer: Observer | None = None,
        reranking: Reranking | None = None,
    ) -> None:
        """Nothing is opened before `refresh`.

        Args:
            library: where texts are read from.
            encoder: the encoder that the generations were built with.
            newest: name of the promoted generation, or None; cheap.
            open_generation: opens one by name; called on a thread.
            limits: time, waiting line and size of answers.
            observer: is told how it goes.
            reranking: orders what was found anew.
        """
        self._library = library
        self._encoder = encoder
        self._newest = newest
        self._open = open_generation
        self._limits = limits or ServiceLimits()
        self._observer = observer or Observers()
        self._reranking = reranking
        self._live = LiveGeneration()
        self._pool = ThreadPoolExecutor(self._limits.search_threads, "search")
        # What is shown again waits for no claim.
        self._showing = ThreadPoolExecutor(1, "showing")
        self._refreshing = asyncio.Lock()
        self._line = WaitingLine()
        self._patient = asyncio.Semaphore(_PATIENT_AT_ONCE)

    @property
    def generation(self) -> str | None:
        """Name of the generation that answers now."""
        return self._live.name

    @property
    def built_at(self) -> datetime | None:
        """When that generation was built."""
        return self._live.built_at

    @property
    def waiting(self) -> int:
        """Claims that wait for an answer."""
        return len(self._line)

    def adjust(self, limits: ServiceLimits) -> None:
        """Hold to other limits from the next claim on; the number of search threads stays."""
        self._limits = replace(limits, search_threads=self._limits.search_threads)

    async def refresh(self) -> bool:
        """Open the promoted generation if it is another than the one in use.

        Returns:
            Whether it was replaced. The old one answers until the new one is open.

        Raises:
            GenerationError: the new one cannot be opened; the old one goes on answering.
        """
        async with self._refreshing:
            name = await asyncio.to_thread(self._newest)
            if name is None or name == self._live.name:
                return False
            opened = await asyncio.to_thread(self._open, name)
            # No claim waits for what is loaded with the first look-up.
            await asyncio.to_thread(match, opened, "claim")
            self._live.replace(opened)
            return True

    def require_generation(self) -> None:
        """Refuse to start where there is nothing to answer from.

        Raises:
            NoGenerationError: no generation is open.
        """
        if self._live.name is None:
            raise NoGenerationError

    async def answer(
        self, claims: Sequence[Claim], scope: Scope = EVERYTHING, *, patient: bool = False
    ) -> tuple[Answer, ...]:
        """Find context for each claim.

        Args:
            claims: any number; a message's.
            scope: the part of the collection that may answer.
            patient: nobody sits before this. It is never refused: only a few such calls are
                under way at a time, the others wait, and their deadline with them.

        Raises:
            SearchBusyError: it would have to wait too long; nothing was started.
            SearchTimeoutError: the deadline passed.
            NoGenerationError: nothing has been built yet.
            EncoderBusyError: the encoder's own line is full.
            EncoderError: the claims could not be encoded.
        """
        with refusals(self._observer):
            if patient:
                async with self._patient:
                    return await self._in_time(claims, scope)
            full = len(self._line) + len(claims) > self._limits.max_waiting_claims
            if full or self._line.wait_s > self._limits.max_wait_s:
                raise SearchBusyError("Too many claims are waiting; try again in a moment.")
            return await self._in_time(claims, scope)

    async def recall(self, reference: AnswerReference) -> Answer | None:
        """Show an earlier answer again, without what was hidden or removed since.

        Returns:
            The answer with an empty claim, or None when nothing of it is left.
        """
        return await self._at_once(recall, reference, self._library)

    async def outdated(self, references: Sequence[AnswerReference]) -> list[bool]:
        """For each earlier answer, whether something that it shows was hidden or removed since."""
        return await self._at_once(outdated, references, self._library)

    async def revision(self) -> int:
        """Of the library: another one after everything that can change an answer."""
        return await self._at_once(lambda: self._library.revision)

    async def explain(self, text: str, *, most: int = 20) -> Explanation:
        """Tell why a claim's answer is as it is; for operators, and outside of the line.

        Raises:
            NoGenerationError: nothing has been built yet.
            EncoderBusyError: the encoder's line is full.
            EncoderError: the claim could not be encoded.
        """
        (vector,) = await self._encoder.encode([text], Role.QUERY)
        return await self._on_thread(self._explain, text, vector, most)

    async def encode(self, claims: Sequence[str]) -> Vectors:
        """What the encoder makes of n claims, to compare these; outside of the line.

        Returns:
            (n, dimension) float32, unit rows.

        Raises:
            EncoderBusyError: the encoder's line is full.
            EncoderError: they could not be encoded.
        """
        return await self._encoder.encode(claims, Role.QUERY)

    async def conversation(self, comment_id: int) -> Conversation | None:
        """A comment with what answers it; None where it is hidden or gone by now."""
        return await self._at_once(self._library.thread, comment_id)

    async def sources(self) -> tuple[SourceSummary, ...]:
        """What the collection holds, by source."""
        return tuple(await self._at_once(self._library.sources))

    async def languages(self) -> tuple[LanguageCount, ...]:
        """What the collection holds, by language."""
        return tuple(await self._at_once(self._library.languages))

    async def aclose(self) -> None:
        """Let searches under way finish, then close the generation; twice is safe."""
        await asyncio.to_thread(self._pool.shutdown)
        await asyncio.to_thread(self._showing.shutdown)
        self._live.replace(None)

    async def _in_time(self, claims: Sequence[Claim], scope: Scope) -> tuple[Answer, ...]:
        try:
            with self._line.place(len(claims)):
                async with asyncio.timeout(self._limits.query_timeout_s):
                    return await self._answer(claims, scope)
        except TimeoutError as error:
            raise SearchTimeoutError(
                f"No answer within {self._limits.query_timeout_s:g} seconds."
            ) from error

    async def _answer(self, claims: Sequence[Claim], scope: Scope) -> tuple[Answer, ...]:
        started = time.perf_counter()
        asked = [await self._asked(claim) for claim in claims]
        where = None if scope == EVERYTHING else await self._on_thread(self._row_filter, scope)
        vectors, matches = await asyncio.gather(self._encoded(asked), self._matched(asked, where))
        answers = await asyncio.gather(
            *(
                self._on_thread(self._search, one, vector, where, words)
                for one, vector, words in zip(asked, vectors, matches, strict=True)
            )
        )
        took_s = time.perf_counter() - started
        self._observer.took(Step.WHOLE, took_s)
        for answer in answers:
            self._observer.answered(answer.strength)
        strengths = ", ".join(answer.strength for answer in answers)
        _log.info("answered in %.0f ms: %s", took_s * 1_000, strengths)
        return tuple(replace(answer, took_ms=took_s * 1_000) for answer in answers)

    def _row_filter(self, scope: Scope) -> RowFilter:
        return RowFilter(
            source_ids=self._library.source_ids(scope.sources) if scope.sources else None,
            languages=frozenset(map(number_of, scope.languages)) if scope.languages else None,
            since=scope.since.toordinal() if scope.since else None,
            until=scope.until.toordinal() if scope.until else None,
        )

    async def _asked(self, claim: Claim) -> Asked:
        if not claim.links:
            return Asked(claim=claim)
        return await self._on_thread(lambda: follow(claim, self._library))

    async def _encoded(self, asked: Sequence[Asked]) -> Vectors:
        with timed(self._observer, Step.ENCODE):
            return await self._encoder.encode([one.claim.text for one in asked], Role.QUERY)

    async def _matched(
        self, asked: Sequence[Asked], where: RowFilter | None
    ) -> Sequence[Matches | None]:
        """What words find, while the encoder works; not yet where claims wait for the threads."""
        if self._crowded:
            # The search does it then: one hand-over fewer.
            return [None] * len(asked)
        return await asyncio.gather(*(self._on_thread(self._match, one, where) for one in asked))

    @property
    def _crowded(self) -> bool:
        return len(self._line) > self._limits.search_threads

    def _match(self, asked: Asked, where: RowFilter | None) -> Matches:
        with self._live.lease() as generation:
            return match(generation, asked.claim.text, where)

    def _search(
        self, asked: Asked, vector: Vectors, where: RowFilter | None, matches: Matches | None
    ) -> Answer:
        """One claim; the lease keeps its generation open even past a deadline."""
        # Where claims wait for the threads, to offer them parts only costs.
        run = in_turn if self._crowded else sharing(self._pool)
        with self._live.lease() as generation, timed(self._observer, Step.RANK):
            found = find(generation, asked, vector, where, matches, run)
        # What a shared link leads to stands first, whatever a model thinks of it.
        if self._reranking is not None and not asked.linked:
            with timed(self._observer, Step.RERANK):
                found = self._reranking.apply(found, asked.claim.text, self._library)
        with timed(self._observer, Step.READ):
            return read(found, asked.claim, self._library, self._limits.shown)

    def _explain(self, text: str, vector: Vectors, most: int) -> Explanation:
        with self._live.lease() as generation:
            behind = self._reranking is not None
            return explain(generation, text, vector, self._library, most=most, reordered=behind)

    async def _on_thread(self, call: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *arguments)

    async def _at_once(self, call: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._showing, call, *arguments)
