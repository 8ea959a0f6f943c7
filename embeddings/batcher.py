"""A micro-batcher: what waits while the model works is encoded together in the next call."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from embeddings.api import Encoder, EncoderInfo, Role, Vectors
from embeddings.errors import EncoderBusyError, EncoderClosedError, EncoderError


@dataclass(slots=True, kw_only=True, eq=False)
class _Call:
    """One `encode` that waits: its texts, how many were taken, and the rows that came back."""

    texts: tuple[str, ...]
    role: Role
    done: asyncio.Future[Vectors]
    rows: Vectors
    taken: int = 0
    filled: int = field(default=0)

    @property
    def left(self) -> int:
        return len(self.texts) - self.taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The texts of one call that go into one batch."""

    call: _Call
    start: int
    end: int

    @property
    def texts(self) -> tuple[str, ...]:
        return self.call.texts[self.start : self.end]


_Outcome: TypeAlias = Vectors | EncoderError


class Batcher:
    """An `AsyncEncoder` over any `Encoder`, with one thread and a bounded waiting line.

    Nobody waits for a batch to fill: when the thread is free, what waits is taken, oldest call
    first, together with the later calls of the same role. Use it on one event loop.
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        max_batch: int = 32,
        max_waiting: int = 1024,
        on_batch: Callable[[int], None] = lambda _texts: None,
    ) -> None:
        """Wrap an encoder, which stays the caller's.

        Args:
            encoder: called on one thread only, one call at a time.
            max_batch: texts a call of the encoder at most.
            max_waiting: texts that may wait beside those being encoded.
            on_batch: is told how many texts are encoded together.
        """
        if max_batch < 1 or max_waiting < 1:
            raise ValueError("A batcher needs room for at least 1 text.")
        self._encoder = encoder
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._on_batch = on_batch
        self._calls: deque[_Call] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
        self._running: asyncio.Future[list[_Outcome]] | None = None
        self._scheduled = False
        self._closed = False

    @property
    def info(self) -> EncoderInfo:
        """What identifies this encoder's vectors."""
        return self._encoder.info

    @property
    def waiting(self) -> int:
        """Texts that wait for the thread."""
        return sum(call.left for call in self._calls)

    async def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Encode n texts to an (n, dimension) float32 array of unit-length rows, in order.

        Cancelling the caller takes back its texts that still wait and touches nobody else's.

        Raises:
            EncoderBusyError: the waiting line is full; try again later.
            EncoderClosedError: the batcher was closed before these texts were encoded.
            EncoderError: the engine failed on these texts.
        """
        if self._closed:
            raise EncoderClosedError("The encoder is closed; nothing more is encoded.")
        waiting = self.waiting
        if waiting + len(texts) > self._max_waiting:
            raise EncoderBusyError(
                f"{waiting} texts wait for the encoder and {len(texts)} more would pass the limit "
                f"of {self._max_waiting}; try again later or with fewer texts."
            )
        rows = np.zeros((len(texts), self.info.dimension), dtype=np.float32)
        if not texts:
            return rows
        done: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        call = _Call(texts=tuple(texts), role=role, done=done, rows=rows)
        self._calls.append(call)
        self._schedule()
        try:
            return await done
        finally:
            if call.left and call in self._calls:
                self._calls.remove(call)

    async def aclose(self) -> None:
        """Fail the texts that wait, finish those being encoded, stop the thread; twice is safe."""
        self._closed = True
        while self._calls:
            _fail(
                self._calls.popleft(),
                EncoderClosedError("The encoder was closed while texts were waiting."),
            )
        if self._running is not None:
            await asyncio.wait([self._running])
        self._thread.shutdown(wait=False)

    def _schedule(self) -> None:
        # One turn of the loop later, so that calls made together travel together.
        if self._running is None and not self._scheduled and self._calls:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._start)

    def _start(self) -> None:
        self._scheduled = False
        parts = self._take()
        if self._running is not None or not parts:
            return
        self._on_batch(sum(part.end - part.start for part in parts))
        loop = asyncio.get_running_loop()
        try:
            self._running = loop.run_in_executor(self._thread, _encode, self._encoder, parts)
        except RuntimeError as error:  # the interpreter is shutting down
            for part in parts:
                _fail(part.call, EncoderClosedError(f"The encoder's thread is gone: {error}."))
            return
        self._running.add_done_callback(lambda running: self._deliver(parts, running))

    def _take(self) -> list[_Part]:
        """Take up to a batch of texts from the oldest call and from later ones of its role."""
        # A cancelled call stays in line until its task has run.
        self._calls = deque(call for call in self._calls if not call.done.done())
        parts: list[_Part] = []
        room = self._max_batch
        for call in self._calls:
            if room and call.role is self._calls[0].role:
                size = min(room, call.left)
                parts.append(_Part(call=call, start=call.taken, end=call.taken + size))
                call.taken += size
                room -= size
        self._calls = deque(call for call in self._calls if call.left)
        return parts

    def _deliver(self, parts: list[_Part], running: asyncio.Future[list[_Outcome]]) -> None:
        self._running = None
        for part, outcome in zip(parts, running.result(), strict=True):
            call = part.call
            if isinstance(outcome, EncoderError):
                if call in self._calls:
                    self._calls.remove(call)
                _fail(call, outcome)
                continue
            call.rows[part.start : part.end] = outcome
            call.filled += len(outcome)
            if call.filled == len(call.texts) and not call.done.done():
                call.done.set_result(call.rows)
        self._schedule()


def _fail(call: _Call, error: EncoderError) -> None:
    if not call.done.done():
        call.done.set_exception(error)


def _encode(encoder: Encoder, parts: list[_Part]) -> list[_Outcome]:
    """Encode a batch on the encoder's thread; when it fails, each call's texts alone."""
    together = _attempt(encoder, parts)
    if isinstance(together, EncoderError):
        if len(parts) == 1:
            return [together]
        return [_attempt(encoder, [part]) for part in parts]
    ends = np.cumsum([len(part.texts) for part in parts])
    return list(np.split(together, ends[:-1]))


def _attempt(encoder: Encoder, parts: list[_Part]) -> _Outcome:
    texts = [text for part in parts for text in part.texts]
    try:
        rows = encoder.encode(texts, parts[0].call.role)
    except EncoderError as error:
        return error
    except BaseException as error:  # only these callers may see it, and they must not wait forever
        translated = EncoderError(
            f"The encoder failed on {len(texts)} texts ({type(error).__name__}); see the cause."
        )
        translated.__cause__ = error
        return translated
    if len(rows) != len(texts):
        return EncoderError(f"The encoder gave {len(rows)} rows for {len(texts)} texts.")
    return rows
