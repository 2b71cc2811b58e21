"""What a workbook cannot hold in one sheet goes into the next."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from store.formats import SHEET_ROWS, Cells, Table, write_xlsx


@pytest.mark.slow
def test_a_workbook_goes_on_in_a_second_sheet_when_the_first_is_full(tmp_path: Path) -> None:
    rows: list[Cells] = [(number,) for number in range(SHEET_ROWS + 1)]
    out = tmp_path / "out.xlsx"
    with out.open("wb") as file:
        write_xlsx(Table("entries", ("id",), iter(rows), datetime(2026, 11, 1, tzinfo=UTC)), file)
    book = openpyxl.load_workbook(out, read_only=True)
    assert book.sheetnames == ["entries", "entries 2"]
    assert list(book["entries 2"].iter_rows(values_only=True)) == [
        ("id",),
        (SHEET_ROWS - 1,),
        (SHEET_ROWS,),
    ]
    book.close()


def test_a_text_longer_than_a_cell_is_cut_off(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    with out.open("wb") as file:
        table = Table(
            "members", ("name",), iter([("名" * 40_000,)]), datetime(2026, 1, 1, tzinfo=UTC)
        )
        write_xlsx(table, file)
    cell = openpyxl.load_workbook(out).worksheets[0]["A2"].value
    assert cell == "名" * 32_767
