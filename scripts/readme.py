"""Write what README.md shows of the product from the product itself: settings and an answer.

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

from bot.config import Settings, variable

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
CLAIM = "Scientists admit that vaccines cause autism in thousands of children"
WIDTH = 110


def settings_table() -> str:
    """One row a setting: variable, default, what it does."""
    rows = ["| variable | default | what it does |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `{variable(name)}` | {default} | {field.description} |")
    return "\n".join(rows)


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


def put(name: str, content: str) -> None:
    """Replace what stands between the markers of this name."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    README.write_text(marked.sub(lambda m: f"{m[1]}{content}\n{m[2]}", README.read_text()))


def main() -> None:
    """Fill both places."""
    put("settings", settings_table())
    put("answer", answer(sys.argv[1]))


if __name__ == "__main__":
    main()
