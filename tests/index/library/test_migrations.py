import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from index.library import Library, opening
from index.library.schema import HEAD, metadata


def schema(path: Path) -> dict[str, list[str]]:
    """The parts of each statement; their order does not matter."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            name: sorted(" ".join(part.strip('" )\n').split()) for part in sql.split(", "))
            for name, sql in rows
            if name not in ("alembic_version", "sqlite_sequence")
        }


def test_migrations_lead_to_the_tables_that_the_program_uses(path: Path, tmp_path: Path) -> None:
    Library.open(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    # The comparison above sees neither AUTOINCREMENT nor deferred constraints.
    direct = tmp_path / "direct.sqlite3"
    engine = create_engine(f"sqlite:///{direct}")
    metadata.create_all(engine)
    engine.dispose()
    migrated, made = schema(path), schema(direct)
    assert migrated == made


def test_newest_migration_is_the_one_that_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_up_to_date_library_opens_without_alembic(path: Path) -> None:
    # A cheap `status`: the import alone costs more than all its questions.
    Library.open(path).close()
    script = (
        "import sys; from pathlib import Path; from index.library import Library; "
        "Library.open(Path(sys.argv[1])).state(); "
        "heavy = {'alembic', 'nupunkt', 'sentencex', 'numpy'}; "
        "print(heavy & set(sys.modules))"
    )
    loaded = subprocess.check_output([sys.executable, "-c", script, path], text=True)
    assert loaded == "set()\n"
