"""Bringing a database to the schema this code knows.

A new database is made from the tables directly and marked with the last revision, which a test holds equal
to running every migration. So alembic, slow to import, is needed only where an older database is brought up.
"""

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
)

from avow.errors import AvowError
from avow.store.connection import shown, writing
from avow.store.tables import metadata

REVISIONS = ("0001", "0002", "0003", "0004")  # every revision in `migrations/versions`, oldest first
HEAD = REVISIONS[-1]

_EMPTY = ""
_SCHEMA_LOCK = 4_712_083_965  # any number, the same for all who change this schema

# As alembic makes it.
_version_table = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def bring_up(engine: Engine, url: URL) -> None:
    """Create or migrate the schema where it is not this code's, in one transaction; most often do nothing.

    Raises AvowError for a database a newer Avow made, or one that holds other tables of the same names.
    """
    with engine.connect() as connection:
        if _is_current(connection, url):
            return
    with writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
        if _is_current(connection, url):  # another process was faster
            return
        if _revision(connection) is None:
            _create(connection, url)
        else:
            migrate(connection)


def migrate(connection: Connection) -> None:
    """Run the migrations this database lacks, inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "avow.store:migrations")
    command.upgrade(config, "head")


def _is_current(connection: Connection, url: URL) -> bool:
    revision = _revision(connection)
    if revision is not None and revision != _EMPTY and revision not in REVISIONS:
        raise AvowError(
            f"the work store {shown(url)} was made by a newer Avow: its schema is {revision},"
            f" this version knows {HEAD}; upgrade Avow"
        )
    return revision == HEAD


def _revision(connection: Connection) -> str | None:
    """The revision the database is marked with, an empty text where the mark is blank, None without one."""
    if not inspect(connection).has_table(_version_table.name):
        return None
    return connection.execute(select(_version_table.c.version_num)).scalar() or _EMPTY


def _create(connection: Connection, url: URL) -> None:
    taken = set(inspect(connection).get_table_names()) & set(metadata.tables)
    if taken:
        names = ", ".join(sorted(taken))
        raise AvowError(
            f"the database {shown(url)} already holds tables that are not Avow's ({names});"
            " give Avow a database or a schema of its own"
        )
    metadata.create_all(connection, checkfirst=False)
    _version_table.create(connection, checkfirst=False)
    connection.execute(insert(_version_table).values(version_num=HEAD))
