"""One claim from its vector to its answer: synchronous, on one thread, from one generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from embeddings.api import Vectors
from index import assemble
from index.assemble import Around, Shown
from index.columns import Columns
from index.differences import marked
from index.filters import RowFilter
from index.generation import Generation, LaneIndex
from index.highlight import highlighter
from index.library import Library, LinkedArticle, Snapshot, StoredPassage, StoredText
from index.model import Answer, Claim, Lane, Strength
from index.reference import AnswerReference
from index.remarks import worth_showing
from index.search import Matches, rank
from index.sharing import Run, in_turn
from index.variety import worth_reading

# Enough to fill an answer even when some are hidden and many are of one article.
_MOST_HYDRATED = 60
_READ_AT_ONCE = 10
_COPIES_READ = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A claim, with what the library holds of the addresses it shares."""

    claim: Claim
    linked: tuple[LinkedArticle, ...] = ()
    by_link: bool = False
    """There was nothing but the link: the claim is the title of what it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search makes of one claim, before any text is read."""

    generation: str
    strength: Strength
    reporting: tuple[tuple[int, Strength], ...]
    """Passages that are close, best first."""
    spare: frozenset[int]
    """Those of them that are read only where others are hidden: further copies of an article."""
    remarks: tuple[int, ...]
    """Passages of comments that are worth reading, best first."""


def follow(claim: Claim, library: Library) -> Asked:
    """Look up the addresses that a claim shares."""
    linked = tuple(library.linked(claim.links))
    by_link = bool(linked) and not claim.text
    if by_link:
        claim = replace(claim, text=linked[0].title)
    return Asked(claim=claim, linked=linked, by_link=by_link)


