"""`where = "…"`: an expression to a `Where`, or to what is wrong with it.

The library that reads it can do far more than an operator needs, so its tree is looked at before
anything of it is reckoned: the library reckons constants while it builds, and `9 ** 9 ** 9` never
ends.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Context, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache
from threading import Lock
from typing import Protocol

from bot.points.where import DEED_FIELDS, MEMBER_FIELDS, Fields, FieldType, FieldValue, Where
from config.errors import hint, nearest, printable, shown

FULL_WIDTH = frozenset("“”‘’（）＝＞＜，")
MOST_CHARACTERS = 500
MOST_DEPTH = 60
NUMBER = re.compile(r"\d{1,12}(\.\d{1,4})?")
EXACT = Context(prec=50, traps=[DivisionByZero, InvalidOperation, Overflow])
KNOWN: Mapping[str, FieldType] = {**MEMBER_FIELDS, **DEED_FIELDS}
TYPES = "tags are texts, tier and room a text, all others are numbers"
UNLIKE = f"must compare and reckon like with like: {TYPES}"
ALLOWED = frozenset({
    "AddExpression", "ArithmeticComparisonExpression", "ArithmeticExpression", "ArrayExpression",
    "BooleanExpression", "ComparisonExpression", "ContainsExpression", "FloatExpression",
    "LogicExpression", "Statement", "StringExpression", "SubtractExpression", "SymbolExpression",
    "UnaryExpression",
})  # fmt: skip
"""The kinds of node that an expression may have."""
REFUSED: Mapping[str, str] = {
    "BitwiseExpression": "& | and ^ are not for conditions, write and, or, not",
    "BitwiseShiftExpression": "<< and >> are not for conditions",
    "BytesExpression": "bytes are not for conditions",
    "CoalesceExpression": "?? is not for conditions, every field has a value",
    "ComprehensionExpression": "for is not for conditions",
    "DatetimeExpression": "dates are not for conditions, days are counted",
    "FunctionCallExpression": "calls are not for conditions",
    "FuzzyComparisonExpression": "=~ and !~ are not for conditions, write == or in",
    "GetAttributeExpression": "attributes are not for conditions, a field is one word",
    "GetItemExpression": "[ ] behind a value is not for conditions",
    "GetSliceExpression": "[ ] behind a value is not for conditions",
    "MappingExpression": "{ } is not for conditions",
    "NullExpression": "null is not for conditions, every field has a value",
    "SetExpression": "{ } is not for conditions, write a list in [ ]",
    "TernaryExpression": "? : is not for conditions, write and, or, not",
    "TimedeltaExpression": "spans of time are not for conditions, days are counted",
}
"""What to say of the others."""
_parsing = Lock()
"""The library has one parser for all, which reads one text at a time."""


class Node(Protocol):
    """A node of the tree, before it is built."""

    cls: type
    args: tuple[object, ...]
    kwargs: Mapping[str, object]


class Built(Protocol):
    """A node of the tree that is reckoned."""

    type: str
    """Of one that has an operator."""
    result_type: object


def where(text: str, *, of_deeds: bool) -> Where | None:
    """The condition that an expression states, of a member and, with `of_deeds`, of a deed; None
    for "", which takes back what the programme below asks for. Raises ValueError that says what
    is wrong."""
    if not text:
        return None
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"must have {MOST_CHARACTERS} characters at most, not {len(text)}")
    if "\\" in text:
        raise ValueError("must have no backslash")
    return _compiled(text, of_deeds)


@lru_cache(maxsize=256)
def _compiled(text: str, of_deeds: bool) -> Where:
    """Kept, because reading a programme checks a table before it is made a rule."""
    # It takes seconds to load, and few programmes need it.
    from rule_engine import Context as Reading
    from rule_engine import Rule as Expression
    from rule_engine.errors import EngineError
    from rule_engine.types import DataType

    types = {
        "number": DataType.FLOAT,
        "text": DataType.STRING,
        "texts": DataType.SET(DataType.STRING),
    }
    try:
        with _parsing, localcontext(EXACT):
            asks = frozenset(_looked_at(_tree(text), of_deeds))
            reading = Reading(
                type_resolver={name: types[KNOWN[name]] for name in asks},
                resolver=_value,
                default_timezone="utc",
                decimal_context=EXACT,
            )
            expression = Expression(text, reading)
    except EngineError as error:
        raise ValueError(_unreadable(error)) from error
    _fitting(expression.statement.expression)
    if expression.statement.expression.result_type != DataType.BOOLEAN:
        raise ValueError("must be true or false, as a comparison is")

    def holds(fields: Fields) -> bool:
        try:
            return bool(expression.matches(fields))
        except (ArithmeticError, EngineError):
            return False

    return Where(text, asks, holds)


def _tree(text: str) -> Node:
    """What the parser found, before any of it is built."""
    from rule_engine import Rule as Expression

    parser = Expression.parser
    tree: Node = parser._parser.parse(text, lexer=parser._lexer.clone())
    return tree


def _looked_at(tree: Node, of_deeds: bool) -> Iterator[str]:
    """The fields that it names. Raises ValueError for what is not allowed."""
    level, depth = [tree], 0
    while level:
        if (depth := depth + 1) > MOST_DEPTH:
            raise ValueError(f"must not be nested more than {MOST_DEPTH} deep")
        for node in level:
            yield from _checked(node, of_deeds)
        level = [inner for node in level for inner in _inner(node)]


def _inner(node: Node) -> Iterator[Node]:
    for one in node.args:
        for inner in one if isinstance(one, tuple) else (one,):
            if hasattr(inner, "cls"):
                yield inner


def _checked(node: Node, of_deeds: bool) -> Iterator[str]:
    """The name of the field that it is, when it is one."""
    kind = node.cls.__name__
    if kind not in ALLOWED:
        raise ValueError(f"must not have this: {REFUSED.get(kind, kind)}")
    if kind == "ArithmeticExpression" and node.args[1] == "POW":
        raise ValueError("must not have this: ** is not for conditions")
    for inner in _inner(node):
        is_container = kind == "ContainsExpression" and inner is node.args[1]
        if inner.cls.__name__ == "ArrayExpression" and not is_container:
            raise ValueError("must not have this: a list stands behind in alone")
    written = str(node.args[1])
    if kind == "FloatExpression" and not NUMBER.fullmatch(written):
        raise ValueError(
            f"must have numbers of at most 12 digits and 4 decimals, not {printable(written[:40])}"
        )
    if kind == "SymbolExpression":
        yield _field(written, node.kwargs["scope"], of_deeds)


def _field(name: str, scope: object, of_deeds: bool) -> str:
    if scope is not None:
        raise ValueError(f"must not have this: ${printable(name)}, fields have no $")
    known = KNOWN if of_deeds else MEMBER_FIELDS
    if name in known:
        return name
    if name in DEED_FIELDS:
        raise ValueError(f'must not ask for "{name}" of a deed, only the where of a rule may')
    quotes = "" if nearest(name, known) else "; a text stands in quotes"
    raise ValueError(f"unknown field {shown(name)}, {hint(name, known)}{quotes}")


def _fitting(node: Built) -> None:
    """Raises ValueError where the library would take values of different types to be unequal, or a
    number or a text to be true."""
    from rule_engine.types import DataType

    kind, types = type(node).__name__, [one.result_type for one in _parts(node)]
    if kind == "ContainsExpression" and getattr(types[0], "value_type", None) != types[1]:
        raise ValueError(f"must ask with in for a text in tags, or for what a list has: {TYPES}")
    is_not = kind == "UnaryExpression" and node.type == "not"
    if (kind == "LogicExpression" or is_not) and {*types} != {DataType.BOOLEAN}:
        raise ValueError("must join with and, or and not what is true or false")
    is_minus = kind == "UnaryExpression" and not is_not
    if (kind == "ArithmeticComparisonExpression" or is_minus) and {*types} != {DataType.FLOAT}:
        raise ValueError(UNLIKE)
    if kind == "ComparisonExpression" and types[0] != types[1]:
        raise ValueError(UNLIKE)
    for one in _parts(node):
        _fitting(one)


def _parts(node: Built) -> list[Built]:
    names = ("container", "member", "left", "right")
    return [getattr(node, name) for name in names if hasattr(node, name)]


def _unreadable(error: Exception) -> str:
    """What the library found, in an operator's words."""
    from rule_engine import errors

    if isinstance(error, errors.RuleSyntaxError):
        token = error.token
        return _unread(str(token.value)) if token else "ends too early"
    if isinstance(error, errors.SyntaxError):
        return "has a text that cannot be read"
    if isinstance(error, errors.ArithmeticError):
        return "cannot be reckoned, as a division by zero"
    return UNLIKE


def _unread(rest: str) -> str:
    """Where reading ended, with the two slips that are made most."""
    mark, slip = rest[:1], ""
    if mark in FULL_WIDTH:
        slip = f", {mark} is full-width"
    elif mark == "=":
        slip = ", equal is =="
    return f"cannot be read at {shown(rest)}{slip}"


def _value(fields: Fields, name: str) -> FieldValue | set[str]:
    """The library knows sets, and not those that are frozen."""
    found = fields[name]
    return set(found) if isinstance(found, frozenset) else found
