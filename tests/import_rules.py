"""Who may import whom, read off the sources without running them.

`broken(root)` answers one sentence for each import that a rule forbids, wherever it stands: at the
top, in a function, under TYPE_CHECKING, by import_module, or through a name that another module
imported.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGES = ("bot", "config", "handlers", "scheduled", "store")

EVERYTHING = PACKAGES
DOOR = ("bot.extend", "bot.posting", "store", "bot.points", "bot.reading")
VERB = (*DOOR, "bot.channels", "bot.dispatch", "bot.web")
LEAVES = ("bot.clock", "bot.settings")
# The nouns, and what reads them from what the wire says.
READ_BY_CHANNELS = tuple(
    f"bot.points.{name}" for name in ("instant", "mention", "order", "order_body", "text", "types")
)

# The longest name that fits a module is its row. A row always allows itself and LEAVES, with the
# exceptions below. What stands in bot/ without a row of its own is a part of the doors: it may
# import what they may and is theirs to import, so it opens nothing that was shut.
ROWS: dict[str, tuple[str, ...]] = {
    "bot.points": (),
    "bot.clock": (),
    "bot.settings": (),
    "config": ("bot.points",),
    "store": ("bot.points",),
    "bot.posting": ("bot.points", "store"),
    "bot.extend": ("bot.points", "bot.posting"),
    "bot.reading": ("bot.points",),
    "handlers": ("bot.extend", "bot.points", "bot.reading"),
    "scheduled": ("bot.extend", "bot.points"),
    "bot.channels": ("bot.extend", *READ_BY_CHANNELS),
    "bot.dispatch": DOOR,
    "bot.web": DOOR,
    "bot": DOOR,
    "bot.live": VERB,
    "bot.replay": VERB,
    "bot.app": EVERYTHING,
    "bot.serving": EVERYTHING,
    "bot.web_parts": EVERYTHING,
    "bot.doctor": EVERYTHING,
    "bot.__main__": EVERYTHING,
}
WRITES = "store.ledger"
NO_SIBLINGS = ("handlers", "scheduled")
NO_LEAVES = ("bot.points", *LEAVES)

# Whatever asks the machine or the world for something: the core is pure, and extensions do it
# through the Context that they are given.
IMPURE = frozenset(
    {"aiohttp", "asyncio", "http", "httpx", "multiprocessing", "os", "pathlib", "psycopg"}
    | {"random", "requests", "secrets", "shutil", "smtplib", "socket", "sqlalchemy", "sqlite3"}
    | {"sqlmodel", "ssl", "subprocess", "tempfile", "threading", "time", "urllib"}
)
PURE = ("bot.points", "handlers", "scheduled")

# Slow or heavy to import, so never on the way to the first answer.
SDKS = frozenset({"wechaty", "wechaty_grpc", "wechaty_puppet", "wechaty_puppet_service"})
LATE = SDKS | {"jieba", "rule_engine"}
STARTS = ("bot.app", "bot.__main__")

COMPUTED = "?"
"""The module of an import by a name made at run time."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: of a module, or of a name in it."""

    line: int
    module: str
    name: str | None
    eager: bool
    """Whether importing the file runs it."""


@dataclass(frozen=True)
class Source:
    """One file of ours, under the name it is imported by."""

    path: Path
    module: str
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"), self.path)

    @cached_property
    def imports(self) -> list[Import]:
        return list(_imports(self.tree, self, eager=True))

    @property
    def row(self) -> str:
        """Its line in ROWS."""
        return _row(self.module)

    @property
    def own(self) -> str | None:
        """What it may import without being told: the rest of its row, or of its package in bot."""
        if self.row in NO_SIBLINGS or self.module == "bot":
            return None
        return ".".join(self.module.split(".")[:2]) if self.row == "bot" else self.row


class Sources:
    """All files of ours below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sources = {source.module: source for source in _found(root)}

    def broken(self) -> list[str]:
        """One sentence for each forbidden import, in the order of files and lines."""
        found = {*self._forbidden(), *self._late()}
        return [
            f"{source.path.relative_to(self._root)}:{line}: {rule}"
            for source, line, rule in sorted(found, key=lambda one: (one[0].path, *one[1:]))
        ]

    def _forbidden(self) -> Iterator[tuple[Source, int, str]]:
        for source in self._sources.values():
            for one in source.imports:
                rule = _computed(source, one) or self._rule(source, one)
                if rule is not None:
                    yield source, one.line, rule
            for line, module in self._reached(source):
                if rule := self._rule(source, Import(line, module, None, eager=False)):
                    yield source, line, rule

    def _rule(self, source: Source, one: Import) -> str | None:
        """What an import breaks, if it breaks anything."""
        target = self._target(one)
        if target.partition(".")[0] not in PACKAGES:
            return _foreign(source, target)
        if one.name == "*":
            return f"names are imported one by one, not * from {target}"
        return _ours(source, target) or self._through(source, one, target)

    def _through(self, source: Source, one: Import, target: str) -> str | None:
        """A name may not be had from a module that had to import it itself, where its own home is
        forbidden. bot.extend alone is a face that others look at extensions' words through."""
        if one.name is None or target == "bot.extend":
            return None
        home = self._home(target, one.name)
        if home != target and (rule := _ours(source, home)):
            return f"{rule} (through {target})"
        return None

    def _target(self, one: Import) -> str:
        """The module that an import is of: `from bot import app` is of bot.app."""
        inner = f"{one.module}.{one.name}"
        guessed = one.module == "bot" and one.name is not None and not one.name.startswith("__")
        return inner if inner in self._sources or guessed else one.module

    def _home(self, module: str, name: str) -> str:
        """The module of ours where a name was made, through all that only hand it on."""
        seen = {module}
        while (at := self._sources.get(module)) is not None:
            step = next((one for one in at.imports if one.name == name), None)
            if step is None or (target := self._target(step)) in seen:
                break
            if target.partition(".")[0] not in PACKAGES:
                break
            seen.add(module := target)
        return module

    def _reached(self, source: Source) -> Iterator[tuple[int, str]]:
        """Modules used by their full name after `import bot.something`, which binds all of bot."""
        bound = {one.module.partition(".")[0] for one in source.imports if one.name is None}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and (dotted := _dotted(node)) in self._sources:
                assert dotted is not None
                if dotted.partition(".")[0] in bound:
                    yield node.lineno, dotted

    def _late(self) -> Iterator[tuple[Source, int, str]]:
        """What is imported too soon when one of STARTS is imported."""
        waiting = [name for name in STARTS if name in self._sources]
        seen = set(waiting)
        while waiting:
            source = self._sources[waiting.pop()]
            for one in source.imports:
                if not one.eager:
                    continue
                target = self._target(one)
                if (name := target.partition(".")[0]) in LATE:
                    yield source, one.line, f"{name} is imported in a function, when it is needed"
                fresh = {name for name in _with_parents(target) if name in self._sources} - seen
                seen |= fresh
                waiting.extend(fresh)


