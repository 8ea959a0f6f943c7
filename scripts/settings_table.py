"""Write the settings table of README.md from the settings themselves."""

from __future__ import annotations

import re
from pathlib import Path

from bot.config import Settings, variable

README = Path(__file__).resolve().parent.parent / "README.md"


def table() -> str:
    """One row a setting: variable, default, what it does."""
    rows = ["| variable | default | what it does |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `{variable(name)}` | {default} | {field.description} |")
    return "\n".join(rows)


def main() -> None:
    """Replace what stands between the markers."""
    readme = README.read_text()
    marked = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
    README.write_text(marked.sub(lambda m: f"{m[1]}{table()}\n{m[2]}", readme))


if __name__ == "__main__":
    main()
