"""A service on a real library with two generations, one of which is promoted."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.batcher import Batcher
from embeddings.store import VectorStore
from index.dense import DenseIndex
from index.generation import Generation, Learned, build, open_generation
from index.library import Library
from index.model import Answer, Claim, Lane
from index.service import AnswerService, ServiceLimits
from index.strength import ANY_ENCODER, calibration_for

GATE_S = 20
OLD, NEW = "0001", "0002"
GLACIER = Claim(text="What happened to the glacier is told only2 here")
BRIDGE = Claim(text="What happened to the bridge is told only10 here")
"""About an article that only the newer generation holds."""
NONSENSE = Claim(text="Quantum zebras juggle marmalade")


def generous() -> dict[str, object]:
    """Calls everything close, so that both lanes always answer."""
    cautious = calibration_for(ANY_ENCODER).to_dict()
    return cautious | {"close_at": {lane.value: 0.0 for lane in Lane}}


@dataclass
class Gate:
    """Holds searches at the dense leg until it is opened."""

    entered: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def around(self, generation: Generation) -> Generation:
        generation.lanes = {
            lane: replace(index, dense=_Gated(index.dense, self))
            for lane, index in generation.lanes.items()
        }
        return generation


class _Gated:
    def __init__(self, behind: DenseIndex, gate: Gate) -> None:
        self._behind, self._gate = behind, gate

    def search(self, *arguments: object) -> object:
        self._gate.entered.set()
        assert self._gate.opened.wait(GATE_S)
        return self._behind.search(*arguments)

    def scores(self, *arguments: object) -> object:
        return self._behind.scores(*arguments)


@dataclass
class Place:
    """A library, its generations, and which of them is promoted."""

    folder: Path
    library: Library
    newest: str | None = NEW
    gate: Gate | None = None
    opened: list[Generation] = field(default_factory=list)
    encoder: WordEncoder = field(default_factory=WordEncoder)

    @property
    def root(self) -> Path:
        return self.folder / "generations"

    def open(self, name: str) -> Generation:
        generation = open_generation(self.root, name, fingerprint=self.encoder.info.fingerprint)
        self.opened.append(self.gate.around(generation) if self.gate else generation)
        return generation

    def document(self, title: str) -> int:
        return next(r.document_id for r in self.library.documents() if r.title == title)

    @asynccontextmanager
    async def service(self, **limits: object) -> AsyncIterator[AnswerService]:
        batcher = Batcher(self.encoder)
        service = AnswerService(
            library=self.library,
            encoder=batcher,
            newest=lambda: self.newest,
            open_generation=self.open,
            limits=ServiceLimits(**{"query_timeout_s": GATE_S, "max_wait_s": GATE_S, **limits}),
        )
        await service.refresh()
        try:
            yield service
        finally:
            if self.gate:
                self.gate.opened.set()
            await service.aclose()
            await batcher.aclose()


def two_generations(folder: Path) -> None:
    """Six articles in the older generation, these and six more in the newer."""
    encoder = WordEncoder()
    with (
        Library.open(folder / "library.sqlite3") as library,
        VectorStore(folder / "vectors.sqlite3", encoder.info) as store,
    ):
        for name, documents in ((OLD, collection(0, 6)), (NEW, collection(6, 12))):
            load(library, documents, path=f"{name}.jsonl")
            root = folder / "generations"
            assert (
                build(library, encoder, store, root, learned=Learned(calibration=generous()))
                == name
            )


def titles(answer: Answer) -> list[str]:
    return [part.head.title for part in answer.reporting]
