"""A program in place of `factcontext`, for whoever starts it as a process of its own."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import jobs

_PYTHON = sys.executable


@dataclass
class OwnCommand:
    """What is started, and with what."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def does(self, program: str) -> None:
        """From now on it runs these lines; `go()` in them waits for `let_go`."""
        script = self.folder / "python"
        lines = f"""\
            #!{_PYTHON} -S
            import json, os, sys, time
            with open({str(self._asked)!r}, "a") as asked:
                asked.write(json.dumps(sys.argv[1:]) + "\\n")
            def go():
                while not os.path.exists({str(self._gate)!r}):
                    time.sleep(0.02)
            """
        script.write_text(textwrap.dedent(lines) + textwrap.dedent(program))
        script.chmod(0o755)
        self.monkeypatch.setattr(jobs.sys, "executable", str(script))

    def let_go(self) -> None:
        """What waits, and what comes, goes on."""
        self._gate.touch()

    @property
    def asked(self) -> list[list[str]]:
        """The arguments of every start."""
        if not self._asked.exists():
            return []
        return [json.loads(line) for line in self._asked.read_text().splitlines()]

    @property
    def _gate(self) -> Path:
        return self.folder / "gate"

    @property
    def _asked(self) -> Path:
        return self.folder / "asked"
