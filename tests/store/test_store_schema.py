"""Tables and migrations agree, and a database is brought up only where it has to be."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import recorded_fills
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from avow.errors import AvowError
from avow.store.connection import open_engine, parsed_url, writing
from avow.store.repository import WorkStore
from avow.store.schema import REVISIONS, migrate
from avow.store.tables import metadata


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    engine = _engine(url)
    with writing(engine).begin() as connection:
        migrate(connection)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    migrated = _described(engine)
    with writing(engine).begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    WorkStore.at(url).close()
    assert _described(engine) == migrated
    engine.dispose()


def test_the_revisions_known_are_those_there_are() -> None:
    config = Config()
    config.set_main_option("script_location", "avow.store:migrations")
    walked = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert walked[::-1] == list(REVISIONS)


def test_an_older_database_is_migrated_when_it_is_opened(url: str) -> None:
    """A version table without a revision is a database before the first one."""
    engine = _engine(url)
    with writing(engine).begin() as connection:
        connection.execute(
            text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        )
    drafts = [recorded_fills.answered(5)]
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(), recorded_fills.questionnaire(drafts), drafts)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [
            REVISIONS[-1]
        ]
    engine.dispose()


def test_a_failed_migration_leaves_the_database_as_it_was(url: str) -> None:
    engine = _engine(url)
    with writing(engine).begin() as connection:
        connection.execute(text("CREATE TABLE decisions (other INTEGER)"))
    with pytest.raises(Exception, match="decisions"), writing(engine).begin() as connection:
        migrate(connection)
    assert inspect(engine).get_table_names() == ["decisions"]
    engine.dispose()


def test_a_database_newer_than_the_code_is_refused(url: str) -> None:
    WorkStore.at(url).close()
    engine = _engine(url)
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(
        AvowError, match=r"made by a newer Avow: its schema is 9999, .* upgrade Avow"
    ) as caught:
        WorkStore.at(url)
    assert "\n" not in str(caught.value)


def test_a_database_of_someone_elses_is_left_alone(url: str) -> None:
    engine = _engine(url)
    with writing(engine).begin() as connection:
        connection.execute(text("CREATE TABLE rows (theirs INTEGER)"))
    with pytest.raises(AvowError, match=r"tables that are not Avow's \(rows\)"):
        WorkStore.at(url)
    assert inspect(engine).get_table_names() == ["rows"]
    engine.dispose()


def test_alembic_is_not_imported_for_a_new_or_a_current_database(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from avow.store.repository import WorkStore\n"
        "for _ in range(2): WorkStore.in_workspace(Path(sys.argv[1])).close()\n"
        "sys.exit('alembic' in sys.modules or 'sqlalchemy.orm' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)


def test_asking_whether_a_workspace_has_a_store_imports_no_database_library(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from avow.store.place import database_path\n"
        "sys.exit(database_path(Path(sys.argv[1])).exists() or 'sqlalchemy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    assert not (tmp_path / ".avow").exists()


def _engine(url: str) -> Engine:
    return open_engine(parsed_url(url), 5)


def _described(engine: Engine) -> dict[str, Any]:
    """The schema as the database reports it: columns, keys, indexes and checks with their names."""
    found = inspect(engine)
    return {
        table: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], one["default"])
                for one in found.get_columns(table)
            ],
            "primary key": found.get_pk_constraint(table),
            "foreign keys": sorted(found.get_foreign_keys(table), key=str),
            "indexes": sorted(found.get_indexes(table), key=str),
            "unique": sorted(found.get_unique_constraints(table), key=str),
            "checks": sorted(found.get_check_constraints(table), key=str),
        }
        for table in found.get_table_names()
    }
