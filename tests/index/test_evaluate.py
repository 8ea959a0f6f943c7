import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.collection import collection, load
from support.documents import article
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.errors import EvaluationError
from index.evaluate import answered_share, evaluate
from index.evaluation import Evaluation, Leg
from index.generation import Generation, build, open_generation, promote
from index.judgements import JudgedQuery
from index.library import Library
from index.metrics import quality
from index.model import Strength


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Generation]]:
    folder, words = tmp_path_factory.mktemp("evaluate"), WordEncoder()
    library = Library.open(folder / "library.sqlite3")
    load(library, collection(0, 40))
    with VectorStore(folder / "vectors.sqlite3", words.info) as store:
        name = build(library, words, store, folder / "generations")
    promote(folder / "generations", name)
    generation = open_generation(folder / "generations", fingerprint=words.info.fingerprint)
    yield library, generation
    generation.close()
    library.close()


def query(number: int, *relevant: str, text: str | None = None) -> JudgedQuery:
    return JudgedQuery(
        query_id=f"q{number}",
        text=text or f"what happened is told only{number}",
        judged=dict.fromkeys(relevant or (str(number),), 1),
    )


def run(searched: tuple[Library, Generation], *queries: JudgedQuery) -> Evaluation:
    return evaluate(*searched, WordEncoder(), queries)


def test_records_that_are_found_first_are_perfect(searched: tuple[Library, Generation]) -> None:
    found = run(searched, query(3), query(21), query(30))

    assert [result.found[0] for result in found.results] == ["3", "21", "30"]
    assert found.quality[Leg.FUSED].ndcg_at_10 == pytest.approx(1)
    assert found.quality[Leg.LEXICAL].mrr_at_10 == pytest.approx(1)
    assert found.missing == frozenset()


def test_each_result_is_the_judgement_of_its_own_ranking(
    searched: tuple[Library, Generation],
) -> None:
    asked = query(3, "3", "9", "15")

    (result,) = run(searched, asked).results

    judged = quality(result.found, asked.judged)
    assert result.quality[Leg.FUSED].ndcg_at_10 == pytest.approx(judged.ndcg_at_10)
    assert result.quality[Leg.FUSED].map_at_5 == pytest.approx(judged.map_at_5)
    assert len(set(result.found)) == len(result.found)


def test_words_that_no_passage_has_are_no_lexical_hit(
    searched: tuple[Library, Generation],
) -> None:
    (result,) = run(searched, query(3, text="zebra quagga")).results

    assert result.quality[Leg.LEXICAL].recall_at_100 == 0
    assert result.quality[Leg.DENSE].recall_at_100 == 1


def test_abstention_figures_sum_up_the_results(searched: tuple[Library, Generation]) -> None:
    found = run(searched, *(query(i) for i in range(20)))

    pairs = [
        (a.probability > b.probability_without_evidence)
        + (a.probability == b.probability_without_evidence) / 2
        for a in found.results
        for b in found.results
    ]
    answered = [result.strength is not Strength.NONE for result in found.results]
    without = [r.strength_without_evidence is not Strength.NONE for r in found.results]
    assert found.abstention.auroc == pytest.approx(sum(pairs) / len(pairs))
    assert found.abstention.answered == pytest.approx(sum(answered) / 20)
    assert found.abstention.answered_without_evidence == pytest.approx(sum(without) / 20)
    assert sum(without) < sum(answered)


def test_a_claim_whose_every_candidate_is_evidence_is_not_answered_without(
    searched: tuple[Library, Generation],
) -> None:
    (result,) = run(searched, query(1, *(str(i) for i in range(40)))).results

    assert result.probability_without_evidence == 0
    assert result.strength_without_evidence is Strength.NONE


def test_records_that_are_not_loaded_count_as_not_found(
    searched: tuple[Library, Generation],
) -> None:
    found = run(searched, query(3, "3", "elsewhere"))

    assert found.missing == {"elsewhere"}
    assert found.quality[Leg.FUSED].recall_at_100 == pytest.approx(0.5)


def test_a_document_counts_under_the_record_of_each_copy(tmp_path: Path) -> None:
    words = WordEncoder()
    with Library.open(tmp_path / "library.sqlite3") as library:
        load(library, collection(0, 20))
        load(library, [replace(collection(3, 4)[0], record="copy")], "copies.jsonl")
        with VectorStore(tmp_path / "vectors.sqlite3", words.info) as store:
            name = build(library, words, store, tmp_path / "generations")
        generation = open_generation(
            tmp_path / "generations", name, fingerprint=words.info.fingerprint
        )
        found = evaluate(library, generation, words, [query(3, "copy"), query(3, "3", "copy")])
        generation.close()

    alone, both = found.results
    assert alone.found[:2] == ("3", "copy")
    assert set(both.found[:2]) == {"3", "copy"}
    for result in found.results:
        assert result.probability_without_evidence != result.probability
    # The copy that was loaded later stands second, whichever of them is judged.
    assert alone.quality[Leg.FUSED].ndcg_at_10 == pytest.approx(1 / math.log2(3))
    assert both.quality[Leg.FUSED].ndcg_at_10 == pytest.approx(1)
    assert found.missing == frozenset()


