"""`python -m bot` is the same as `factcontext`."""

import sys


def main() -> None:
    """Run the command line; a Ctrl-C while it is still being read needs no traceback."""
    try:
        from bot.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
