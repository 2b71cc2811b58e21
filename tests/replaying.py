"""The bot's command line, as the transcript tests run it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TRANSCRIPTS = ROOT / "tests" / "transcripts"
SPINE = TRANSCRIPTS / "spine"
"""The programme of check-ins alone, by which the transcripts' balances were worked out by hand."""
LIMIT_S = 250


def bot(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """`python -m bot …`, whatever comes of it."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=LIMIT_S,
    )  # fmt: skip


def replay(transcript: Path, url: str, *options: str) -> list[dict[str, Any]]:
    """What the bot said; the replay must have gone well."""
    return lines(_well("replay", transcript, "--db", url, *options))


def export(what: str, url: str) -> str:
    """What `export` prints, a line of JSON for each row."""
    return _well("export", what, "--db", url, "--format", "jsonl")


def verify(url: str) -> str:
    """What `verify` prints of a ledger that is right."""
    return _well("verify", "--db", url)


def lines(text: str) -> list[dict[str, Any]]:
    """JSON Lines read. A line ends at a line feed and nowhere else: U+2028 may stand in a name."""
    return [json.loads(line) for line in text.split("\n") if line]


def _well(*words: str | Path) -> str:
    done = bot(*words)
    errors = done.stderr.decode(errors="replace")
    assert done.returncode == 0, f"{words[0]} left with {done.returncode}:\n{errors[-4000:]}"
    assert "Traceback" not in errors, errors[-4000:]
    return done.stdout.decode()
