"""What cannot run here is deselected and said; CI neither deselects nor skips."""

import pytest

from tests import selection

THREE = """
import pytest

@pytest.mark.browser
@pytest.mark.parametrize("page", [1, 2])
def test_page(page): assert page

@pytest.mark.gateway
def test_room(): assert "room"

@pytest.mark.slow
def test_million(): assert 10**6

def test_plain(): assert "plain"
"""
LEFT_OUT = """
import pytest

@pytest.mark.skip
def test_skipped(): ...

@pytest.mark.xfail
def test_wrong(): assert not "wrong"

def test_plain(): assert "plain"
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Runs some tests under the plugin, on a machine where every tool is there and CI is not."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(selection, "BROWSERS", ("sh",))
    monkeypatch.setattr(selection, "NODE", "sh")
    pytester.makeini("""
        [pytest]
        asyncio_default_fixture_loop_scope = function
        markers =
            slow
            browser
            gateway
    """)

    def run_it(source: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return pytester.runpytest_inprocess("-p", "tests.selection", *options)

    return run_it


def test_slow_tests_are_deselected_unless_asked_for(run) -> None:
    plain = run(THREE)
    plain.assert_outcomes(passed=4, deselected=1)
    plain.stdout.fnmatch_lines("deselected: 1 slow test (make test-slow)")
    run(THREE, "--slow").assert_outcomes(passed=5)


def test_tests_without_their_tool_are_deselected_and_counted(run, monkeypatch) -> None:
    monkeypatch.setattr(selection, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(selection, "NODE", "no-such-node")
    result = run(THREE)
    result.assert_outcomes(passed=1, deselected=4)
    result.stdout.fnmatch_lines(
        "deselected: 2 browser tests (no chromium), 1 gateway test (no no-such-node), "
        "1 slow test (make test-slow)"
    )


def test_everything_is_everything(run) -> None:
    result = run(THREE, "--everything")
    result.assert_outcomes(passed=5)
    assert result.ret == pytest.ExitCode.OK


def test_everything_fails_where_a_tool_is_missing(run, monkeypatch) -> None:
    monkeypatch.setattr(selection, "BROWSERS", ("no-such-browser",))
    result = run(THREE, "--everything")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*--everything wants chromium, not found here")


def test_a_skip_is_allowed_on_a_desk_and_fails_the_run_in_ci(run, monkeypatch) -> None:
    assert run(LEFT_OUT).ret == pytest.ExitCode.OK

    monkeypatch.setenv("CI", "true")
    result = run(LEFT_OUT)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "skipped or expected to fail: *::test_skipped",
            "skipped or expected to fail: *::test_wrong",
        ]
    )


def test_a_file_that_skips_itself_fails_the_run_in_ci(run, monkeypatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = run("import pytest\npytest.importorskip('no_such_module')")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_no_test_at_all_is_no_success(run) -> None:
    assert run("", "--everything").ret == pytest.ExitCode.NO_TESTS_COLLECTED
