"""Trains a query map from lessons, and finds out on held-back claims whether it helps.

The map starts as the identity and follows the gradient of a softmax loss: the right passage
against those that the search puts around it, by the fused score of which the lexical part stands
fixed. A pull towards the identity, and as few steps as the held-back claims ask for, keep it from
learning the lessons by heart. Passages keep the vectors they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from index.errors import TooFewLessonsError
from index.features import Pool
from index.fusion import Scores, group_best
from index.generation import Generation, LaneIndex
from index.lessons import Lesson
from index.metrics import quality
from index.model import Lane
from index.pairing import paired_randomisation
from index.query_map import turn
from index.search import Query, SearchSettings, calibration_of, count_terms, gather
from index.strength import Calibration

LEAST_LESSONS = 40
MOST_LESSONS = 4_000
"""Their rivals' vectors are held in memory: 50 kB a lesson of 384 dimensions."""
LEAST_PROOF = 0.05
"""A gain that chance would bring about more often than this is none."""
MOST_LOSS = 0.01
"""What claims about articles that no lesson is about may lose: less may well be chance."""

# Chosen on the training splits of two public sets, see docs/evaluation.md.
_RIVALS = 32
_SHARPNESS = 20.0
_RATE = 0.2
_PULL = 0.02
_STEPS = (5, 10, 20, 40, 80)
_FOLDS = 5
_SEED = 20_170_401
_POOL = SearchSettings(candidates=100)

ReportProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """nDCG@10 of the fused ranking by articles, on claims that the map was not trained on."""

    claims: int
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuned:
    """A trained map and what held-back claims say of it."""

    query_map: Vectors
    """(d, d), trained on all lessons."""
    steps: int
    all: Gain
    seen: Gain
    """Claims about articles that other lessons are about too."""
    unseen: Gain
    p: float
    """How often chance alone makes such a difference (paired, two-sided)."""

    @property
    def helps(self) -> bool:
        """Whether it should be put to use: a real gain, at nobody's cost."""
        harmless = self.unseen.after >= self.unseen.before - MOST_LOSS
        return self.all.after > self.all.before and self.p < LEAST_PROOF and harmless


def tune(
    generation: Generation,
    lessons: Sequence[Lesson],
    vectors: Vectors,
    *,
    progress: ReportProgress = lambda _done, _all: None,
) -> Tuned:
    """Train a map in five folds and as a whole.

    Args:
        generation: where the evidence is, and the rivals are.
        lessons: answerable ones.
        vectors: (n, d) the encoder's vectors of their claims.
        progress: is told how much is done of how much.

    Raises:
        TooFewLessonsError: there are fewer than 40.
    """
    if len(lessons) < LEAST_LESSONS:
        raise TooFewLessonsError(
            f"Tuning needs at least {LEAST_LESSONS} claims with a known article, and there are "
            f"{len(lessons)}; write more golden queries."
        )
    shuffled = np.random.default_rng(_SEED).permutation(len(lessons))[:MOST_LESSONS]
    lessons, vectors = [lessons[i] for i in shuffled], vectors[shuffled]
    calibration = calibration_of(generation)
    index = generation.lanes[Lane.REPORTING]
    drill = _drill(index, lessons, vectors, calibration)
    judge = _Judge(index=index, lessons=lessons, vectors=vectors, calibration=calibration)
    total = _FOLDS + 2
    progress(0, total)
    fold_of = np.arange(len(lessons)) % _FOLDS
    before = judge.scores(None, np.arange(len(lessons)))
    after = np.zeros((len(_STEPS), len(lessons)))
    for fold in range(_FOLDS):
        held = np.flatnonzero(fold_of == fold)
        maps = train(drill.only(np.flatnonzero(fold_of != fold)), _STEPS)
        for place, query_map in enumerate(maps):
            after[place, held] = judge.scores(query_map, held)
        progress(fold + 1, total)
    # Each fold is judged after as many steps as were best for the others.
    chosen = np.zeros(len(lessons))
    for fold in range(_FOLDS):
        best = int(after[:, fold_of != fold].mean(axis=1).argmax())
        chosen[fold_of == fold] = after[best, fold_of == fold]
    steps = _STEPS[int(after.mean(axis=1).argmax())]
    (query_map,) = train(drill, (steps,))
    progress(total, total)
    seen = _seen(lessons, fold_of)
    return Tuned(
        query_map=query_map,
        steps=steps,
        all=_gain(before, chosen, np.ones_like(seen)),
        seen=_gain(before, chosen, seen),
        unseen=_gain(before, chosen, ~seen),
        p=paired_randomisation(chosen.tolist(), before.tolist()).p,
    )


# ---------------------------------------------------------------- training


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drill:
    """Right passages and their rivals."""

    queries: Vectors
    """(n, d)"""
    passages: Vectors
    """(n, m, d); the first of each is the right one."""
    words: Scores
    """(n, m) what the lexical leg adds to the cosine; -inf where there is no passage."""

    def only(self, rows: NDArray[np.int64]) -> Drill:
        """Some of the lessons."""
        return Drill(
            queries=self.queries[rows], passages=self.passages[rows], words=self.words[rows]
        )


def train(drill: Drill, steps: Sequence[int]) -> list[Vectors]:
    """The (d, d) maps after each of the ascending numbers of steps, starting at the identity."""
    identity = np.eye(drill.queries.shape[1], dtype=np.float32)
    query_map: Vectors = identity.copy()
    speed: Vectors = np.zeros_like(identity)
    kept = []
    for step in range(1, steps[-1] + 1):
        gradient = _gradient(drill, query_map) + _PULL * (query_map - identity)
        speed = (0.9 * speed - _RATE * gradient).astype(np.float32)
        query_map = query_map + speed
        if step in steps:
            kept.append(query_map.copy())
    return kept


