"""`factcontext rebuild`: a new generation beside the one in use, verified, then promoted."""

from __future__ import annotations

from typing import Annotated

import typer


def rebuild(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead of text, for programs.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
) -> None:
    """Build the index from the library and put it to use.

    Only texts that were never encoded are encoded. The index in use goes on answering until the
    new one is complete and verified; a running `serve` takes it over by itself. Interrupted, it
    goes on where it stopped.
    """
