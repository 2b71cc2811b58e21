"""Which tests run here: a test whose tool is missing is deselected and counted, never skipped.

`--everything`, which CI uses, deselects nothing, wants every tool, and lets no test be skipped.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterable

import pytest

BROWSERS = ("chromium", "/usr/bin/chromium")
NODE = "node"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("jifenbot")
    group.addoption("--slow", action="store_true", help="run the slow tests too")
    group.addoption(
        "--everything",
        action="store_true",
        help="run every test; fail where a tool is missing or a test was skipped",
    )


def pytest_configure(config: pytest.Config) -> None:
    everything = config.getoption("everything")
    if everything and (missing := [name for name in _absent().values() if name]):
        raise pytest.UsageError(f"--everything wants {' and '.join(missing)}, not found here")
    config.pluginmanager.register(Selection(config))
    if everything or os.environ.get("CI") == "true":
        config.pluginmanager.register(NoSkips())


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; only tests marked `browser` may ask for it."""
    found = _chromium()
    assert found is not None, "mark this test with pytest.mark.browser"
    return found


class Selection:
    """Deselects what cannot run here and says so in one line."""

    def __init__(self, config: pytest.Config) -> None:
        self._reasons = {} if config.getoption("everything") else _reasons(config)
        self._counts: Counter[str] = Counter()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        kept, left = [], []
        for item in items:
            mark = next((mark for mark in self._reasons if item.get_closest_marker(mark)), None)
            if mark is None:
                kept.append(item)
            else:
                left.append(item)
                self._counts[mark] += 1
        if left:
            config.hook.pytest_deselected(items=left)
            items[:] = kept

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._counts:
            terminalreporter.write_line(f"deselected: {', '.join(self._parts())}")

    def _parts(self) -> Iterable[str]:
        for mark, reason in self._reasons.items():
            if count := self._counts[mark]:
                yield f"{count} {mark} {'test' if count == 1 else 'tests'} ({reason})"


class NoSkips:
    """A test that was skipped or was expected to fail makes the run fail."""

    def __init__(self) -> None:
        self._skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self._skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._skipped.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._skipped and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self._skipped:
            terminalreporter.write_line(f"skipped or expected to fail: {nodeid}", red=True)


def _reasons(config: pytest.Config) -> dict[str, str]:
    """What each mark that cannot run here lacks."""
    reasons = {mark: f"no {name}" for mark, name in _absent().items() if name}
    if not config.getoption("slow"):
        reasons["slow"] = "make test-slow"
    return reasons


def _absent() -> dict[str, str | None]:
    """The tool that a mark's tests need, if it is not here."""
    return {
        "browser": None if _chromium() else "chromium",
        "gateway": None if shutil.which(NODE) else NODE,
    }


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)
