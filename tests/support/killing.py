"""Kills loading, rebuilding and promoting at random moments, and looks whether anything broke.

Run as a program: `python -m support.killing FOLDER SEED ROUNDS`. It prints one JSON object a
round and exits with 1 at the first round after which something does not work.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import datasketch  # noqa: F401 - loaded before the forks, so that these start at once
import faiss  # noqa: F401
import tantivy  # noqa: F401
from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.generation import build, open_generation, promote, prune, verify
from index.library import Library
from index.model import Lane

_LONGEST_S = 0.7
"""On an idle machine that is several rebuilds; on a busy one it grows with the first."""


class Place:
    """A data folder, and what was promised about its content by somebody who was then killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.root = folder / "generations"
        self._promises = folder / "promises"

    def library(self) -> Library:
        return Library.open(self._folder / "library.sqlite3")

    def rebuild(self, library: Library) -> str:
        encoder = WordEncoder()
        with VectorStore(self._folder / "vectors.sqlite3", encoder.info) as store:
            name = build(library, encoder, store, self.root)
        assert verify(self.root, name, library) == []
        promote(self.root, name)
        self._promise(f"promoted {name}")
        prune(self.root, keep=2)
        return name

    def start(self) -> None:
        """One article, in use."""
        with self.library() as library:
            load(library, collection(0, 1), path="0.jsonl")
            self._promise("loaded 0")
            self.rebuild(library)

    def work(self) -> None:
        """Load an article, rebuild, promote, and so on until killed."""
        with self.library() as library:
            while True:
                number = library.state().documents
                load(library, collection(number, number + 1), path=f"{number}.jsonl")
                self._promise(f"loaded {number}")
                self.rebuild(library)

    def check(self) -> None:
        """What was promised is there, the promoted generation answers, a rebuild succeeds."""
        promises = self._promises.read_text().splitlines()
        fingerprint = WordEncoder().info.fingerprint
        promoted = [line.split()[1] for line in promises if line.startswith("promoted")]
        loaded = [line.split()[1] for line in promises if line.startswith("loaded")]
        generation = open_generation(self.root, fingerprint=fingerprint)
        assert int(generation.name) >= max(map(int, promoted)), "an older one is in use"
        assert len(generation.lanes[Lane.REPORTING].lexical.search("only0", 5)) == 1
        with self.library() as library:
            assert verify(self.root, generation.name, library) == []
            assert library.state().documents > max(map(int, loaded)), "a document is lost"
            self.rebuild(library)
            generation = open_generation(self.root, fingerprint=fingerprint)
            documents = library.state().documents
            assert len(generation.lanes[Lane.REPORTING].columns) == 2 * documents
        left = sorted(path.name for path in self.root.iterdir() if path.name.startswith("."))
        assert left == [], f"left behind: {left}"

    def _promise(self, line: str) -> None:
        with self._promises.open("a") as file:
            file.write(line + "\n")


def _fork(job: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        job()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(folder: Path, seed: int, rounds: int) -> int:
    """Kill and check; returns the exit code."""
    place = Place(folder)
    moment = random.Random(seed)  # noqa: S311 - repeatable, not secret
    begun = time.monotonic()
    if os.waitpid(_fork(place.start), 0)[1]:
        return 1
    longest_s = max(_LONGEST_S, 2 * (time.monotonic() - begun))
    if os.waitpid(_fork(place.check), 0)[1]:
        return 1
    for _ in range(rounds):
        delay_s = moment.uniform(0, longest_s)
        victim = _fork(place.work)
        time.sleep(delay_s)
        os.kill(victim, signal.SIGKILL)
        killed = os.WIFSIGNALED(os.waitpid(victim, 0)[1])
        building = [path.name for path in place.root.iterdir() if path.name.startswith(".")]
        sys.stdout.write(json.dumps({"after_s": delay_s, "killed": killed, "left": building}))
        sys.stdout.write("\n")
        if not killed or os.waitpid(_fork(place.check), 0)[1]:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
