import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.collection import collection, load
from support.documents import article, remark
from support.encoders import encoder
from support.word_encoder import WordEncoder

from embeddings.api import Encoder, Role
from embeddings.store import VectorStore
from index.errors import GenerationError
from index.filters import RowFilter
from index.generation import Generation, build, open_generation, promote
from index.library import Library
from index.model import Document, Lane, Strength
from index.search import Ranking, SearchSettings, count_terms, rank
from index.strength import calibration_for


def built(folder: Path, documents: list[Document], by: Encoder) -> tuple[Library, Generation]:
    library = Library.open(folder / "library.sqlite3")
    load(library, documents)
    with VectorStore(folder / "vectors.sqlite3", by.info) as store:
        promote(folder / "generations", build(library, by, store, folder / "generations"))
    generation = open_generation(folder / "generations", fingerprint=by.info.fingerprint)
    return library, generation


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Generation]]:
    library, generation = built(tmp_path_factory.mktemp("many"), collection(0, 60), WordEncoder())
    yield library, generation
    generation.close()
    library.close()


def ask(generation: Generation, claim: str, **more: object) -> Ranking:
    return rank(generation, claim, WordEncoder().one(claim), **more)  # type: ignore[arg-type]


def texts(library: Library, ranking: Ranking, lane: Lane) -> list[str]:
    ids = ranking.lanes[lane].ids.tolist()
    stored = library.hydrate(ids)
    return [stored[id_].text for id_ in ids]


def test_each_lane_holds_its_own_kind(searched: tuple[Library, Generation]) -> None:
    library, generation = searched

    ranking = ask(generation, "what happened to the glacier is told only26, reply26")

    assert "only26" in texts(library, ranking, Lane.REPORTING)[0]
    assert "reply26" in texts(library, ranking, Lane.DISCUSSION)[0]
    assert not any("reply" in text for text in texts(library, ranking, Lane.REPORTING))


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("claim", ["only7 glacier weather1 reply3", "weather2", "zebra", ""])
def test_both_legs_score_every_candidate_exactly(
    searched: tuple[Library, Generation], lane: Lane, claim: str
) -> None:
    _, generation = searched
    index = generation.lanes[lane]

    pool = ask(generation, claim, settings=SearchSettings(candidates=5)).lanes[lane].judged.pool

    vector = WordEncoder().one(claim)
    assert pool.cosine.tolist() == index.dense.scores(vector, pool.ids).tolist()
    assert pool.bm25 == pytest.approx(index.lexical.scores(claim, pool.ids))


def test_the_order_does_not_depend_on_how_many_candidates_are_taken(
    searched: tuple[Library, Generation],
) -> None:
    _, generation = searched
    # The spread is of the candidates where the encoder is not known; so give it one that is.
    manifest = replace(
        generation.manifest, calibration=calibration_for("all-MiniLM-L6-v2").to_dict()
    )
    known = Generation(name="known", manifest=manifest, lanes=generation.lanes)

    orders = [
        ask(known, "only7 glacier weather1", settings=SearchSettings(candidates=k))
        .lanes[Lane.REPORTING]
        .ids[:5]
        .tolist()
        for k in (20, 120)
    ]

    assert orders[0] == orders[1]


def test_scores_fall_and_ties_go_by_id(searched: tuple[Library, Generation]) -> None:
    _, generation = searched

    for lane in ask(generation, "weather1 glacier told").lanes.values():
        keys = list(zip((-lane.judged.fused).tolist(), lane.ids.tolist(), strict=True))
        assert keys == sorted(keys)


def test_a_filter_bounds_both_lanes(searched: tuple[Library, Generation]) -> None:
    _, generation = searched
    source = int(generation.lanes[Lane.REPORTING].columns.source_id[0])
    where = RowFilter(source_ids=frozenset({source}))

    for lane, ranked in ask(generation, "glacier only3", where=where).lanes.items():
        columns = generation.lanes[lane].columns
        assert set(columns.source_id[columns.positions(ranked.ids)].tolist()) == {source}
        assert ranked.judged.pool.searched == 40


def test_a_filter_that_lets_nothing_pass_gives_nothing(
    searched: tuple[Library, Generation],
) -> None:
    ranking = ask(searched[1], "glacier", where=RowFilter(source_ids=frozenset()))

    assert ranking.strength is Strength.NONE
    assert [len(lane.ids) for lane in ranking.lanes.values()] == [0, 0]


def test_a_comment_is_grouped_with_itself(searched: tuple[Library, Generation]) -> None:
    _, generation = searched
    lane = ask(generation, "remark4").lanes[Lane.DISCUSSION]

    columns = generation.lanes[Lane.DISCUSSION].columns
    expected = columns.comment_id[columns.positions(lane.ids)]
    assert lane.judged.pool.groups.tolist() == expected.tolist()


