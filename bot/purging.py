"""What is left of texts that are not shown any more, in every file of the data folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from bot.config import Settings
from bot.errors import CommandError
from bot.wiring import generations_folder, kept_vectors
from index import analysis
from index.generation import current
from index.generation.purging import ShownTexts, drop, holding, left_words
from index.library import Library
from index.traces import traces

_OWN_FILES = ("library.", "generations/", "vectors/")
_SPARED = "models"
"""The model's own files hold no text of the collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What was found; nothing is left where all of it is empty."""

    in_use: str | None
    generations: Mapping[str, int] = field(default_factory=dict)
    """Passages that are not shown, by index; negative where it cannot be looked into."""
    vectors: Mapping[str, int] = field(default_factory=dict)
    """Vectors of texts that are not shown, by file."""
    versions: int = 0
    """Earlier versions of documents whose words the library keeps."""
    log_bytes: int = 0
    """Of the library's write-ahead log, where removed texts may still stand."""
    files: tuple[str, ...] = ()
    """Files with words of the texts that were looked for."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Words of those texts in term dictionaries that no shown text has, by index."""

    @property
    def anything(self) -> bool:
        """Whether something is left."""
        return any((self.can_be_deleted, self.files, self.words))

    @property
    def can_be_deleted(self) -> bool:
        """Whether `Purge.delete` deletes some of it."""
        return any((self.generations, self.vectors, self.versions, self.log_bytes))

    @property
    def of_the_operator(self) -> list[str]:
        """Files with such words that nobody but the operator changes, as golden queries."""
        return [name for name in self.files if not name.startswith(_OWN_FILES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """Looks through one data folder, and deletes what it finds."""

    settings: Settings
    library: Library

    def look(self, texts: Sequence[str]) -> Remains:
        """Find what is left.

        Args:
            texts: whose words to look for in every file.

        Raises:
            LibraryError, VectorStoreError, GenerationError: something cannot be looked into.
        """
        root = generations_folder(self.settings)
        shown = ShownTexts(self.library)
        words = list(chain.from_iterable(analysis.words(t, without=frozenset()) for t in texts))
        found = {name: left_words(root, name, words, shown) for name in _names(root) if words}
        return Remains(
            in_use=current(root),
            generations=holding(root, shown),
            vectors=self._vectors(shown, forget=False),
            versions=self.library.replaced_texts(),
            log_bytes=self._log_bytes(),
            files=tuple(
                str(path.relative_to(self.settings.data_dir))
                for path in dict.fromkeys(
                    chain.from_iterable(traces(self._files(), text) for text in texts)
                )
            ),
            words={name: left for name, left in found.items() if left},
        )

    def delete(self, found: Remains) -> None:
        """Drop the indexes, delete the vectors and the replaced words, and empty the log.

        Raises:
            CommandError: the index in use holds such texts; nothing was deleted.
            BuildLockedError: a rebuild is running; nothing was deleted.
        """
        if found.in_use in found.generations:
            raise CommandError(
                f"Generation {found.in_use} is in use and holds such texts; nothing was deleted. "
                'Run "factcontext rebuild", then this again.'
            )
        drop(generations_folder(self.settings), found.generations, datetime.now(UTC))
        self._vectors(ShownTexts(self.library), forget=True)
        if found.versions:
            self.library.forget_replaced_texts()
        self.library.flush_log()

    def _vectors(self, shown: ShownTexts, *, forget: bool) -> dict[str, int]:
        wanted, found = shown.hashes(), {}
        for store in kept_vectors(self.settings):
            with closing(store):
                other = [key for keys in store.hashes() for key in keys if key not in wanted]
                if other:
                    found[store.path.name] = store.forget(other) if forget else len(other)
        return found

    def _log_bytes(self) -> int:
        log = self.library.path.with_name(self.library.path.name + "-wal")
        return log.stat().st_size if log.exists() else 0

    def _files(self) -> Iterable[Path]:
        folder = self.settings.data_dir
        spared = folder / _SPARED
        return (
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_relative_to(spared)
        )


def _names(root: Path) -> list[str]:
    from index.generation import generations

    return [summary.name for summary in generations(root) if summary.problem is None]
