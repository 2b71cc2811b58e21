"""What is no programme file at all is explained, never a traceback."""

from pathlib import Path

import pytest

from tests.config.folder import GOOD, RULE, faults, write

# (the whole rule.toml, what is said after the file's name; … is what tomllib says)
BAD_FILES: list[tuple[bytes | str, str]] = [
    (RULE.encode("gbk"), "is not UTF-8, save it as UTF-8 (line 4)"),
    (RULE.encode("utf-16"), "is not UTF-8, save it as UTF-8 (line 1)"),
    ("\ufeff" + RULE, "begins with a byte order mark, save it as UTF-8 without BOM (line 1)"),
    (RULE + "# \0", "holds a NUL character (line 6)"),
    ("#" * (256 * 1024 + 1), "is larger than 256 KiB"),
    (RULE[:28], "parse error: … (line 3)"),
    (RULE[:-14], "parse error: … (line 4)"),
    (RULE + "valid_days\n", "parse error: … (line 6)"),
    (RULE + "points = 5\n", 'duplicate key "points" (line 6)'),
    (RULE + "a = {b = 1, b = 2}\n", "parse error: … (line 6)"),
    ("[rule]\n" + RULE, "rule stands twice, or both as [rule] and as [[rule]] (line 2)"),
    (RULE + "[rule]\n", "rule stands twice, or both as [rule] and as [[rule]] (line 6)"),
    (RULE + "reply = 多谢\n", "parse error: …; a text stands in quotes (line 6)"),
    (RULE + "points: 5\n", "parse error: … (line 6)"),
    (RULE + "valid_days = yes\n", "parse error: … (line 6)"),
    (RULE + "a = 2026-02-30\n", "parse error: … (line 6)"),
    (RULE + "a = " + "9" * 5000, "holds a number beyond all bounds"),
    (RULE + "a = 1e" + "9" * 30, "holds a number beyond all bounds"),
    (RULE + "a = " + "[" * 20_000, "is nested deeper than 32 levels"),
    (RULE + "a = " + "{a=" * 20_000, "is nested deeper than 32 levels"),
    (RULE + "a" + ".a" * 100_000 + " = 1", "has a key of more than 32 parts (line 6)"),
    (
        RULE.replace('"分享"', "“分享”"),
        "parse error: …; “ is full-width, TOML needs the half-width character (line 4)",
    ),
    *(
        (
            RULE + f"{line}\n",
            f"parse error: …; {wide} is full-width, TOML needs the half-width character (line 6)",
        )
        for line, wide in (
            ("valid_days = ３０", "３"),
            ('tags = ["团长"，"店长"]', "，"),
            ("【expiry】", "【"),
            ('reply = "得分，多谢”', "”"),
        )
    ),
    (
        RULE + 'reply = "得分，多谢" yes\n',
        "parse error: Expected newline or end of document… (line 6)",
    ),
]


@pytest.mark.parametrize(("content", "message"), BAD_FILES, ids=range(len(BAD_FILES)))
def test_a_broken_file_is_explained_without_a_traceback(
    tmp_path: Path, content: bytes | str, message: str
) -> None:
    write(tmp_path, {**GOOD, "rule": content})
    begin, _, end = message.partition("…")
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"config/rule.toml: {begin}")
    assert fault.endswith(end)
