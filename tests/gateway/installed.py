"""The npm packages that the gateway is made of, as the lock names them."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


class NotInstalled(Exception):
    """npm could not install the packages; its words are the message."""


def install(folder: Path = HERE) -> bool:
    """Brings the packages unless they are there; whether it had to. Raises NotInstalled."""
    lock = folder / "package-lock.json"
    # npm writes it when it is done, so an installation that was stopped has none.
    stamp = folder / "node_modules" / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return False
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalled("the gateway under node needs npm too, and it is not here")
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotInstalled(f"npm ci --ignore-scripts failed:\n{done.stdout}{done.stderr}")
    stamp.touch()
    return True
