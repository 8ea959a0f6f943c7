"""chromadb: a persistent collection with its embedding function for sentence-transformers."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from benchmarks.peers.engine import DEPTH, Passage, Stopwatch, once_each, read_passages
from benchmarks.peers.known import KnownVectors
from benchmarks.peers.plain import watched

_BATCH = 1_000


def engine(store: Path, model: str, watch: Stopwatch) -> Chroma:
    """Load the model and open the collection."""
    return Chroma(store, model, watched(watch))


class Chroma:
    """Its defaults: HNSW, cosine, texts and metadata in SQLite."""

    def __init__(self, store: Path, model: str, known: KnownVectors) -> None:
        import chromadb
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        self._known = known
        settings = chromadb.Settings(anonymized_telemetry=False)
        client = chromadb.PersistentClient(str(store), settings=settings)
        self._collection = client.get_or_create_collection(
            "passages", embedding_function=SentenceTransformerEmbeddingFunction(model_name=model)
        )

    def add(self, corpus: Path) -> int:
        """Each batch is on disk when the call returns."""
        self._known.learn(corpus)
        passages = read_passages(corpus)
        count = 0
        while batch := list(islice(passages, _BATCH)):
            self._add(batch)
            count += len(batch)
        return count

    def _add(self, batch: list[Passage]) -> None:
        self._collection.add(
            ids=[str(passage.number) for passage in batch],
            documents=[passage.text for passage in batch],
            metadatas=[{"article": passage.article} for passage in batch],
        )

    def open(self) -> None:
        """The first query reads the graph from the disk."""
        self.search("first")

    def search(self, claim: str) -> list[str]:
        """Texts and metadata come back with the ids, as by default."""
        found = self._collection.query(query_texts=[claim], n_results=DEPTH)
        return once_each([metadata["article"] for metadata in found["metadatas"][0]])
