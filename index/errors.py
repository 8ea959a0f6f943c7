"""What can go wrong between a document and an answer.

IndexingError
├── ReadError               a file could not be turned into documents; others are not affected
│   ├── UnknownFormatError  no reader recognises the file
│   ├── TooLargeError       a bound on bytes, lines, depth or count was passed
│   ├── MalformedError      the file is of a known format and is broken
│   └── FetchError          a server does not give what stands at an address
│       ├── UnreachableError there is no server, or none that can be connected to
│       └── RefusedUrlError it must not be asked for: not public, or the site does not want it
├── LibraryError            the library cannot be opened, read or written
│   ├── NewerLibraryError   it was written by a newer program
│   └── SourceError         no one outlet, or several, are what the operator names
├── GenerationError         a generation cannot be built, opened or promoted
│   ├── NoGenerationError   nothing has been built yet
│   ├── CorruptGenerationError  files do not match the manifest
│   ├── WrongEncoderError   it was built by another encoder than the one that asks
│   └── BuildLockedError    another rebuild holds the lock
├── EvaluationError         a query or judgement file cannot be used
│   └── TooFewLessonsError  it holds too few claims to learn from
└── SearchError             an answer could not be computed
    ├── SearchBusyError     too many claims wait already
    └── SearchTimeoutError  the deadline passed
"""

from __future__ import annotations


class IndexingError(Exception):
    """Root of every error of this package."""


class ReadError(IndexingError):
    """A file could not be turned into documents; other files are not affected."""


class UnknownFormatError(ReadError):
    """No reader recognises the file."""


class TooLargeError(ReadError):
    """A bound on bytes, lines, depth or count was passed."""


class MalformedError(ReadError):
    """The file is of a known format and is broken."""


class FetchError(ReadError):
    """A server does not give what stands at an address."""

    def __init__(
        self, message: str, *, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        """Of the answer, where there was one."""
        self.retry_after_s = retry_after_s
        """How long the server asks to be left alone for, where it does."""


class UnreachableError(FetchError):
    """There is no server at an address, or none that can be connected to."""


class RefusedUrlError(FetchError):
    """An address must not be asked for: it is not public, or its site does not want it."""


class LibraryError(IndexingError):
    """The library cannot be opened, read or written."""


class NewerLibraryError(LibraryError):
    """The library was written by a newer program."""


class SourceError(LibraryError):
    """No one outlet, or several, are what the operator names; nothing was changed."""


class GenerationError(IndexingError):
    """A generation cannot be built, opened or promoted."""


class NoGenerationError(GenerationError):
    """Nothing has been built yet, or no generation has the name that was asked for."""

    def __init__(
        self,
        message: str = (
            'Nothing has been built yet; run "factcontext add" and "factcontext rebuild".'
        ),
    ) -> None:
        super().__init__(message)


class CorruptGenerationError(GenerationError):
    """The files of a generation do not match its manifest."""


class WrongEncoderError(GenerationError):
    """The generation was built by another encoder than the one that asks."""


class BuildLockedError(GenerationError):
    """Another rebuild holds the lock."""


class EvaluationError(IndexingError):
    """A query or judgement file cannot be used."""


class TooFewLessonsError(EvaluationError):
    """There are too few claims with known answers to learn from."""


class SearchError(IndexingError):
    """An answer could not be computed."""


class SearchBusyError(SearchError):
    """Too many claims wait already."""


class SearchTimeoutError(SearchError):
    """The deadline passed before the answer was ready."""
