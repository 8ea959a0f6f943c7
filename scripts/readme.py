"""Write the answer that README.md shows, as the product gives it.

    python scripts/readme.py DATA

DATA is a data folder with the starter corpus, as `make run` leaves it in `data`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
CLAIM = "Scientists admit that vaccines cause autism in thousands of children"
WIDTH = 110


def answer(data: str) -> str:
    """What `factcontext ask` says about the sample claim, folded for reading."""
    environment = {**os.environ, "FACTCONTEXT_DATA_DIR": data, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "ask", CLAIM]
    out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return f'```text\n$ factcontext ask "{CLAIM}"\n{folded(out.stdout)}\n```'


def folded(text: str) -> str:
    """Long lines folded, each keeping its indentation."""
    lines = []
    for line in text.rstrip().splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent) or [""]
    return "\n".join(lines)


def put(name: str, content: str, document: Path = README) -> None:
    """Replace what stands between the markers of this name."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    text = document.read_text()
    document.write_text(marked.sub(lambda m: f"{m[1]}{content}\n{m[2]}", text))


def main() -> None:
    """Ask, and put it in its place."""
    put("answer", answer(sys.argv[1]))


if __name__ == "__main__":
    main()
