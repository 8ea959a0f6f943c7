"""`python -m bot` is the same as `factcontext`."""

import sys


def main() -> None:
    """Run the command line; what ends it while it is still being read needs no traceback."""
    try:
        from bot.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    except (MemoryError, ImportError) as error:
        # A library of native code that finds no room is an ImportError.
        if not (isinstance(error, MemoryError) or "failed to map segment" in str(error)):
            raise
        sys.exit("error: There is not enough memory to start; give the process more.")


if __name__ == "__main__":
    main()
