"""Opening a database for the work store, and saying in one line what to do when it does not answer."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from avow.errors import AvowError

_WRITES = "avow_writes"
_PERMISSION_DENIED = "42501"
_BUSY_STATES = frozenset({"55P03", "40P01", "40001"})  # lock timeout, deadlock, serialisation failure
_SQLITE_ADVICE = {
    "SQLITE_BUSY": "is busy: another avow is writing to it; try again when it is done",
    "SQLITE_LOCKED": "is busy: another avow is writing to it; try again when it is done",
    "SQLITE_CORRUPT": "is damaged; restore it from a backup, or move it away to start a new one",
    "SQLITE_NOTADB": "is not a work store; restore it from a backup, or move it away to start a new one",
    "SQLITE_CANTOPEN": "cannot be opened; make the file and its folder readable and writable",
    "SQLITE_READONLY": "is read-only; make the file and its folder writable",
    "SQLITE_PERM": "cannot be opened; make the file and its folder readable and writable",
    "SQLITE_FULL": "cannot grow: the disk is full; free some space",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error; check it and its free space",
}


def parsed_url(text: str) -> URL:
    """A database URL with its driver named. Raises AvowError for anything but SQLite and PostgreSQL."""
    try:
        url = make_url(
            text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres:") else text
        )
        backend = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        # The text is not shown: it may hold a password, and what cannot be parsed cannot be masked.
        raise AvowError(
            "the work store's address is not a URL such as postgresql://user@host/database"
        ) from error
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    raise AvowError(f"the work store cannot be kept in {backend}: use SQLite or PostgreSQL")


def shown(url: URL) -> str:
    """How messages name the store: the file's path, or the URL without its password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.set(query={}).render_as_string(hide_password=True)


def open_engine(url: URL, busy_seconds: float) -> Engine:
    """An engine whose transactions are real ones, schema changes included, on either database.

    A writer that must wait for another gives up after `busy_seconds`.
    Raises AvowError where the driver is not installed.
    """
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, connect_args={"timeout": busy_seconds})
        else:
            engine = create_engine(url, pool_pre_ping=True)
    except (ImportError, NoSuchModuleError) as error:
        raise AvowError('the PostgreSQL driver is missing: pip install "avow[postgres]"') from error
    if engine.dialect.name == "sqlite":
        _listen_sqlite(engine, busy_seconds)
    else:
        _listen_postgresql(engine, busy_seconds)
    return engine


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that read: all their queries see the same moment."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: they wait their turn at the start, not in the middle."""
    return engine.execution_options(**{_WRITES: True})


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what a database reports into an AvowError of one line; defects of Avow's pass through."""
    try:
        yield
    except DBAPIError as error:
        advice = _advice(error.orig)
        if advice is None:
            raise
        raise AvowError(f"the work store {shown(url)} {advice}") from error


def _listen_sqlite(engine: Engine, busy_seconds: float) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # Python's own transaction handling leaves schema changes outside; BEGIN is sent below instead.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "PRAGMA trusted_schema = OFF"
        )  # a workspace, store included, may come from elsewhere
        _switch_to_wal(connection, busy_seconds)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writer(connection) else "BEGIN")


def _switch_to_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """The switch is made once in a file's life, and SQLite does not wait for another process making it."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _listen_postgresql(engine: Engine, busy_seconds: float) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _is_writer(connection):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(busy_seconds * 1000)}ms'")


def _is_writer(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES))


def _advice(fault: Any) -> str | None:
    """What to do about the driver's error; None where it is no fault of the database or its place."""
    name = getattr(fault, "sqlite_errorname", None)
    if name is not None:
        return _SQLITE_ADVICE.get("_".join(name.split("_")[:2]))
    state = getattr(fault, "sqlstate", None)
    if state in _BUSY_STATES:
        return "is busy: another avow is writing the same engagement; try again when it is done"
    if state == _PERMISSION_DENIED:
        return "refuses this user; let the database's owner grant access to Avow's tables"
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    reported = lines[0] if lines else "no reason given"
    if state is None and type(fault).__name__ == "OperationalError":
        return f"cannot be reached ({reported}); check its address and that the server runs"
    if state is not None and state[:2] in {"08", "28", "3D", "53", "57", "58"}:
        return f"does not answer ({reported}); check the server and the address"
    return None