def find(
    generation: Generation,
    asked: Asked,
    vector: Vectors,
    where: RowFilter | None = None,
    matches: Matches | None = None,
    run: Run = in_turn,
) -> Found:
    """Rank both lanes; the generation is not needed afterwards.

    Args:
        generation: where to search.
        asked: what to search for.
        vector: (d,) the claim's unit vector.
        where: which passages may answer.
        matches: passages that share words with the claim, where they have been found already.
        run: makes the searches of the lanes.
    """
    if not (asked.claim.text or asked.linked):
        none = Strength.NONE
        return Found(
            generation=generation.name, strength=none, reporting=(), spare=frozenset(), remarks=()
        )
    ranking = rank(generation, asked.claim.text, vector, where, matches=matches, run=run)
    discussion = generation.lanes[Lane.DISCUSSION]
    reporting: list[tuple[int, Strength]] = []
    remarks, spare = [], frozenset[int]()
    if ranking.strength is not Strength.NONE:
        lane = ranking.lanes[Lane.DISCUSSION]
        remarks = worth_showing(lane, discussion, vector, ranking.calibration)
        shown = ranking.lanes[Lane.REPORTING].shown()
        reporting, spare = _few_copies(shown, generation.lanes[Lane.REPORTING].columns)
    strength = ranking.strength
    for article in reversed(asked.linked):
        nearest = None if asked.by_link else vector
        own = _arranged(generation.lanes[Lane.REPORTING], article.reporting, nearest, where)
        said = _arranged(discussion, article.discussion, nearest, where)
        reporting = [(id_, Strength.STRONG) for id_ in own] + reporting
        remarks = said + remarks
        spare = spare.difference(own)
        strength = Strength.STRONG if own or said else strength
    return Found(
        generation=generation.name,
        strength=strength,
        reporting=tuple(_once(reporting)),
        spare=spare,
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _few_copies(
    ranked: Iterable[tuple[int, Strength]], columns: Columns
) -> tuple[list[tuple[int, Strength]], frozenset[int]]:
    """The best passages, and which of them are of more copies of an article than are read.

    One is shown, one stands in where that is hidden, the others where both are.
    """
    ranked = list(ranked)
    ids = np.array([passage_id for passage_id, _ in ranked], dtype=np.int64)
    rows = columns.positions(ids)
    articles, documents = columns.articles_at(rows).tolist(), columns.document_id[rows].tolist()
    seen: dict[int, set[int]] = {}
    spare: set[int] = set()
    for place, (article, document) in enumerate(zip(articles, documents, strict=True)):
        if place - len(spare) == _MOST_HYDRATED:
            return ranked[:place], frozenset(spare)
        known = seen.setdefault(article, set())
        if document in known or len(known) < _COPIES_READ:
            known.add(document)
        else:
            spare.add(ranked[place][0])
    return ranked, frozenset(spare)


def _once(ranked: Iterable[tuple[int, Strength]]) -> Iterator[tuple[int, Strength]]:
    seen: set[int] = set()
    for passage_id, strength in ranked:
        if passage_id not in seen:
            seen.add(passage_id)
            yield passage_id, strength


def _arranged(
    index: LaneIndex, passage_ids: Sequence[int], vector: Vectors | None, where: RowFilter | None
) -> list[int]:
    """Passages of one article that may answer, nearest first; in their order without a vector.

    Those that the generation does not know yet stand last.
    """
    ids = np.array(passage_ids, dtype=np.int64)
    known = index.columns.holds(ids, where)
    unknown = [] if where is not None else ids[~known].tolist()
    ids = ids[known]
    if vector is not None and len(ids):
        ids = ids[np.argsort(-index.dense.scores(vector, ids), kind="stable")]
    return [*ids.tolist(), *unknown]


def read(found: Found, claim: Claim, library: Library, shown: Shown) -> Answer:
    """Read the texts of what was found and choose what is shown of it."""
    if found.strength is Strength.NONE:
        return Answer(claim=claim, strength=Strength.NONE, generation=found.generation)
    highlight = highlighter(claim.text)
    with library.snapshot() as texts:
        stored = _reporting(found, texts, shown)
        remarks = _remarks(found, texts, shown)
        around = _around(chain(*remarks), texts)
    articles = assemble.articles(found.reporting, stored, highlight, shown)
    threads = assemble.threads(remarks, around, highlight)
    return Answer(
        claim=claim,
        strength=assemble.strength(articles, threads, most=found.strength),
        generation=found.generation,
        reporting=marked(articles, claim.text),
        discussion=threads,
    )


def recall(reference: AnswerReference, library: Library) -> Answer | None:
    """Show an earlier answer again, without what was hidden or removed since.

    Returns:
        The answer with an empty claim, or None when nothing of it is left.
    """
    with library.snapshot() as texts:
        stored = texts.hydrate(reference.passage_ids)
        around = _around(stored.values(), texts)
    if not stored:
        return None
    reporting, discussion = assemble.recall(reference, stored, around)
    return Answer(
        claim=Claim(text=""),
        strength=assemble.strength(reporting, discussion, most=reference.strength),
        generation=reference.generation,
        reporting=reporting,
        discussion=discussion,
    )


def outdated(references: Sequence[AnswerReference], library: Library) -> list[bool]:
    """For each earlier answer, whether something that it shows was hidden or removed since."""
    with library.snapshot() as texts:
        passages = texts.shown_passages({p for one in references for p in one.passage_ids})
        comments = texts.shown_comments({c for one in references for c in one.quoted})
    return [
        not (passages.issuperset(one.passage_ids) and comments.issuperset(one.quoted))
        for one in references
    ]


def _reporting(found: Found, texts: Snapshot, shown: Shown) -> dict[int, StoredPassage]:
    """Read the best passages, and further ones only where those leave room for other articles."""
    stored: dict[int, StoredPassage] = {}
    read = 0
    for ids in _portions([id_ for id_, _ in found.reporting if id_ not in found.spare]):
        stored |= texts.hydrate(ids)
        read += len(ids)
        if len({assemble.article_of(p) for p in stored.values()}) >= shown.articles:
            break
    # Some are hidden: it may have been all copies of an article that were to be read.
    return stored if len(stored) == read else stored | texts.hydrate(found.spare)


def _remarks(found: Found, texts: Snapshot, shown: Shown) -> list[list[StoredPassage]]:
    """Choose among the comments, and read what stands over those that are chosen."""
    chosen = worth_reading(_one_by_one(found.remarks, texts), shown)
    stored = texts.headed(chain(*chosen))
    return [[stored[one.passage_id] for one in said] for said in chosen]


def _one_by_one(passage_ids: Sequence[int], texts: Snapshot) -> Iterator[StoredText]:
    """Passages in their order, without those that are hidden or gone."""
    for ids in _portions(passage_ids):
        stored = texts.texts(ids)
        yield from (stored[passage_id] for passage_id in ids if passage_id in stored)


def _around(remarks: Iterable[StoredPassage], texts: Snapshot) -> Around:
    comments = [passage.comment for passage in remarks if passage.comment]
    return Around(
        above=texts.above({c.comment_id for c in comments if c.parent_id is not None}),
        answered=texts.answered({c.comment_id for c in comments}),
    )


def _portions(passage_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(passage_ids), _READ_AT_ONCE):
        yield passage_ids[start : start + _READ_AT_ONCE]
