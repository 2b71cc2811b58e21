"""Facts about the repository that are easily lost: locks, top level, what no file names."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

TOP_LEVEL = {
    "bot", "handlers", "store", "scheduled", "config", "tests", "docs", "benchmarks",
    "pyproject.toml", "requirements.lock", "requirements-dev.lock", "Makefile",
    "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE",
    ".ci", ".env.example", ".gitignore", ".pre-commit-config.yaml",
}  # fmt: skip

# The brackets keep this file from naming them itself.
FOREIGN = re.compile(
    r"pythonhoste[d]\.|\bpyp[i]\.|\bregistry\.(?:npmj[s]|yarnpk[g])|\bdeb\.debia[n]|"
    r"/wor[k]/|/op[t]/(?:wheels|pypi)|/roo[t]/|/hom[e]/[a-z]|/User[s]/|\.\./share[d]\b"
)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name]


def test_nothing_new_grows_at_the_top() -> None:
    assert {path.parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_file_names_a_machine_or_a_package_index() -> None:
    found = [
        f"{path}:{number}: {match[0]}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if (match := FOREIGN.search(line))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_begins_with_the_two_commands_and_the_picture(name: str) -> None:
    title, fence, run, test, end, picture = [
        line for line in (ROOT / name).read_text("utf-8").splitlines() if line
    ][:6]
    assert title.startswith("# ")
    assert (fence, end) == ("```sh", "```")
    assert (run.split()[:2], test.split()[:2]) == (["make", "run"], ["make", "test"])
    shown = re.fullmatch(r"!\[.+\]\((.+)\)", picture)
    assert shown
    assert (ROOT / shown[1]).read_bytes().startswith(b"\x89PNG")


def test_ci_runs_the_checks_and_every_test() -> None:
    called = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert called[-2:] == ["make check", "make test ARGS=--everything"]
    assert "set -euo pipefail" in called
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_a_path_of_a_machine_would_be_found() -> None:
    for line in (
        "cd /wor" + "k/x",
        "https://pyp" + "i.org/simple",
        "--find-links /op" + "t/wheels",
    ):
        assert FOREIGN.search(line)


LOCKS = ["requirements.lock", "requirements-dev.lock", "tests/mutation/requirements.lock"]
if (ROOT / "benchmarks/requirements.lock").exists():
    LOCKS.append("benchmarks/requirements.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_release_in_a_lock_has_its_hashes_and_nothing_else_is_in_it(lock: str) -> None:
    assert pins(lock)
    for pin, hashes in pins(lock).values():
        assert [str(one).startswith("==") for one in pin.specifier] == [True], pin
        assert hashes, pin
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), pin


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= dev.items()


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", []), ("requirements-dev.lock", ["dev"])]
)
def test_a_lock_answers_what_pyproject_asks_for(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    locked = pins(lock)
    for wanted in map(Requirement, asked):
        name = canonicalize_name(wanted.name)
        found = [pin for key, (pin, _) in locked.items() if key.split(" ")[0] == name]
        assert found, f"{wanted} is not in {lock}: make lock"
        for pin in found:
            version = next(iter(pin.specifier)).version
            assert wanted.specifier.contains(version), f"{lock} has {pin} for {wanted}: make lock"


def pins(lock: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Each requirement of a lock file and its hashes, by name and marker."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        words, *hashes = re.split(r"\s+(?=--)", line.strip())
        pin = Requirement(words)
        found[f"{canonicalize_name(pin.name)} {pin.marker or ''}"] = (pin, hashes)
    return found


def text_of(path: Path) -> str:
    """What a tracked file says; nothing of a picture, a font or a file that was just removed."""
    try:
        return (ROOT / path).read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return ""
