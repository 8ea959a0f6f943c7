"""The same with the default model: what it says of nearness comes through every layer."""

from pathlib import Path

import pytest
from support.documents import article
from support.encoders import encoder as loaded

from embeddings.api import Role
from embeddings.store import VectorStore
from index.generation import build, open_generation, promote, verify
from index.library import Library
from index.model import Lane

BODIES = {
    "militia": "On November 4, Iraqi militia leaders said they were ready to fight inside Syria.",
    "vaccine": "Two doses of the measles vaccine protect about 97 percent of people.",
    "glacier": "The glacier has lost a third of its ice since measurements began.",
}
CLAIMS = {
    "militia": "Armed groups from Iraq want to battle ISIS across the border",
    "vaccine": "Being immunised hardly helps against measles",
    "glacier": "The ice in the mountains is not melting at all",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    encoder = loaded()
    with (
        Library.open(folder / "library.sqlite3") as library,
        VectorStore(folder / "vectors.sqlite3", encoder.info) as store,
    ):
        with library.loading("articles") as loading:
            for name, body in BODIES.items():
                loading.upsert(article(name.title(), body, record=name))
        name = build(library, encoder, store, folder / "generations")
        assert verify(folder / "generations", name, library) == []
    promote(folder / "generations", name)
    return folder / "generations"


@pytest.mark.parametrize("topic", list(BODIES))
def test_claim_in_other_words_finds_its_passage(root: Path, topic: str) -> None:
    encoder = loaded()
    index = open_generation(root, fingerprint=encoder.info.fingerprint).lanes[Lane.REPORTING]

    hits = index.dense.search(encoder.encode([CLAIMS[topic]], Role.QUERY)[0], 3)

    place = list(BODIES).index(topic)
    assert hits.ids.tolist()[0] == index.columns.passage_id[place]
    assert hits.scores[0] > hits.scores[1] + 0.1


def test_stored_scores_are_those_of_the_model(root: Path) -> None:
    encoder = loaded()
    index = open_generation(root, fingerprint=encoder.info.fingerprint).lanes[Lane.REPORTING]
    vector = encoder.encode([CLAIMS["vaccine"]], Role.QUERY)[0]
    texts = [f"{name.title()}\n{body}" for name, body in BODIES.items()]

    expected = encoder.encode(texts, Role.PASSAGE) @ vector

    scores = index.dense.scores(vector, index.columns.passage_id[:])
    assert scores.tolist() == pytest.approx(expected.tolist(), abs=2e-3)