def broken(root: Path) -> list[str]:
    """One sentence for each import below `root` that a rule forbids."""
    return Sources(root).broken()


def _ours(source: Source, target: str) -> str | None:
    """What importing a module of ours breaks."""
    if target == "bot" and source.row not in NO_LEAVES:
        return None  # its __init__ holds nothing but words about the program
    if source.own is not None and _within(target, source.own):
        return None
    if source.is_package:
        return f"an __init__ hands nothing on from elsewhere, so not {target} either"
    if source.row in NO_SIBLINGS and _within(target, source.row):
        return f"no module of {source.row} imports another, so not {target} either"
    if target == WRITES and ROWS[source.row] in (DOOR, VERB):
        return f"only bot.posting writes points; not {target}"
    allowed = [*ROWS[source.row], *(() if source.row in NO_LEAVES else LEAVES)]
    if any(_within(target, name) for name in allowed):
        return None
    if ROWS[source.row] in (DOOR, VERB) and _row(target) == "bot":
        return None
    names = ", ".join(allowed) or "nothing of ours"
    return f"{source.own or source.row} may import {names}; not {target}"


def _foreign(source: Source, target: str) -> str | None:
    """What importing a module that is not ours breaks."""
    top = target.partition(".")[0]
    if source.row == "bot.points" and top not in sys.stdlib_module_names:
        return f"bot.points may import the standard library only; not {target}"
    if source.row in PURE and top in IMPURE and target != "urllib.parse":
        return f"{source.row} does no I/O and asks nothing of the machine; not {target}"
    if top in SDKS and source.row != "bot.channels":
        return f"an SDK is known to its channel only; not {target}"
    return None


def _computed(source: Source, one: Import) -> str | None:
    """What an import of a name made at run time breaks."""
    if one.module != COMPUTED or source.row == "bot.extend":
        return None
    return "only bot.extend, in collect(), imports by a computed name"


def _found(root: Path) -> Iterator[Source]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            yield Source(path, ".".join(parts[:-1] if is_package else parts), is_package)


def _imports(node: ast.AST, source: Source, *, eager: bool) -> Iterator[Import]:
    """Every import below a node, in the order of the file."""
    match node:
        case ast.Import():
            for alias in node.names:
                yield Import(node.lineno, alias.name, None, eager)
        case ast.ImportFrom():
            module = _absolute(node, source)
            for alias in node.names:
                yield Import(node.lineno, module, alias.name, eager)
        case ast.Call() if _called(node.func) in ("import_module", "__import__"):
            match node.args:
                case [ast.Constant(value=str(name)), *_]:
                    yield Import(node.lineno, name, None, eager)
                case _:
                    yield Import(node.lineno, COMPUTED, None, eager)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, source, eager=eager and not _runs_later(node, child))


def _runs_later(node: ast.AST, child: ast.AST) -> bool:
    """Whether importing a file runs the node, but not this child of it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    return (
        isinstance(node, ast.If) and _called(node.test) == "TYPE_CHECKING" and child in node.body
    )


def _absolute(node: ast.ImportFrom, source: Source) -> str:
    if not node.level:
        return node.module or ""
    here = source.module.split(".")
    up = node.level - source.is_package
    return ".".join([*here[: len(here) - up], *([node.module] if node.module else [])])


def _called(node: ast.AST) -> str | None:
    """The last word of a name: `import_module` of `importlib.import_module`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _dotted(node: ast.AST) -> str | None:
    """`bot.app` of that expression; None of anything that is not a chain of names."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            before = _dotted(value)
            return before and f"{before}.{attr}"
    return None


def _within(module: str, name: str) -> bool:
    return module == name or module.startswith(f"{name}.")


def _row(module: str) -> str:
    return max((name for name in ROWS if _within(module, name)), key=len)


def _with_parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
