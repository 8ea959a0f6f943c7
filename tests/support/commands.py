"""The command line in this process: its real entry point, with an encoder that costs nothing."""

from __future__ import annotations

import io
import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.once import once
from support.product import Outcome
from support.word_encoder import WordEncoder

from bot.cli import main


@dataclass
class Commands:
    """`factcontext` on one data folder."""

    data: Path
    folder: Path
    """The working directory."""
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    encoder: WordEncoder = field(default_factory=WordEncoder)

    def run(
        self, *arguments: object, expect: int = 0, stdin: str = "", typed: bool = False
    ) -> Outcome:
        """From the arguments to the exit code; no known fault may end in a traceback.

        Args:
            arguments: as in a shell.
            expect: the exit code.
            stdin: what is piped in, or typed.
            typed: whether a person sits there.
        """
        self.monkeypatch.setattr(sys, "argv", ["factcontext", *map(str, arguments)])
        self.monkeypatch.setattr(sys, "stdin", _Typed(stdin) if typed else io.StringIO(stdin))
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed = self.capsys.readouterr()
        assert end.value.code == expect, f"{arguments}\n{printed.out}\n{printed.err}"
        assert "Traceback" not in printed.err
        return Outcome(out=printed.out, err=printed.err)

    def json(self, *arguments: object, expect: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Standard output, which must be one JSON value and nothing else."""
        return self.run(*arguments, "--json", expect=expect).json()

    def write(self, name: str, *records: dict[str, object]) -> Path:
        """A JSON Lines file in the working directory."""
        path = self.folder / name
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        return path

    def articles(self, first: int = 0, last: int = 4) -> Path:
        """A file of articles, each with a thread of two comments."""
        return self.write(f"articles{first}.jsonl", *(_article(n) for n in range(first, last)))

    def built(self) -> None:
        """Four articles, loaded and answering; made once a test run, then copied."""

        def make(folder: Path) -> None:
            self.run("add", "--quiet", self.articles())
            self.run("rebuild", "--quiet")
            shutil.move(self.data, folder)

        shutil.copytree(once("commands", make), self.data)


TOPICS = ("glacier", "bridge", "ballot", "vaccine", "reactor", "harbour")


def _article(number: int) -> dict[str, object]:
    topic = TOPICS[number % len(TOPICS)]
    return {
        "id": f"d{number}",
        "title": f"Report {number} on the {topic}",
        "text": f"What happened to the {topic} is told only{number} here.\n\nIt rained after.",
        "url": f"https://outlet{number % 2}.example/{number}",
        "source": f"Outlet {number % 2}",
        "published": f"201{number}-05-03",
        "comments": [
            {"id": "1", "author": "Ann", "text": f"I saw remark{number} myself."},
            {"id": "2", "parent": "1", "text": f"You did not, reply{number}."},
        ],
    }


class _Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True
