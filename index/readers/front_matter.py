"""The fields at the top of a Markdown file: YAML between lines of `---`, TOML between `+++`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

from index.errors import MalformedError, TooLargeError

MAX_CHARS = 256 * 1024
"""Characters of front matter; longer discussions belong below the text, or in JSON Lines."""

_FENCES = ("---", "+++")
_MOST_DOTS = 1_000
"""In one line of TOML: a dotted key takes its parser time by the square of its parts."""
_TITLE = re.compile(r"title\s*[:=]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The fields, in YAML all of them text, lists or mappings, and the text below them."""

    values: dict[str, object]
    below: str
    lines_above: int
    """How many lines of the file stand above `below`."""


class _VerbatimLoader(yaml.SafeLoader):
    """Leaves all values but null as they were written, and takes no references: they multiply.

    The usual rules would make a title of 1984 a number and the language `no` false.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML declares it per instance
        first: [(tag, form) for tag, form in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "references (*name) are not taken", None)
        return super().compose_node(parent, index)


def is_front_matter(text: str) -> bool:
    """Whether a text begins like front matter that states a title."""
    if not text.startswith(_FENCES):
        return False
    fence, *lines = text.split("\n", 200)
    if fence.rstrip() not in _FENCES:
        return False
    for line in lines:
        if line.rstrip() == fence.rstrip():
            return False
        if _TITLE.match(line):
            return True
    return False


def split_front_matter(text: str, where: str) -> FrontMatter:
    """The front matter of a text with LF newlines.

    Args:
        text: the whole file.
        where: how a fault begins.

    Raises:
        MalformedError: it is not closed, neither YAML nor TOML, or no mapping of names to values.
        TooLargeError: it is longer than `MAX_CHARS`, or nested too deeply.
    """
    lines = text.split("\n")
    fence = lines[0].rstrip()
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == fence), None)
    if fence not in _FENCES or end is None:
        raise MalformedError(f"{where} has no front matter between two lines of ---.")
    source = "\n".join(lines[1:end])
    if len(source) > MAX_CHARS:
        raise TooLargeError(
            f"{where} has more than {MAX_CHARS:,} characters of front matter; put the comments "
            "below the text, under a heading Comments."
        )
    values = _parse(source, where) if fence == _FENCES[0] else _parse_toml(source, where)
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise MalformedError(f"{where}: front matter must be lines such as `title: ...`.")
    return FrontMatter(values=values, below="\n".join(lines[end + 1 :]), lines_above=end + 1)


def _parse(source: str, where: str) -> object:
    try:
        return yaml.load(source, Loader=_VerbatimLoader)  # noqa: S506  # it is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        # One line for the opening fence, one because YAML counts from zero.
        line = f", line {mark.line + 2}" if mark else ""
        raise MalformedError(
            f"{where}{line}: front matter is no YAML, {error.problem}."
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise MalformedError(f"{where}: front matter is no YAML, {error}.") from error
    except RecursionError as error:
        raise TooLargeError(f"{where}: front matter is nested too deeply.") from error


def _parse_toml(source: str, where: str) -> object:
    if any(line.count(".") > _MOST_DOTS for line in source.split("\n")):
        raise TooLargeError(
            f"{where}: front matter has a line with more than {_MOST_DOTS:,} dots."
        )
    try:
        # The line that its faults name is that of the file: the opening fence is one as well.
        return tomllib.loads("\n" + source)
    except ValueError as error:  # Of a number of thousands of digits it is Python's own.
        raise MalformedError(f"{where}: front matter is no TOML, {error}.") from error
    except RecursionError as error:
        raise TooLargeError(f"{where}: front matter is nested too deeply.") from error