def test_a_query_that_is_a_document_itself_is_not_found_by_its_own_record(
    searched: tuple[Library, Generation],
) -> None:
    text = "What happened to the ballot is told only3 here."
    itself = JudgedQuery(query_id="3", text=text, judged={"9": 1})
    judged = JudgedQuery(query_id="3", text=text, judged={"3": 1})

    first, second = run(searched, itself, judged).results

    assert "3" not in first.found
    assert second.found[0] == "3"


def test_a_hundred_articles_are_judged_however_many_passages_each_has(tmp_path: Path) -> None:
    words = WordEncoder()
    paragraphs = [f"The glacier is told of in part{part} here." for part in range(30)]
    longs = [article(f"Report {i}", *paragraphs, record=str(i)) for i in range(30)]
    wanted = article("Other", "A glacier, weather9 and much else.", record="wanted")
    with Library.open(tmp_path / "library.sqlite3") as library:
        load(library, [*longs, wanted])
        with VectorStore(tmp_path / "vectors.sqlite3", words.info) as store:
            name = build(library, words, store, tmp_path / "generations")
        fingerprint = words.info.fingerprint
        generation = open_generation(tmp_path / "generations", name, fingerprint=fingerprint)
        asked = query(1, "wanted", text="The glacier is told of in part7 here")
        (result,) = evaluate(library, generation, words, [asked]).results
        generation.close()

    assert result.quality[Leg.FUSED].recall_at_100 == 1


def test_articles_that_are_files_of_their_own_take_a_place_each(tmp_path: Path) -> None:
    words = WordEncoder()
    plain = [article(f"File {i}", f"The glacier is told of, word{i}.") for i in range(4)]
    wanted = article("Other", "A glacier and much else besides.", record="wanted")
    with Library.open(tmp_path / "library.sqlite3") as library:
        load(library, [wanted])
        for number, one in enumerate(plain):
            load(library, [one], f"{number}.txt")
        with VectorStore(tmp_path / "vectors.sqlite3", words.info) as store:
            name = build(library, words, store, tmp_path / "generations")
        fingerprint = words.info.fingerprint
        generation = open_generation(tmp_path / "generations", name, fingerprint=fingerprint)
        asked = query(1, "wanted", text="The glacier is told of")
        (result,) = evaluate(library, generation, words, [asked]).results
        generation.close()

    assert len(result.found) == 5
    assert result.found[-1] == "wanted"


def test_a_set_about_another_collection_is_refused(searched: tuple[Library, Generation]) -> None:
    with pytest.raises(EvaluationError, match="None of the 1 relevant records"):
        run(searched, query(3, "elsewhere"))


def test_worst_queries_come_first(searched: tuple[Library, Generation]) -> None:
    found = run(searched, query(3), query(4, "31"), query(5))

    (worst,) = found.worst(1)

    assert (worst.query_id, worst.relevant) == ("q4", {"31"})


def test_progress_counts_every_query(searched: tuple[Library, Generation]) -> None:
    told: list[tuple[int, int]] = []

    evaluate(
        *searched,
        WordEncoder(),
        [query(i % 40) for i in range(70)],
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(i, 70) for i in range(1, 71)]


def test_claims_of_another_world_are_answered_least(
    searched: tuple[Library, Generation],
) -> None:
    _, generation = searched
    inside = [f"what happened to the militia is told only{i} here" for i in range(0, 36, 6)]
    outside = ["zebra quagga okapi", "colourless ideas sleep", "xyzzy plugh", "frobozz gnusto"]

    shares = [answered_share(generation, WordEncoder(), texts) for texts in (outside, inside)]

    assert shares == [0, 1]


def test_copies_from_several_files_count_once(tmp_path: Path) -> None:
    words = WordEncoder()
    library = Library.open(tmp_path / "library.sqlite3")
    load(library, collection(0, 6), path="one.jsonl")
    changed = [
        type(d)(title=d.title + " again", body=d.body, record=d.record) for d in collection(0, 6)
    ]
    load(library, changed, path="two.jsonl")
    with VectorStore(tmp_path / "v.sqlite3", words.info) as store:
        name = build(library, words, store, tmp_path / "g")
    generation = open_generation(tmp_path / "g", name, fingerprint=words.info.fingerprint)

    (result,) = evaluate(library, generation, words, [query(3)]).results

    assert result.found[0] == "3"
    assert len(set(result.found)) == len(result.found) == 6
    library.close()