def test_an_article_without_comments_is_searched_alone(tmp_path: Path) -> None:
    library, generation = built(tmp_path, [article()], WordEncoder())

    ranking = ask(generation, "The bridge closed on Monday")

    assert len(ranking.lanes[Lane.REPORTING].ids) == 2
    assert len(ranking.lanes[Lane.DISCUSSION].ids) == 0
    library.close()


def test_a_calibration_in_the_manifest_is_used(searched: tuple[Library, Generation]) -> None:
    _, generation = searched
    strict = replace(calibration_for("any"), close_at=dict.fromkeys(Lane, 1.1)).to_dict()
    manifest = replace(generation.manifest, calibration=json.loads(json.dumps(strict)))

    ranking = ask(Generation(name="x", manifest=manifest, lanes=generation.lanes), "only7 glacier")

    assert ranking.strength is Strength.NONE
    assert list(ranking.lanes[Lane.REPORTING].shown()) == []


def test_a_broken_calibration_in_the_manifest_is_refused(
    searched: tuple[Library, Generation],
) -> None:
    _, generation = searched
    manifest = replace(generation.manifest, calibration={"encoder": "x"})

    with pytest.raises(GenerationError, match="calibration"):
        ask(Generation(name="x", manifest=manifest, lanes=generation.lanes), "glacier")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("", 0),
        ("The glacier, the GLACIER and a glacier", 1),
        ("to be or not to be", 4),
        ("上海桥", 3),
    ],
)
def test_distinct_telling_terms_are_counted(claim: str, expected: int) -> None:
    assert count_terms(claim) == expected


def test_an_enormous_claim_is_bounded(searched: tuple[Library, Generation]) -> None:
    ranking = ask(searched[1], " ".join(f"word{i}" for i in range(20_000)) + " glacier")

    assert ranking.lanes[Lane.REPORTING].judged.pool.terms == 64


# ---------------------------------------------------------------- the default model


@pytest.fixture(scope="module")
def article_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Library, Generation]]:
    """One article, so that every passage and comment shares its title."""
    document = article(
        "County closes Elder Bridge after cracks are found in two girders",
        "On Tuesday engineers found cracks in two main girders of Elder Bridge.",
        "Ambulances from the east of the town now need nine minutes longer to the hospital.",
        "The first estimate for the repair is 4.2 million, of which the state pays half.",
        comments=(
            remark("a", "They skipped the inspections for years to save money."),
            remark("b", "My bus takes an hour now."),
            remark("c", "Nice weather today."),
        ),
    )
    library, generation = built(tmp_path_factory.mktemp("alone"), [document], encoder())
    yield library, generation
    generation.close()
    library.close()


def meant(generation: Generation, claim: str) -> Ranking:
    return rank(generation, claim, encoder().encode([claim], Role.QUERY)[0])


@pytest.mark.parametrize(
    ("claim", "first"),
    [
        ("An ambulance takes much longer to the clinic since the bridge was shut", "Ambulances"),
        ("Repairing Elder Bridge costs 42 million", "The first estimate"),
        ("Engineers discovered cracked girders", "On Tuesday"),
    ],
)
def test_a_shared_title_does_not_blur_the_passages(
    article_alone: tuple[Library, Generation], claim: str, first: str
) -> None:
    library, generation = article_alone

    ranking = meant(generation, claim)

    assert texts(library, ranking, Lane.REPORTING)[0].startswith(first)
    assert ranking.strength is not Strength.NONE


def test_the_comment_that_says_it_comes_first(article_alone: tuple[Library, Generation]) -> None:
    library, generation = article_alone

    ranking = meant(generation, "Nobody inspected the bridge for years because of the cost")

    assert texts(library, ranking, Lane.DISCUSSION)[0].startswith("They skipped")


@pytest.mark.parametrize(
    "claim", ["Brazil won the 2018 World Cup", "Vaccines cause autism", "asdf qwer", "🙂"]
)
def test_a_claim_about_something_else_finds_nothing_close(
    article_alone: tuple[Library, Generation], claim: str
) -> None:
    assert meant(article_alone[1], claim).strength is Strength.NONE


def test_ranking_twice_gives_the_same(article_alone: tuple[Library, Generation]) -> None:
    first, second = (meant(article_alone[1], "cracks in the bridge") for _ in range(2))

    for lane in Lane:
        assert first.lanes[lane].ids.tolist() == second.lanes[lane].ids.tolist()
        assert np.array_equal(first.lanes[lane].judged.fused, second.lanes[lane].judged.fused)
