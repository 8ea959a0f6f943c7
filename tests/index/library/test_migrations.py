import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from support.collection import collection, load

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


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return sorted(script.revision for script in scripts)


def as_it_was(path: Path, revision: str, today: Path) -> None:
    """A library of an earlier schema with what a library of today holds."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(opening._MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(path)) as database:
        database.execute("ATTACH ? AS today", (str(today),))
        tables = [
            name
            for name, _ in database.execute(
                "SELECT name, sql FROM main.sqlite_master "
                "WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'alembic_version'"
            )
        ]
        for table in tables:
            columns = [
                {row[1] for row in database.execute(f"PRAGMA {place}.table_info({table})")}
                for place in ("main", "today")
            ]
            names = ", ".join(sorted(columns[0] & columns[1]))
            database.execute(
                f"INSERT OR REPLACE INTO main.{table} ({names}) SELECT {names} FROM today.{table}"  # noqa: S608 - names of tables
            )
        database.commit()


def facts(library: Library) -> list[object]:
    """What every schema could say of a document."""
    return [
        (d.document_id, d.title, d.source, d.comments, d.passages, d.hidden, d.loaded_at)
        for d in library.documents()
    ]


@pytest.mark.parametrize("revision", revisions()[:-1])
def test_a_library_of_every_earlier_schema_is_brought_up_to_date_with_what_it_holds(
    path: Path, tmp_path: Path, revision: str
) -> None:
    with Library.open(path) as library:
        load(library, collection(0, 3))
        expected, expected_facts = library.state(), facts(library)
    old = tmp_path / "old.sqlite3"
    as_it_was(old, revision, path)
    assert schema(old) != schema(path)
    with Library.open(old) as library:
        assert facts(library) == expected_facts
        assert library.state().passages == expected.passages
        load(library, collection(3, 4), path="more.jsonl")
        assert library.state().documents == expected.documents + 1
    assert schema(old) == schema(path)


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
