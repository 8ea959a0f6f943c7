"""The lexical leg: BM25 over titles, bodies and what comments answer, in a tantivy index."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import GRAMS, encodable, grams, sought
from index.columns import Ids
from index.errors import CorruptGenerationError, GenerationError
from index.filters import RowFilter
from index.folders import remove_tree
from index.hits import Hits

if TYPE_CHECKING:
    from tantivy import Index, Query, Schema, Searcher

_MAX_QUERY_CHARS = 10_000
_LATEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalSettings:
    """How a claim is turned into a query; none of it is fixed by the index on disk.

    A boost of 0 leaves the field out.
    """

    body_boost: float = 1.0
    title_boost: float = 0.25
    context_boost: float = 0.25
    """What a comment answers."""
    grams_boost: float = 1.0
    """Pairs of characters, for scripts without spaces."""
    max_terms: int = 64
    """Of a claim with more distinct terms the rarest are searched."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    boost: float


class LexicalIndex(Protocol):
    """Passages that share words with a text, by BM25."""

    def search(self, text: str, k: int, where: RowFilter | None = None) -> Hits:
        """Find the k best passages; fewer if fewer share a term and pass `where`."""
        ...

    def scores(self, text: str, ids: Ids) -> NDArray[np.float32]:
        """Score n given passages as `search` would, (n,) float32; 0 where no term is shared."""
        ...


