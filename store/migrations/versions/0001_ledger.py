"""The ledger's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IMMUTABLE = ("entry", "activity", "lot_use")
NUMBERED = ("entry", "activity", "member", "room")


def upgrade() -> None:
    """Creates everything, with the triggers that refuse to change history."""
    _create_tables()
    if op.get_context().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table in IMMUTABLE:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is immutable: post a reversal'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is immutable: post a reversal', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in NUMBERED:
        op.execute(f"CREATE SEQUENCE {table}_id_seq OWNED BY {table}.id")


def _create_tables() -> None:
    op.create_table(
        "account",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, autoincrement=False, nullable=False),
        sa.Column("balance", WHOLE, nullable=False),
        sa.Column("debt", WHOLE, nullable=False),
        sa.Column("qualifying", WHOLE, nullable=False),
        sa.Column("qualifying_entry", WHOLE, nullable=False),
        sa.Column("run", WHOLE, nullable=False),
        sa.Column("run_on", sa.Text(), nullable=True),
        sa.Column("counters", sa.Text(), nullable=False),
        sa.Column("first_expiry", sa.Text(), nullable=False),
        sa.Column("last_entry", WHOLE, nullable=False),
        sa.Column("last_at", WHOLE, nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("balance = 0 OR debt = 0", name="debt_first"),
        sa.CheckConstraint("balance BETWEEN 0 AND 1000000000000000", name="balance_range"),
        sa.CheckConstraint("debt BETWEEN 0 AND 1000000000000000", name="debt_range"),
        sa.PrimaryKeyConstraint("community", "member"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "activity",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("member", WHOLE, nullable=False),
        sa.Column("room", WHOLE, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("entry", WHOLE, nullable=True),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'refused') = (refusal IS NOT NULL)", name="refused_with_code"
        ),
        sa.CheckConstraint(
            "outcome IN ('accrued', 'pending', 'refused', 'nothing')",
            name="known_outcome",
        ),
        sa.PrimaryKeyConstraint("community", "id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "activity_once",
        "activity",
        ["community", "key", "outcome"],
        unique=True,
        sqlite_where=sa.text("outcome <> 'refused'"),
        postgresql_where=sa.text("outcome <> 'refused'"),
    )
    op.create_table(
        "community",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("clock_at", WHOLE, nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", WHOLE, nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("reverses", WHOLE, nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("activity", WHOLE, nullable=True),
        sa.Column("room", WHOLE, nullable=True),
        sa.Column("balance", WHOLE, nullable=False),
        sa.Column("debt", WHOLE, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("previous", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reversal_names"),
        sa.CheckConstraint("kind <> 'accrual' OR points > 0", name="accrual_adds"),
        sa.CheckConstraint(
            "kind IN ('accrual', 'redemption', 'expiry', 'reversal', 'adjustment', 'transfer')",
            name="known_kind",
        ),
        sa.CheckConstraint(
            "kind NOT IN ('redemption', 'expiry') OR points < 0", name="spend_takes"
        ),
        sa.CheckConstraint("balance >= 0 AND debt >= 0", name="never_below_zero"),
        sa.CheckConstraint(
            "points BETWEEN -1000000000 AND 1000000000 AND points <> 0",
            name="points_range",
        ),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("community", "key", name="entry_once"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "entry_reversed_once",
        "entry",
        ["community", "reverses"],
        unique=True,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_table(
        "identity",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("external_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("community", "channel", "external_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("message", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("activity", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("community", "channel", "message"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_run",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("job", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("community", "job", "period"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lot",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("expires_on", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, autoincrement=False, nullable=False),
        sa.Column("remaining", WHOLE, nullable=False),
        sa.CheckConstraint("remaining >= 0", name="remaining_range"),
        sa.PrimaryKeyConstraint("community", "expires_on", "member"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lot_use",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("entry", WHOLE, autoincrement=False, nullable=False),
        sa.Column("expires_on", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("points", WHOLE, nullable=False),
        sa.CheckConstraint("points <> 0", name="lot_use_moves"),
        sa.PrimaryKeyConstraint("community", "entry", "expires_on"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("joined_at", WHOLE, nullable=False),
        sa.Column("newcomer", WHOLE, nullable=False),
        sa.Column("home_room", WHOLE, nullable=True),
        sa.CheckConstraint("newcomer IN (0, 1)", name="newcomer_flag"),
        sa.PrimaryKeyConstraint("community", "id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "note",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("entry", WHOLE, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "entry"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "presence",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("room", WHOLE, autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, autoincrement=False, nullable=False),
        sa.Column("joined_at", WHOLE, nullable=False),
        sa.Column("left_at", WHOLE, nullable=True),
        sa.Column("inviter", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("community", "room", "member"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "room",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("community", "channel", "external_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "score",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("day", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("room", WHOLE, autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, autoincrement=False, nullable=False),
        sa.Column("points", WHOLE, nullable=False),
        sa.Column("entry", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("community", "day", "room", "member"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
