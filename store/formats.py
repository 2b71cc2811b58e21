"""How exported rows are written: JSON Lines, CSV and XLSX. The same rows give the same bytes."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | bool | None
Cells = tuple[Cell, ...]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A text that begins so is a formula to spreadsheets."""
SHEET_ROWS = 1_048_576
"""Rows of a sheet, the header included; what is beyond goes into a second sheet."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is exported."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Cells]
    """One tuple for each row, in the order of the columns."""
    at: datetime
    """The ledger's last instant, UTC: when the table was true."""


def jsonl(table: Table) -> Iterator[bytes]:
    """An object a line, UTF-8, with the keys in the order of the columns."""
    for row in table.rows:
        line = json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False)
        yield line.encode() + b"\n"


def csv_lines(table: Table) -> Iterator[bytes]:
    """A header and the rows as spreadsheets read them: UTF-8 with a mark, every cell quoted.

    Text that would be a formula gets a ' in front; numbers, negative ones too, stay as they are.
    """
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow
    yield b"\xef\xbb\xbf"
    for row in chain([table.columns], table.rows):
        write([_csv_cell(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def write_xlsx(table: Table, target: BinaryIO) -> None:
    """A workbook, one row at a time in memory. Text is never a formula or a link; of a text longer
    than a cell (32,767 characters) the rest is cut off."""
    from xlsxwriter import Workbook

    with Workbook(target, {"constant_memory": True}) as book:
        book.set_properties({"created": table.at.replace(tzinfo=None)})
        sheet, place = _sheet(book, table), 1
        for row in table.rows:
            if place == SHEET_ROWS:
                sheet, place = _sheet(book, table), 1
            _write_row(sheet, place, row)
            place += 1


def _sheet(book: "Workbook", table: Table) -> "Worksheet":
    """The next sheet, with the names of the columns on top."""
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(table.name if number == 1 else f"{table.name} {number}")
    sheet.freeze_panes(1, 0)
    _write_row(sheet, 0, table.columns)
    return sheet


def _write_row(sheet: "Worksheet", place: int, row: Cells) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(place, column, cell)
        elif isinstance(cell, bool):
            sheet.write_boolean(place, column, cell)
        elif cell is not None:
            sheet.write_number(place, column, cell)


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)
