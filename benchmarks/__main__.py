"""`python -m benchmarks`: measure, print the table, and with --write keep it in the docs.

A figure is a function from the number of runs to the lines it adds to the table. Each kind stands
in a file of its own and is listed in FIGURES; they run in that order.
"""

import argparse
import sys
from collections.abc import Callable

from benchmarks import report
from benchmarks.boards import boards
from benchmarks.checkins import growth, throughput
from benchmarks.deciding import deciding
from benchmarks.expiry import expiry
from benchmarks.figure import Figure, table
from benchmarks.latency import chatter, offered
from benchmarks.postgres import postgres
from benchmarks.rival import against_nonebot
from benchmarks.simulate import simulate
from benchmarks.startup import startup
from benchmarks.workplace import ROOT

FIGURES: tuple[Callable[[int], list[Figure]], ...] = (
    deciding,
    throughput,
    offered,
    chatter,
    postgres,
    against_nonebot,
    growth,
    boards,
    simulate,
    expiry,
    startup,
)
PAGE = ROOT / "docs" / "performance.md"


def main() -> None:
    """Run what was asked for; the table is printed even where a figure falls short."""
    names = [measure.__name__ for measure in FIGURES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--runs", type=int, default=3, help="how many runs the medians are of")
    parser.add_argument("--only", action="append", choices=names, help="may be given repeatedly")
    parser.add_argument("--write", action="store_true", help=f"keep it in {PAGE.name}")
    args = parser.parse_args()
    if args.runs < 1:
        parser.error("--runs must be 1 or more")
    if args.only and args.write:
        parser.error("--write keeps the whole table, so it takes no --only")
    figures: list[Figure] = []
    for measure in FIGURES:
        if args.only is None or measure.__name__ in args.only:
            sys.stderr.write(f"{measure.__name__} …\n")
            figures += measure(args.runs)
    text = f"{report.machine()}\n\n{table(figures)}"
    sys.stdout.write(f"{text}\n")
    if args.write:
        report.write(PAGE, text)


if __name__ == "__main__":
    main()
