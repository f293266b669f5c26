"""Files that lie: SEG-Y with mutated headers, cut short, with bytes put in or taken out, 20,000 of them, by a seed.

Each is asked about, looked at, opened and read from, in a process whose address space is limited. It may open or be
refused in one line; anything else is a failure: another exception, a refusal of several lines, more than 5 s, more than
1 GB, an end of the process. A case is named by its number: ``--only 1234`` does it alone, and shows it.
Run: ``python -m benchmarks.hostile_segy [--cases 20000] [--seed 0]``.
"""

import argparse
import faulthandler
import json
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import numpy as np

from tests.io.segy.mutants import attempt, mutant, originals

LIMIT_S = 5.0
LIMIT_MB = 1000.0
BATCH = 2000


def batch(seed: int, first: int, last: int, folder: Path) -> None:
    """Do cases ``first`` to ``last``; print a line of JSON before each and one for each failure."""
    faulthandler.enable()
    whole = originals(folder)
    path = folder / f"case-{first}.sgy"
    path.write_bytes(whole[0])
    attempt(path)  # whatever is loaded late is loaded now
    limit = _address_bytes() + int(LIMIT_MB * 1e6)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    worst_s, opened = 0.0, 0
    for case in range(first, last):
        print(json.dumps({"at": case}), flush=True)
        path.write_bytes(mutant(whole, seed, case))
        before = _high_mb()
        start = time.perf_counter()
        failure = ""
        try:
            opened += not attempt(path)
        except BaseException:  # noqa: BLE001 - whatever comes is what is looked for
            failure = traceback.format_exc()
        taken = time.perf_counter() - start
        worst_s = max(worst_s, taken)
        if taken > LIMIT_S:
            failure = failure or f"{taken:.1f} s"
        if _high_mb() - before > LIMIT_MB:
            failure = failure or f"{_high_mb() - before:.0f} MB"
        if failure:
            print(json.dumps({"case": case, "failure": failure}), flush=True)
    print(json.dumps({"worst_s": worst_s, "opened": opened, "mb": _high_mb()}), flush=True)


def _address_bytes() -> int:
    """Return the address space that this process has taken, used or not."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _high_mb() -> float:
    """Return the most memory that this process has held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(seed: int, first: int, last: int, folder: Path) -> tuple[list[str], dict[str, float]]:
    """Do a batch in a process of its own, going on behind a case that ends it; return failures and sums."""
    failures: list[str] = []
    sums = {"worst_s": 0.0, "opened": 0.0, "mb": 0.0}
    while first < last:
        words = [sys.executable, "-m", "benchmarks.hostile_segy", "--seed", str(seed), "--batch", f"{first}:{last}"]
        at = first
        try:
            limit = 60 + LIMIT_S * (last - first)
            done = subprocess.run(
                [*words, "--folder", str(folder)], capture_output=True, text=True, check=False, timeout=limit
            )
            lines, status = done.stdout.splitlines(), done.returncode
        except subprocess.TimeoutExpired as error:
            lines, status = str(error.stdout or "").splitlines(), -1
        for line in lines:
            told = json.loads(line)
            at = told.get("at", at)
            if "case" in told:
                failures.append(f"case {told['case']}: {told['failure']}")
            if "worst_s" in told:
                sums = {name: max(told[name], value) for name, value in sums.items()} | {"opened": told["opened"]}
                return failures, sums
        failures.append(f"case {at}: the process ended with status {status}")
        first = at + 1
    return failures, sums


def main() -> int:
    """Do all cases; return 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, metavar="CASE")
    parser.add_argument("--batch", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.batch:
        first, last = map(int, options.batch.split(":"))
        batch(options.seed, first, last, options.folder)
        return 0
    with tempfile.TemporaryDirectory(prefix="geofm-bench-") as name:
        folder = Path(name)
        if options.only is not None:
            path = folder / "case.sgy"
            path.write_bytes(mutant(originals(folder), options.seed, options.only))
            print(attempt(path) or "opens")
            return 0
        failures: list[str] = []
        figures = []
        for first in range(0, options.cases, BATCH):
            found, sums = run(options.seed, first, min(first + BATCH, options.cases), folder)
            failures += found
            figures.append(sums)
            print(f"{min(first + BATCH, options.cases):>8} cases, {len(failures)} failures", flush=True)
    print("\n".join(failures[:20]))
    opened = sum(figure["opened"] for figure in figures)
    print(f"{options.cases} cases: {opened:.0f} open, the others are refused in one line, {len(failures)} fail")
    worst = max(figure["worst_s"] for figure in figures), max(figure["mb"] for figure in figures)
    print(f"longest {worst[0]:.2f} s (at most {LIMIT_S:g}), most memory {worst[1]:.0f} MB")
    return int(bool(failures) or not np.isfinite(worst[0]))


if __name__ == "__main__":
    raise SystemExit(main())
