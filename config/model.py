"""What every table an operator writes has in common."""

from pydantic import BaseModel, ConfigDict


class TableModel(BaseModel):
    """A table with exactly these keys, each of exactly its type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
