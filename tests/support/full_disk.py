"""Builds while no file can grow past a limit, as on a full disk.

Run as a program: `python -m support.full_disk FOLDER DIMENSION LIMIT...`. One line a limit:
the promoted and the opened generation, what was left behind, and the error or the new name.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.errors import GenerationError
from index.generation import Learned, build, current, open_generation, promote
from index.library import Library


def main(folder: Path, dimension: int, limits: list[int]) -> None:
    """Build once without a limit and promote, then once a limit."""
    encoder, root = WordEncoder(dimension=dimension), folder / "generations"
    with (
        Library.open(folder / "library.sqlite3") as library,
        VectorStore(folder / "vectors.sqlite3", encoder.info) as store,
    ):
        load(library, collection(0, 40))
        promote(root, build(library, encoder, store, root))
        load(library, collection(40, 80), path="more.jsonl")
        # So that what is full is met by the index and not by the kept vectors.
        build(library, encoder, store, folder / "elsewhere")
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        for number, limit in enumerate(limits):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            try:
                said = build(
                    library, encoder, store, root, learned=Learned(calibration={"number": number})
                )
            except GenerationError as fault:
                said = str(fault)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            opened = open_generation(root, fingerprint=encoder.info.fingerprint)
            left = sorted(path.name for path in root.iterdir() if path.name.startswith("."))
            sys.stdout.write(f"{current(root)} {opened.name} {len(left)} {said}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [int(limit) for limit in sys.argv[3:]])
