"""Tables to checked ones: says in an operator's words what pydantic found."""

from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.errors import ConfigError, hint, nearest, shown
from config.model import TableModel
from config.schema import TABLES
from config.tables import Table, bracketed

Model = TypeVar("Model", bound=TableModel)

SYNONYMS = {"expiry_days": "valid_days"}
"""What a key might as well be called, though by its letters another key is nearer."""
REFUSED = {
    "levels": "a referral pays who invited and nobody above them: "
    "pay by levels is pyramid selling (传销), which the law forbids",
}
"""Keys that there will never be, and why."""
_EXPECTED = {
    "int_type": "must be a whole number without quotes",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "too_short": "must not be empty",
    "list_type": 'must be a list such as ["order"]',
    "greater_than_equal": "must be {ge} or more",
    "literal_error": "must be {expected}",
    "less_than_equal": "must be {le} or less",
}


def validated(table: Table, model: type[Model]) -> Model | list[ConfigError]:
    """The table with every value checked, or all that is wrong with it."""
    try:
        return model.model_validate(table.values)
    except ValidationError as faults:
        return [_error(table, fault) for fault in faults.errors(include_url=False)]


def expected(fault: ErrorDetails) -> str:
    """What is allowed where this was found: `must be 0 or more`."""
    known = _EXPECTED.get(fault["type"])
    return (
        known.format(**fault.get("ctx", {}))
        if known
        else fault["msg"].removeprefix("Value error, ")
    )


def _error(table: Table, fault: ErrorDetails) -> ConfigError:
    key = str(fault["loc"][0])
    match fault["type"]:
        case "missing":
            return table.error(key, f"{key} is missing")
        case "extra_forbidden" if key in REFUSED:
            return table.error(key, f"{key} = {shown(fault['input'])}, {REFUSED[key]}")
        case "extra_forbidden":
            return table.error(key, f"unknown key {shown(key)}, {_home(table.kind, key)}")
        case _:
            return table.error(key, f"{key} = {shown(fault['input'])}, {expected(fault)}")


def _home(kind: str, key: str) -> str:
    """Where a key belongs that this kind of table does not know."""
    elsewhere = [bracketed(other) for other, model in TABLES.items() if key in model.model_fields]
    if elsewhere:
        return f"it belongs in {elsewhere[0]}"
    fields = TABLES[kind].model_fields
    meant = SYNONYMS.get(nearest(key, [*fields, *SYNONYMS]) or "")
    return f'did you mean "{meant}"?' if meant in fields else hint(key, fields)