class TantivyLexical:
    """A read-only tantivy index; safe to search from several threads."""

    def __init__(self, index: Index, settings: LexicalSettings) -> None:
        self._index = index
        self._schema: Schema = index.schema
        self._searcher: Searcher = index.searcher()
        self._settings = settings
        # `scores` follows `search` with the same claim; other threads may come between.
        self._latest: tuple[tuple[str, Query | None], ...] = ()
        self._fields = tuple(
            field
            for field in (
                _Field("body", settings.body_boost),
                _Field("title", settings.title_boost),
                _Field("context", settings.context_boost),
            )
            if field.boost > 0
        )

    @classmethod
    def open(cls, folder: Path, settings: LexicalSettings | None = None) -> TantivyLexical:
        """Map the index that a `LexicalWriter` made. Nothing is written in its folder.

        Raises:
            CorruptGenerationError: the folder holds no index that can be read.
        """
        with _view(folder) as view:
            try:
                return cls(_mapped(view), settings or LexicalSettings())
            except ValueError as fault:
                raise CorruptGenerationError(
                    f'{folder} cannot be opened ({fault}); run "factcontext rebuild".'
                ) from fault

    def __len__(self) -> int:
        return self._searcher.num_docs

    def search(self, text: str, k: int, where: RowFilter | None = None) -> Hits:
        """Find the k best passages; fewer if fewer share a term and pass `where`."""
        k = min(k, len(self))
        query = self._query(text)
        if k <= 0 or query is None or _nothing_passes(where):
            return Hits.none()
        return self._run(self._restricted(query, where), k)

    def scores(self, text: str, ids: Ids) -> NDArray[np.float32]:
        """Score n given passages as `search` would, (n,) float32; 0 where no term is shared."""
        from tantivy import Occur, Query

        query = self._query(text)
        scores = np.zeros(len(ids), dtype=np.float32)
        if query is None or not len(ids):
            return scores
        # Driven by the passages, of which there are fewer than matches.
        clauses = [(Occur.Must, self._passages(ids)), (Occur.Should, query)]
        found = self._run(Query.boolean_query(clauses), len(ids))
        by_id = dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))
        scores[:] = [by_id.get(passage_id, 0.0) for passage_id in ids.tolist()]
        return scores

    def ids(self) -> Ids:
        """All passage ids in the index, ascending."""
        from tantivy import Query

        if not len(self):
            return np.empty(0, dtype=np.int64)
        return np.sort(self._run(Query.all_query(), len(self)).ids)

    def knows(self, word: str) -> bool:
        """Whether a word, as `analysis.words` gives it, stands in the index at all."""
        return any(self._searcher.doc_freq(field.name, word) for field in self._fields)

    def bounds(self, sizes: Sequence[int]) -> list[tuple[int, int]]:
        """The lowest and the highest passage id of each segment.

        Args:
            sizes: how many passages each holds, in the order in which the index lists them.
        """
        from tantivy import DocAddress

        if len(sizes) != self._searcher.num_segments:
            raise CorruptGenerationError(
                f"The lexical index lists {len(sizes)} segments and has "
                f'{self._searcher.num_segments}; run "factcontext rebuild".'
            )
        ends = [
            DocAddress(place, doc) for place, size in enumerate(sizes) for doc in (0, size - 1)
        ]
        ids = np.array(self._searcher.fast_field_values("passage_id", ends), dtype=np.int64)
        return [(first, last) for first, last in ids.reshape(-1, 2).tolist()]

    def _run(self, query: Query, k: int) -> Hits:
        hits = self._searcher.search(query, k, count=False).hits
        addresses = [address for _, address in hits]
        ids = self._searcher.fast_field_values("passage_id", addresses)
        return Hits.ranked(
            np.array(ids, dtype=np.int64),
            np.array([score for score, _ in hits], dtype=np.float32),
        )

    def _query(self, text: str) -> Query | None:
        """A query that matches passages sharing any term; None if the index has none of them."""
        for asked, query in self._latest:
            if asked == text:
                return query
        query = self._built(text)
        self._latest = ((text, query), *self._latest[: _LATEST - 1])
        return query

    def _built(self, text: str) -> Query | None:
        from tantivy import Occur, Query

        text = encodable(text[:_MAX_QUERY_CHARS])
        known = self._rarest(sought(text), grams(text))
        clauses = [
            (
                Occur.Should,
                Query.boost_query(
                    Query.term_query(self._schema, field.name, term, "freq"), field.boost
                ),
            )
            for field, term in known
        ]
        return Query.boolean_query(clauses) if clauses else None

    def _rarest(self, terms: Sequence[str], pairs: Sequence[str]) -> Iterator[tuple[_Field, str]]:
        """What to search in which field: no more than `max_terms` distinct terms."""
        groups: list[tuple[tuple[_Field, ...], str]] = [
            (self._fields, term) for term in dict.fromkeys(terms)
        ]
        if self._settings.grams_boost > 0:
            alone = (_Field(GRAMS, self._settings.grams_boost),)
            groups += [(alone, pair) for pair in dict.fromkeys(pairs)]
        if len(groups) <= self._settings.max_terms:
            yield from ((field, term) for fields, term in groups for field in fields)
            return
        counted = []
        for fields, term in groups:
            counts = {field: self._searcher.doc_freq(field.name, term) for field in fields}
            present = [field for field, count in counts.items() if count]
            if present:
                counted.append((sum(counts.values()), term, present))
        counted.sort(key=lambda group: group[:2])
        for _, term, present in counted[: self._settings.max_terms]:
            for field in present:
                yield field, term

    def _passages(self, ids: Ids) -> Query:
        """Matches given passages; adds nothing to their scores.

        One clause a passage: a set of terms would be looked for in the whole dictionary of ids,
        which costs five times as much for a hundred.
        """
        from tantivy import Occur, Query

        terms = [
            (Occur.Should, Query.term_query(self._schema, "passage_id", passage_id, "basic"))
            for passage_id in ids.tolist()
        ]
        return Query.const_score_query(Query.boolean_query(terms), 0.0)

    def _restricted(self, query: Query, where: RowFilter | None) -> Query:
        from tantivy import FieldType, Occur, Query

        if where is None or where.unrestricted:
            return query
        limits = []
        if where.source_ids is not None:
            limits.append(
                Query.term_set_query(self._schema, "source_id", sorted(where.source_ids))
            )
        if where.languages is not None:
            limits.append(Query.term_set_query(self._schema, "language", sorted(where.languages)))
        if where.since is not None:
            limits.append(
                Query.range_query(self._schema, "day_to", FieldType.Integer, where.since, None)
            )
        if where.until is not None:
            limits.append(
                Query.range_query(self._schema, "day_from", FieldType.Integer, None, where.until)
            )
        clauses = [(Occur.Must, Query.const_score_query(limit, 0.0)) for limit in limits]
        return Query.boolean_query([(Occur.Must, query), *clauses])


def _nothing_passes(where: RowFilter | None) -> bool:
    return where is not None and frozenset() in (where.source_ids, where.languages)


@contextmanager
def _view(folder: Path) -> Iterator[Path]:
    """A folder of links to the files of another one, needed until all of them are mapped.

    tantivy creates a lock file even to read; a generation may lie in a read-only folder.
    """
    try:
        view = Path(tempfile.mkdtemp(prefix="factcontext-"))
    except OSError as fault:
        raise GenerationError(
            f"The folder for temporary files cannot be written ({fault.strerror}); "
            "set TMPDIR to one that can."
        ) from fault
    try:
        for path in folder.iterdir():
            (view / path.name).symlink_to(path.resolve())
        yield view
    except OSError as fault:
        raise CorruptGenerationError(
            f'{folder} cannot be read ({fault.strerror}); run "factcontext rebuild".'
        ) from fault
    finally:
        remove_tree(view)


def _mapped(folder: Path) -> Index:
    import tantivy

    index = tantivy.Index.open(str(folder))
    index.config_reader(reload_policy="manual")
    return index
