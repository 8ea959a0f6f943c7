import json
import math
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import GenerationError
from index.features import Feature, Pool, measure
from index.model import Lane, Strength
from index.strength import (
    ANY_ENCODER,
    Calibration,
    Logistic,
    calibration_for,
    fit,
    judge,
    labels,
)

SHIPPED = ["all-MiniLM-L6-v2", ANY_ENCODER]


def pool(
    cosine: list[float],
    bm25: list[float] | None = None,
    groups: list[int] | None = None,
    *,
    terms: int = 6,
    searched: int = 1_000,
    kinship: float = 0.0,
) -> Pool:
    n = len(cosine)
    return Pool(
        ids=np.arange(1, n + 1),
        groups=np.array(groups if groups is not None else range(n), np.int64),
        cosine=np.array(cosine, np.float32),
        bm25=np.array(bm25 or [0.0] * n, np.float32),
        terms=terms,
        searched=searched,
        kinship=kinship,
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_calibration_survives_being_kept_in_a_manifest(name: str) -> None:
    shipped = calibration_for(name)

    assert Calibration.from_dict(json.loads(json.dumps(shipped.to_dict()))) == shipped


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_calibration_says_how_it_was_made(name: str) -> None:
    text = (resources.files("index") / "calibration" / f"{name}.json").read_text("utf-8")

    assert len(json.loads(text)["provenance"]) > 100


def test_a_claim_in_a_language_that_was_not_calibrated_is_judged_with_caution() -> None:
    english = calibration_for("all-MiniLM-L6-v2")
    assert english.for_claim("Dogs see only in black and white") is english
    assert english.for_claim("Los perros ven en blanco y negro").encoder == ANY_ENCODER
    assert english.for_languages({"es", "en"}) is english


def test_a_calibration_of_no_languages_judges_claims_in_all() -> None:
    cautious = calibration_for(ANY_ENCODER)
    assert cautious.for_claim("Los perros ven en blanco y negro") is cautious


def test_an_unknown_encoder_gets_the_calibration_that_trusts_no_cosine() -> None:
    cautious = calibration_for("somebody/some-model")

    assert cautious.encoder == ANY_ENCODER
    assert cautious.cosine_spread is None
    absolute = {Feature.COSINE, Feature.MARGIN}
    assert not absolute & {*cautious.close.weights, *cautious.relevant.weights}


def test_a_hub_name_finds_the_calibration_of_its_model() -> None:
    assert calibration_for("sentence-transformers/all-MiniLM-L6-v2").encoder == "all-MiniLM-L6-v2"


@pytest.mark.parametrize(
    "broken",
    [
        {"close_at": {"reporting": 0.5}},
        {"close": {"intercept": 1, "weights": {"colour": 1}}},
        {"strong_at": None},
    ],
)
def test_a_damaged_calibration_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(GenerationError, match="calibration"):
        Calibration.from_dict(calibration_for(SHIPPED[0]).to_dict() | broken)


@pytest.mark.parametrize("lane", Lane)
@given(st.floats(-0.2, 0.95), st.floats(0, 0.3), st.sampled_from([1, 6, 1_000, 1_000_000]))
def test_a_nearer_passage_is_never_labelled_weaker(
    lane: Lane, cosine: float, step: float, searched: int
) -> None:
    order = [Strength.NONE, Strength.RELATED, Strength.STRONG]
    calibration = calibration_for(SHIPPED[0])

    def label(value: float) -> int:
        judged = judge(pool([value], searched=searched), calibration)
        return order.index(labels(judged, lane, calibration)[0])

    assert label(min(cosine + step, 1.0)) >= label(cosine)


def test_the_same_resemblance_means_less_among_more_passages() -> None:
    calibration = calibration_for(SHIPPED[0])

    close = [judge(pool([0.4], searched=n), calibration).close[0] for n in (6, 1_000, 1_000_000)]

    assert close == sorted(close, reverse=True)
    assert close[0] > close[-1]


def test_the_same_resemblance_means_more_in_a_collection_of_the_claims_own_field() -> None:
    calibration = calibration_for(SHIPPED[0])

    close = [judge(pool([0.4], kinship=near), calibration).close[0] for near in (-0.3, 0.0, 0.3)]

    assert close == sorted(close)
    assert close[0] < close[-1]


def test_what_has_nothing_to_do_with_the_claim_is_none_in_any_collection() -> None:
    calibration = calibration_for(SHIPPED[0])

    for searched in (1, 6, 1_000, 1_000_000):
        judged = judge(pool([0.07, 0.05], searched=searched), calibration)
        for lane in Lane:
            assert set(labels(judged, lane, calibration)) == {Strength.NONE}


def test_nothing_found_is_judged_without_a_fault() -> None:
    calibration = calibration_for(ANY_ENCODER)

    judged = judge(pool([], searched=0, terms=0), calibration)

    assert labels(judged, Lane.REPORTING, calibration) == ()


def test_margin_is_counted_from_the_fifth_article() -> None:
    candidates = pool([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], groups=[1, 1, 2, 3, 4, 5])

    features = measure(candidates, candidates.cosine)

    assert features[Feature.MARGIN] == pytest.approx([0.5, 0.4, 0.3, 0.2, 0.1, 0.0], abs=1e-6)


def test_both_legs_agree_on_the_article_that_both_put_first() -> None:
    candidates = pool([0.9, 0.8, 0.7], [1.0, 9.0, 3.0], groups=[1, 1, 2])

    features = measure(candidates, candidates.cosine)

    assert features[Feature.AGREEMENT].tolist() == [1, 1, 0]


def test_removing_a_group_leaves_the_others_scores() -> None:
    rest = pool([0.9, 0.8, 0.7], [1.0, 9.0, 3.0], groups=[1, 1, 2]).without(np.array([1]))

    assert rest.ids.tolist() == [3]
    assert rest.cosine == pytest.approx([0.7])


def test_fit_finds_the_logistic_that_drew_the_labels() -> None:
    rng = np.random.default_rng(7)
    cosine = rng.uniform(-1, 1, 40_000)
    size = rng.uniform(0, 6, 40_000)
    truth = Logistic(intercept=1.0, weights={Feature.COSINE: 3.0, Feature.SIZE: -0.5})
    values = {Feature.COSINE: cosine, Feature.SIZE: size}

    found = fit(values, rng.uniform(size=40_000) < truth.probability(values), ridge=0)

    assert found.intercept == pytest.approx(1.0, abs=0.1)
    assert found.weights[Feature.COSINE] == pytest.approx(3.0, abs=0.15)
    assert found.weights[Feature.SIZE] == pytest.approx(-0.5, abs=0.05)


def test_fit_of_examples_that_a_line_parts_stays_finite() -> None:
    found = fit({Feature.COSINE: np.array([0.1, 0.2, 0.8, 0.9])}, np.array([0, 0, 1, 1], bool))

    assert math.isfinite(found.intercept)
    assert found.weights[Feature.COSINE] > 0


def test_fit_needs_examples_of_both_kinds() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        fit({Feature.COSINE: np.array([0.1, 0.2])}, np.array([True, True]))


def test_weights_count_like_repeated_examples() -> None:
    values = np.array([0.0, 0.3, 0.4, 0.6, 0.7, 1.0])
    positive = np.array([0, 0, 1, 0, 1, 1], bool)
    times = np.array([1, 2, 1, 1, 3, 1])

    weighted = fit({Feature.COSINE: values}, positive, times.astype(float), ridge=0)
    repeated = fit({Feature.COSINE: values.repeat(times)}, positive.repeat(times), ridge=0)

    assert weighted.weights[Feature.COSINE] == pytest.approx(
        repeated.weights[Feature.COSINE], rel=1e-6
    )
