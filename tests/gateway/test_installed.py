"""The packages come once, again with another lock, and npm is heard when it fails."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.installed import NotInstalled, install


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a lock and nothing installed."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    (folder / "package-lock.json").write_text("{}")
    return folder


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has a program of this name do so."""

    def become(script: str) -> None:
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    return become


def test_packages_come_once_and_again_with_another_lock(
    folder: Path, npm: Callable[[str], None]
) -> None:
    npm('[ "$*" = "ci --ignore-scripts" ] && mkdir -p node_modules'
        " && touch -d 2001-01-01 node_modules/.package-lock.json")  # fmt: skip
    assert install(folder)
    assert not install(folder)
    newer = (folder / "node_modules/.package-lock.json").stat().st_mtime + 1
    os.utime(folder / "package-lock.json", (newer, newer))
    assert install(folder)


def test_what_npm_says_when_it_fails_is_said(folder: Path, npm: Callable[[str], None]) -> None:
    npm("echo no such release >&2; exit 1")
    with pytest.raises(NotInstalled, match="failed:\nno such release"):
        install(folder)


def test_without_npm_that_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(NotInstalled, match="npm too, and it is not here"):
        install(folder)
