"""Whether a limit on the process leaves an engine enough memory.

Native code that is refused memory ends the process without a word, or stands still. So this is
looked at before such code is loaded.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import MemoryShortError

_MIB = 1024**2
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must be left below a limit."""

    data_mib: int
    """Of memory that is written to (`ulimit -d`, systemd's LimitDATA)."""
    addresses_mib: int
    """Of addresses, mapped files included (`ulimit -v`, LimitAS)."""


def check_room(needs: Needs, what: str) -> None:
    """Refuse to go on where that would most likely end the process.

    Args:
        needs: what must be left.
        what: what is about to be loaded, for the message.

    Raises:
        MemoryShortError: less is left than is needed.
    """
    if sys.platform != "linux":
        return
    import resource

    for kind, field, least_mib, how in (
        (resource.RLIMIT_DATA, "VmData", needs.data_mib, "ulimit -d, LimitDATA of systemd"),
        (resource.RLIMIT_AS, "VmSize", needs.addresses_mib, "ulimit -v, LimitAS of systemd"),
    ):
        limit, _ = resource.getrlimit(kind)
        if limit == resource.RLIM_INFINITY:
            continue
        used_mib = _status_mib(field)
        if limit // _MIB - used_mib < least_mib:
            raise MemoryShortError(
                f"There is not enough memory for {what}: this process may use {limit // _MIB:,} "
                f"MiB and needs {used_mib + least_mib:,}. Raise the limit ({how})."
            )


def _status_mib(field: str) -> int:
    """What the system counts for this process against a limit."""
    lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    (kib,) = (line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return int(kib) // 1024
