"""What members wrote and showed lately, so that copies of it are found; what of it counts once for
good; and what an admin gave on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Adds the tables; what was said before is not known."""
    op.create_table(
        "post",
        _key("community"),
        _key("id"),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("member", WHOLE, nullable=False),
        sa.Column("room", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("part_of", WHOLE, nullable=True),
        **STRICT,
    )
    op.create_index("post_of_member", "post", ["community", "member", "at"])
    op.create_index("post_by_time", "post", ["community", "at"])
    op.create_table("gram", _key("community"), _key("gram"), _key("post"), **STRICT)
    op.create_table(
        "claim",
        _key("community"),
        sa.Column("thing", sa.Text(), primary_key=True),
        sa.Column("post", WHOLE, nullable=False),
        sa.Column("member", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        **STRICT,
    )
    op.create_index(
        "entry_of_actor",
        "entry",
        ["community", "actor", "day"],
        sqlite_where=sa.text("actor IS NOT NULL"),
        postgresql_where=sa.text("actor IS NOT NULL"),
    )


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, primary_key=True, autoincrement=False)
