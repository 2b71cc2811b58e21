"""Each cure is needed still: without it, in a Python of its own, the packages cannot be used."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CURED = "import bot.channels.wechaty.compat\n"
USED = """
import wechaty, wechaty_puppet_service
from wechaty_puppet_service.utils import ping_endpoint
"""


def run(source: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs it as a Python of its own would, in an empty folder."""
    return subprocess.run(
        [
            sys.executable,
            *options,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{source}",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_cured_the_packages_come_without_a_warning_and_leave_nothing_behind(
    tmp_path: Path,
) -> None:
    done = run(CURED + USED, tmp_path, "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("undone", "lacking"),
    [
        ("import pyee; del pyee.AsyncIOEventEmitter", "cannot import name 'AsyncIOEventEmitter'"),
        ("import urllib3; del urllib3.get_host", "cannot import name 'get_host'"),
        ("import sys; sys.modules['telnetlib'] = None", "import of telnetlib halted"),
        (
            "from wechaty_puppet import PuppetOptions; PuppetOptions.__hash__ = None",
            "mutable default <class 'wechaty_puppet.schemas.puppet.PuppetOptions'>",
        ),
    ],
    ids=["pyee", "urllib3", "telnetlib", "PuppetOptions"],
)
def test_without_one_cure_the_package_fails(undone: str, lacking: str, tmp_path: Path) -> None:
    # wechaty_puppet was imported with the cures; it is to be so once more, without this one.
    forgotten = "for name in [*sys.modules]: name.startswith('wechaty') and sys.modules.pop(name)"
    done = run(f"{CURED}{undone}\n{forgotten if 'Options' not in undone else ''}{USED}", tmp_path)
    assert done.returncode == 1
    assert lacking in done.stderr


@pytest.mark.parametrize(("unset", "left"), [("CACHE_DIR", ".wechaty"), ("WECHATY_LOG", "INFO")])
def test_without_what_is_set_it_makes_a_folder_and_talks(
    unset: str, left: str, tmp_path: Path
) -> None:
    done = run(
        f"{CURED}import os; del os.environ[{unset!r}]\n"
        "sys.modules.pop('wechaty_puppet.logger')\n"
        f"{USED}import logging\n"
        "print(logging.getLevelName(logging.getLogger('Wechaty').level))",
        tmp_path,
    )
    assert left in {done.stdout.strip(), *(path.name for path in tmp_path.iterdir())}


def test_where_telnetlib_is_gone_an_address_is_probed_all_the_same(tmp_path: Path) -> None:
    """What Python 3.13 lacks is never asked for: ours stands in for it on every Python."""
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        probe = f"print('telnetlib' in sys.modules, ping_endpoint('127.0.0.1:{port}'))"
        answered = run(f"{CURED}{USED}{probe}", tmp_path, "-W", "error")
    silent = run(f"{CURED}{USED}{probe}", tmp_path)
    assert (answered.stdout, silent.stdout) == ("True True\n", "True False\n")
