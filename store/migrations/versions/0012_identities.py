"""Several accounts of one person: who was merged into whom, and the codes that join them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Adds columns, an index and two tables; nobody has been merged yet."""
    formers = sa.Column("formers", sa.Text(), nullable=False, server_default="")
    op.add_column("account", formers)
    op.add_column("account", sa.Column("merged_into", WHOLE, nullable=True))
    op.create_index(
        "account_merged",
        "account",
        ["community", "merged_into"],
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "bind_code",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "member"),
        **STRICT,
    )
    op.create_table(
        "wrong_code",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("member", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "member", "at", "channel", "message"),
        **STRICT,
    )