def _gradient(drill: Drill, query_map: Vectors) -> Vectors:
    turned = drill.queries @ query_map.T
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    units = turned / lengths
    logits = _SHARPNESS * (np.einsum("nmd,nd->nm", drill.passages, units) + drill.words)
    logits -= logits.max(axis=1, keepdims=True)
    shares = np.exp(logits)
    shares /= shares.sum(axis=1, keepdims=True)
    shares[:, 0] -= 1
    pulls = np.einsum("nm,nmd->nd", shares, drill.passages)
    # Only what turns a query counts, not what would lengthen it.
    pulls -= np.einsum("nd,nd->n", pulls, units)[:, None] * units
    gradient: Vectors = (pulls / lengths).T @ drill.queries / len(drill.queries)
    return gradient * np.float32(_SHARPNESS)


def _drill(
    index: LaneIndex, lessons: Sequence[Lesson], vectors: Vectors, calibration: Calibration
) -> Drill:
    passages, words = [], []
    articles = index.columns.articles(index.columns.passage_id)
    for lesson, vector in zip(lessons, vectors, strict=True):
        own = index.columns.passage_id[np.isin(articles, list(lesson.evidence))]
        pool = _pool(index, lesson, vector, own)
        ids, added = _right_and_rivals(pool, lesson, calibration)
        rows = index.dense.vectors(ids)
        short = _RIVALS + 1 - len(ids)
        passages.append(np.pad(rows, ((0, short), (0, 0))))
        words.append(np.pad(added, (0, short), constant_values=-np.inf))
    return Drill(queries=vectors, passages=np.stack(passages), words=np.stack(words))


def _pool(index: LaneIndex, lesson: Lesson, vector: Vectors, own: NDArray[np.int64]) -> Pool:
    """What the search finds, and the passages of the evidence, found or not."""
    pool = gather(Lane.REPORTING, index, _query(lesson, vector))
    ids = np.union1d(pool.ids, own)
    return replace(
        pool,
        ids=ids,
        groups=index.columns.articles(ids),
        cosine=index.dense.scores(vector, ids),
        bm25=index.lexical.scores(lesson.text, ids),
    )


def _query(lesson: Lesson, vector: Vectors, turned: Vectors | None = None) -> Query:
    terms = count_terms(lesson.text)
    return Query(text=lesson.text, vector=vector, turned=turned, terms=terms, settings=_POOL)


def _right_and_rivals(
    pool: Pool, lesson: Lesson, calibration: Calibration
) -> tuple[NDArray[np.int64], Scores]:
    """Ids of the passage that should stand first and of those that stand nearest otherwise."""
    fused = pool.fused(calibration.lexical_share, calibration.cosine_spread, turned=False)
    evidence = np.isin(pool.groups, list(lesson.evidence))
    named = np.isin(pool.ids, list(lesson.passages)) & evidence
    right = np.flatnonzero(named if named.any() else evidence)
    best = right[np.argmax(fused[right])]
    order = np.argsort(-fused, kind="stable")
    rows = np.concatenate(([best], order[~evidence[order]][:_RIVALS]))
    return pool.ids[rows], (fused - pool.cosine)[rows]


# ---------------------------------------------------------------- judging


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judge:
    """Searches for held-back claims as the product does, and says how good the ranking is."""

    index: LaneIndex
    lessons: Sequence[Lesson]
    vectors: Vectors
    calibration: Calibration

    def scores(self, query_map: Vectors | None, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """nDCG@10 of some lessons, in their order."""
        return np.array([self._score(query_map, int(row)) for row in rows])

    def _score(self, query_map: Vectors | None, row: int) -> float:
        lesson, vector = self.lessons[row], self.vectors[row]
        turned = None if query_map is None else turn(query_map, vector)
        pool = gather(Lane.REPORTING, self.index, _query(lesson, vector, turned))
        fused = pool.fused(
            self.calibration.lexical_share, self.calibration.cosine_spread, turned=True
        )
        articles, _ = group_best(pool.groups, fused)
        wanted = {str(article): 1 for article in lesson.evidence}
        return quality([str(a) for a in articles.tolist()], wanted).ndcg_at_10


def _seen(lessons: Sequence[Lesson], fold_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which claims are about an article that a lesson of another fold is about, (n,)."""
    return np.array(list(_each_seen(lessons, fold_of.tolist())), dtype=np.bool_)


def _each_seen(lessons: Sequence[Lesson], fold_of: Sequence[int]) -> Iterator[bool]:
    folds: dict[int, set[int]] = {}
    for lesson, fold in zip(lessons, fold_of, strict=True):
        for article in lesson.evidence:
            folds.setdefault(article, set()).add(fold)
    for lesson, fold in zip(lessons, fold_of, strict=True):
        yield any(folds[article] - {fold} for article in lesson.evidence)


def _gain(
    before: NDArray[np.float64], after: NDArray[np.float64], which: NDArray[np.bool_]
) -> Gain:
    which = which.astype(bool)
    count = int(which.sum())
    if not count:
        return Gain(claims=0, before=0.0, after=0.0)
    return Gain(claims=count, before=float(before[which].mean()), after=float(after[which].mean()))
