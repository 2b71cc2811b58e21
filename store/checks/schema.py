"""What the database itself must hold to: sound pages, triggers, strict tables, unique keys and
sequences."""

from collections.abc import Iterator

from store.checks.found import Found, shown
from store.database import DatabaseError, Unavailable
from store.snapshot import Snapshot, whole

IMMUTABLE = ("entry", "activity", "lot_use")
"""Tables that refuse UPDATE and DELETE."""
NUMBERED = ("entry", "activity", "member", "room", "outbox")
"""Tables whose ids a sequence of PostgreSQL gives."""
UNIQUE = ("activity_once", "entry_once")
"""What is done once: a deed, and an entry. SQLite keeps the second in the table."""

# The bits of pg_trigger.tgtype: before, update, delete, truncate; for each statement.
REFUSES_ALL = 2 | 16 | 8 | 32


def is_sound(view: Snapshot, found: Found) -> bool:
    """Whether the file can be read through; what is wrong with it is noted. PostgreSQL looks after
    its own."""
    if not view.is_sqlite:
        return True
    try:
        lines = [str(line) for (line,) in view.rows("PRAGMA integrity_check(100)")]
    except Unavailable:
        raise
    except DatabaseError as error:  # too damaged even to be checked
        lines = [str(error)]
    for line in lines:
        if line != "ok":
            found.say(f"integrity_check: {line}")
    return lines == ["ok"]


def compare(view: Snapshot, found: Found) -> None:
    """Notes every guard that is missing."""
    for line in _sqlite(view) if view.is_sqlite else _postgres(view):
        found.say(line)


def _sqlite(view: Snapshot) -> Iterator[str]:
    guards = {
        str(name): str(sql)
        for name, sql in view.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    }
    for table in IMMUTABLE:
        for change in ("UPDATE", "DELETE"):
            sql = guards.get(f"{table}_no_{change.lower()}", "")
            if f"BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT," not in sql:
                yield f"table {table}: no trigger refuses {change}"
    for index in UNIQUE:
        is_made = guards.get(index, "").startswith("CREATE UNIQUE INDEX")
        if not is_made and f"CONSTRAINT {index} UNIQUE" not in guards.get("entry", ""):
            yield f"index {index}: there is none"
    for row in view.rows("PRAGMA table_list"):
        schema, name, kind, _, without_rowid, strict = row
        ours = schema == "main" and kind == "table" and not str(name).startswith("sqlite_")
        if ours and name != "alembic_version" and not (without_rowid and strict):
            yield f"table {shown(name)}: is not STRICT and WITHOUT ROWID"


def _postgres(view: Snapshot) -> Iterator[str]:
    guards = view.rows(
        "SELECT relname, tgtype::int, tgenabled::text FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE relnamespace = current_schema()::regnamespace AND proname = 'refuse_change'"
    )
    for table in IMMUTABLE:
        if (table, REFUSES_ALL, "O") not in guards:
            yield f"table {table}: no trigger refuses UPDATE, DELETE and TRUNCATE"
    indexes = view.rows(
        "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relnamespace = current_schema()::regnamespace AND indisunique AND indisvalid"
    )
    for index in UNIQUE:
        if (index,) not in indexes:
            yield f"index {index}: there is none"
    made = view.rows(
        "SELECT relname FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'"
    )
    for table in NUMBERED:
        if (f"{table}_id_seq",) not in made:
            yield f"sequence {table}_id_seq: there is none"
            continue
        [(given, is_called)] = view.rows(f"SELECT last_value, is_called FROM {table}_id_seq")
        [(highest,)] = view.rows(f"SELECT coalesce(max(id), 0) FROM {table}")
        if whole(highest) > (whole(given) if is_called else 0):
            yield (
                f"sequence {table}_id_seq: is at {shown(given)},"
                f" the highest id is {shown(highest)}"
            )
