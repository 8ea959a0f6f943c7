"""The exit codes of the command line, the same for every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    FAILED = 1
    """Nothing was changed; the message says why and what to do."""
    USAGE = 2
    """A wrong option, argument or setting."""
    PARTLY = 3
    """Some files could not be loaded; the others were."""
    PROBLEMS = 4
    """`verify` or `doctor` found problems."""
    WORSE = 5
    """`rebuild` kept the old index, because golden queries got worse."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C, as shells number it; what was finished is kept."""
